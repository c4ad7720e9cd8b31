"""Plans and units of the database as drafts: what is exported, and what a file is compared with before it is loaded."""

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from hanoi_portal.models import User

from .loading import (
    ContactDraft,
    LifeDraft,
    MeasureDraft,
    PersonDraft,
    PlanDraft,
    TargetDraft,
    TaskDraft,
    UnitDraft,
)
from .loading.drafts import GROUP
from .models import Membership, Plan, Task, TaskTarget, Unit, UnitContact, UnitGroup
from .models.plan import Recurrence, Role


def known_names() -> set[str]:
    """Return how files may name units and saved groups."""
    groups = UnitGroup.objects.values_list("code", flat=True)
    return {*Unit.objects.values_list("code", flat=True), *(f"{GROUP}{code}" for code in groups)}


def draft_of(plan: Plan) -> PlanDraft:
    """Return the plan as a draft, its tasks in the plan's order. Reads measures, tasks and targets in three queries."""
    targets = Prefetch("tasks__targets", TaskTarget.objects.select_related("unit", "group"))
    carried_from = plan.carries_out_issuer
    return PlanDraft(
        number=plan.number,
        title=plan.title,
        issuer_code=plan.issuer.code,
        year=plan.year,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        has_assumed_dates=plan.has_assumed_dates,
        carries_out_number=plan.carries_out_number,
        carries_out_issuer_code=carried_from.code if carried_from else "",
        carries_out_issued_on=plan.carries_out_issued_on,
        measures=tuple(
            MeasureDraft(measure.title, tuple(_task(task) for task in measure.tasks.all()))
            for measure in plan.measures.prefetch_related(targets)
        ),
        is_public=plan.is_public,
    )


def _task(task: Task) -> TaskDraft:
    targets = [
        TargetDraft(
            Role(each.role),
            each.unit.code if each.unit else "",
            each.unit_kind,
            each.group.code if each.group else "",
        )
        for each in task.targets.all()
    ]
    return TaskDraft(
        code=task.code,
        title=task.title,
        deliverable=task.deliverable,
        is_deliverable_assumed=task.is_deliverable_assumed,
        deadline=task.deadline,
        is_cascading=task.is_cascading,
        targets=tuple(targets),
        authority=task.authority,
        responsibility=task.responsibility,
        indicator_name=task.indicator_name,
        indicator_unit=task.indicator_unit,
        indicator_target=task.indicator_target,
        is_starred=task.is_starred,
        recurrence=Recurrence(task.recurrence),
    )


def unit_drafts(units: QuerySet[Unit]) -> list[UnitDraft]:
    """Return units as drafts with life, addresses in use and people without a last day, in four queries."""
    in_use = Prefetch("contacts", UnitContact.objects.filter(is_active=True).order_by("pk"))
    staying = Prefetch(
        "memberships",
        Membership.objects.filter(until__isnull=True).select_related("user").order_by("pk"),
    )
    return [
        UnitDraft(
            code=unit.code,
            kind=unit.kind,
            name=unit.name,
            short_name=unit.short_name,
            parent=unit.parent.code if unit.parent else "",
            grid_x=unit.grid_x,
            grid_y=unit.grid_y,
            life=LifeDraft(
                unit.opened_on,
                unit.closed_on,
                tuple(sorted(each.code for each in unit.successors.all())),
            ),
            contacts=tuple(ContactDraft(each.email, each.label) for each in unit.contacts.all()),
            people=tuple(
                PersonDraft(each.user.username, each.is_responsible)
                for each in unit.memberships.all()
            ),
        )
        for unit in units.select_related("parent").prefetch_related("successors", in_use, staying)
    ]


def offered_units() -> list[tuple[str, str]]:
    """Return code and name of the units that exist today, for the drop-downs of a workbook."""
    units = Unit.objects.open_on(timezone.localdate()).order_by("kind", "name_sort", "code")
    return list(units.values_list("code", "name"))


def offered_groups() -> list[tuple[str, str]]:
    """Return code and name of the saved groups, for the drop-downs of a workbook."""
    return list(UnitGroup.objects.order_by("name").values_list("code", "name"))


def known_units_and_people() -> tuple[set[str], set[str]]:
    """Return the codes of all units and the names with which people sign in, for the reading of files."""
    people = User.objects.filter(is_active=True)
    codes = Unit.objects.values_list("code", flat=True)
    return set(codes), set(people.values_list("username", flat=True))
