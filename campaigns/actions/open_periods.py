"""Opening the periods of recurring tasks: as a month or quarter begins its work is given, and each unit told once.

Whoever was given the period before is given the next, in the same role, as long as the unit is open. Recalling the
latest period ends the row: nothing more is opened for that unit. A period that was over before anybody could open it
(the portal stood still) is not asked for. Safe to call at any time and by several at once: the plan's row is held.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from hanoi_portal.models import HistoryEntry

from ..models import Assignment, Notice, Plan, Task, Unit
from ..models.plan import Recurrence
from ..rules import State
from ..timeliness import day_of
from .issue import IssuePreview, give_shares, shares_of


def open_all_periods(at: datetime | None = None) -> int:
    """Open what has begun, in every issued plan; return how many assignments were given."""
    at = at or timezone.now()
    on = day_of(at)
    waiting = (
        Plan.objects.filter(issued_at__isnull=False, starts_on__lte=on, ends_on__gte=on)
        .filter(tasks__recurrence__in=[Recurrence.MONTHLY, Recurrence.QUARTERLY])
        .distinct()
    )
    return sum(open_periods(plan, at=at) for plan in waiting)


def open_periods(plan: Plan, *, at: datetime | None = None) -> int:
    """Open what has begun in one issued plan; return how many assignments were given."""
    at = at or timezone.now()
    if not preview_periods(plan, day_of(at)).shares:
        return 0
    with transaction.atomic():
        held = Plan.objects.select_for_update().get(pk=plan.pk)
        preview = preview_periods(held, day_of(at))
        if not preview.shares:
            return 0  # another was faster
        via = HistoryEntry.Via.SYSTEM
        give_shares(preview, "open_periods", Notice.Event.PERIOD, by=None, via=via, at=at)
    return preview.lead_count + preview.coordinate_count


def preview_periods(plan: Plan, on: date) -> IssuePreview:
    """Return what opening would give on a day."""
    recurring = plan.tasks.exclude(recurrence=Recurrence.ONCE).select_related("measure", "plan")
    open_now = {task.pk: (task, period) for task in recurring if (period := task.period_on(on))}
    units = {unit.pk: unit for unit in Unit.objects.open_on(on)}
    # What a district handed down for this period counts too: nobody is given the same work twice.
    keys = {period.key for _task, period in open_now.values()}
    same = Assignment.objects.filter(task__in=open_now, period__in=keys)
    having = set(same.values_list("task_id", "unit_id", "period"))
    given: dict[int, list[tuple[Task, str]]] = {}
    for latest in _latest(list(open_now)):
        task, period = open_now[latest.task_id]
        is_over = latest.period < period.key and latest.state != State.RECALLED
        is_new = (task.pk, latest.unit_id, period.key) not in having
        if is_over and is_new and latest.unit_id in units:
            given.setdefault(latest.unit_id, []).append((task, latest.role))
    tasks = {task.pk: task for pairs in given.values() for task, _role in pairs}
    chosen = tuple(sorted(tasks.values(), key=lambda task: (task.measure.position, task.code_sort)))
    named = sorted((units[pk] for pk in given), key=lambda unit: (unit.name_sort, unit.pk))
    return shares_of(plan, chosen, named, given, on)


def _latest(task_ids: list[int]) -> list[Assignment]:
    """Return of each task and unit the assignment of the latest period; not what was handed down."""
    held = Assignment.objects.filter(task__in=task_ids, parent=None)
    newest = held.order_by().values("task", "unit").annotate(newest=Max("pk")).values("newest")
    return list(held.filter(pk__in=newest).order_by("task__code_sort", "pk"))
