"""The public figures of one unit in a plan, and of all its units: what each says, what backs it, is it in time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .figures import Tally, tallies_by
from .models import Assignment, Plan, Unit
from .models.plan import Role
from .published import Shown, by_assignment, shown_evidence
from .standing import Standing
from .timeliness import Timeliness


@dataclass
class UnitTask:
    """One assignment in public, its three parts apart: what the unit reports, what backs it, how it stands in time."""

    assignment: Assignment
    standing: Standing
    evidence_count: int
    timeliness: Timeliness
    cited_count: int = 0  # pages published elsewhere
    shown: Sequence[Shown] = ()  # what of all that everybody may see

    @property
    def is_late(self) -> bool:
        """Whether it is, or was done, after its deadline."""
        return self.timeliness in {Timeliness.OPEN_LATE, Timeliness.DONE_LATE}

    @property
    def is_moved(self) -> bool:
        """Whether the deadline is no longer the first one."""
        return self.assignment.deadline != self.assignment.first_deadline


@dataclass
class UnitFigures:
    """A unit in a plan: what it carries out, what it takes part in; the tally counts the former."""

    unit: Unit
    lead: list[UnitTask]
    beside: list[UnitTask]
    tally: Tally
    with_evidence: int
    timeliness: list[tuple[str, int, bool]]


def unit_figures(plan: Plan, unit: Unit, on: date) -> UnitFigures | None:
    """Return the figures of a unit on a day in two queries; None if the plan asks nothing of it."""
    rows: Any = (
        Assignment.objects.held()
        .filter(task__plan=plan, unit=unit)
        .with_standing(on)
        .with_timeliness(on)
        .with_evidence_counts()
        .select_related("task__measure")
        .order_by("task__measure__position", "task__code_sort", "pk")
    )
    shown = by_assignment(shown_evidence(plan, unit))
    tasks = [
        UnitTask(
            each,
            Standing(each.standing),
            each.evidence_count,
            Timeliness(each.timeliness),
            each.cited_count,
            shown.get(each.pk, ()),
        )
        for each in rows
    ]
    if not tasks:
        return None
    lead = [each for each in tasks if each.assignment.role == Role.LEAD]
    in_time = Counter(each.timeliness for each in lead)
    late = {Timeliness.DONE_LATE, Timeliness.OPEN_LATE}
    return UnitFigures(
        unit=unit,
        lead=lead,
        beside=[each for each in tasks if each.assignment.role != Role.LEAD],
        tally=Tally(Counter(each.standing.value for each in lead)),
        with_evidence=sum(bool(each.evidence_count or each.cited_count) for each in lead),
        timeliness=[(str(each.label), in_time[each], each in late) for each in Timeliness],
    )


def units_of(plan: Plan) -> Any:
    """Return the units that the plan itself asks something of, as a query to be paged; not those below them."""
    asked = Assignment.objects.held().filter(task__plan=plan, parent=None)
    return Unit.objects.filter(pk__in=asked.values("unit")).order_by("name_sort", "pk")


def tallies_of_units(plan: Plan, units: Iterable[Unit], on: date) -> list[tuple[Unit, Tally]]:
    """Return each unit with where its own work in the plan stands, in one query."""
    listed = list(units)
    counted = Assignment.objects.counted().filter(task__plan=plan, unit__in=listed)
    found = tallies_by(counted, "unit_id", on)
    return [(unit, found.get(unit.pk, Tally())) for unit in listed]
