"""What readers find of campaigns at /tim-kiem/: public plans, by number, title and what their tasks are."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.search.sources import Record, Source

from .models import Plan, Task


def read_plans(ids: Collection[int] | None) -> Iterator[tuple[int, Record]]:
    """Give the public plans, each with the titles of its tasks."""
    plans = Plan.objects.filter(is_public=True).select_related("issuer").prefetch_related("tasks")
    if ids is not None:
        plans = plans.filter(pk__in=ids)
    for plan in plans.order_by("starts_on", "pk").iterator(chunk_size=100):
        title = gettext("Kế hoạch %(number)s: %(title)s")
        issued_by = gettext("Do %(issuer)s ban hành.") % {"issuer": plan.issuer.name}
        tasks = sorted(plan.tasks.all(), key=lambda task: task.code_sort)
        yield (
            plan.pk,
            Record(
                title=title % {"number": plan.number, "title": plan.title},
                url=plan.get_absolute_url(),
                text="\n".join([issued_by, *map(str, tasks)]),
                number=plan.number,
            ),
        )


PLANS = Source("ke-hoach", _("Kế hoạch"), Plan, read_plans, {Task: lambda task: [task.plan_id]})
