"""The public figures of a plan: where its assignments stand, by task, by measure and by district, in few queries.

Only assignments to carry out are counted, and none that was recalled.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Assignment, Measure, Plan, Task, Unit
from .standing import Standing
from .timeliness import Timeliness, condition

DAY = timedelta(days=1)
# What is counted of assignments `with_backing()`; the names are fields of TaskFigures.
BACKING = {
    "with_report": Count("pk", filter=Q(has_report=True)),
    "with_evidence": Count("pk", filter=Q(has_evidence=True)),
    "moved": Count("pk", filter=~Q(deadline=F("first_deadline"))),
}


@dataclass
class Tally:
    """How many assignments stand where."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How many there are."""
        return self.counts.total()

    @property
    def done(self) -> int:
        """How many are done."""
        return self.counts[Standing.DONE]

    @property
    def reported(self) -> int:
        """How many wait for approval."""
        return self.counts[Standing.REPORTED]

    @property
    def doing(self) -> int:
        """How many are under way, in time."""
        return self.counts[Standing.DOING]

    @property
    def late(self) -> int:
        """How many are overdue without a final report."""
        return self.counts[Standing.LATE]

    @property
    def none(self) -> int:
        """How many have not begun, in time."""
        return self.counts[Standing.NONE]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Return the parts of a bar (`{% stack_bar %}`)."""
        return [
            {"key": each.value, "word": each.label, "count": self.counts[each]} for each in Standing
        ]

    @property
    def state(self) -> Standing:
        """Return the one word for all: the worst that a reader must know, the best only when all are there."""
        if self.late:
            return Standing.LATE
        if self.total and self.done == self.total:
            return Standing.DONE
        if self.total and self.done + self.reported == self.total:
            return Standing.REPORTED
        if self.done or self.reported or self.doing:
            return Standing.DOING
        return Standing.NONE


@dataclass
class TaskFigures:
    """One task: where its units stand, how many gave evidence, which are overdue."""

    task: Task
    tally: Tally
    with_report: int
    with_evidence: int
    late_units: list[tuple[str, str]]  # name and code
    moved: int = 0  # whose deadline is no longer the first one


@dataclass
class MeasureFigures:
    """One measure and its tasks."""

    measure: Measure
    tasks: list[TaskFigures]
    tally: Tally


@dataclass
class PlanFigures:
    """A plan as a whole; `timeliness` counts the four classes."""

    plan: Plan
    measures: list[MeasureFigures]
    tally: Tally
    with_report: int
    with_evidence: int
    timeliness: list[tuple[str, int, bool]]
    tiles: list[dict[str, Any]]
    month: "Month"


@dataclass
class Month:
    """What changed since the first day of the month."""

    since: date
    given: int
    reported: int
    done: int
    fell_late: int
    latest: list[Assignment]  # the latest that were found done

    @property
    def lines(self) -> list[tuple[str, int, bool]]:
        """Return each change in words, how many, and whether it is a bad one."""
        return [
            (_("việc được giao thêm"), self.given, False),
            (_("việc có báo cáo hoàn thành"), self.reported, False),
            (_("việc được duyệt hoàn thành"), self.done, False),
            (_("việc quá hạn mà chưa báo cáo"), self.fell_late, True),
        ]


def tallies(plans: Iterable[Plan], on: date) -> dict[int, Tally]:
    """Return where the assignments of each plan stand, by plan id, in one query."""
    return tallies_by(
        Assignment.objects.counted().filter(task__plan__in=plans), "task__plan_id", on
    )


def plan_figures(plan: Plan, on: date) -> PlanFigures:
    """Return all figures of the plan's page on a day, in a number of queries that does not grow with the plan."""
    counted = Assignment.objects.counted().filter(task__plan=plan)
    by_task = tallies_by(counted, "task_id", on)
    backed = {
        row["task_id"]: row
        for row in counted.with_backing().values("task_id").annotate(**BACKING).order_by()
    }
    late_units: dict[int, list[tuple[str, str]]] = {}
    late = counted.with_standing(on).filter(standing=Standing.LATE)
    for task_id, name, code in late.order_by("unit__name_sort").values_list(
        "task_id", "unit__name", "unit__code"
    ):
        listed = late_units.setdefault(task_id, [])
        if (name, code) not in listed[-1:]:  # a unit late in several periods is named once
            listed.append((name, code))
    measures = []
    for measure in plan.measures.prefetch_related("tasks"):
        tasks = [
            TaskFigures(
                task=task,
                tally=by_task.get(task.pk, Tally()),
                with_report=backed.get(task.pk, {}).get("with_report", 0),
                with_evidence=backed.get(task.pk, {}).get("with_evidence", 0),
                late_units=late_units.get(task.pk, []),
                moved=backed.get(task.pk, {}).get("moved", 0),
            )
            for task in measure.tasks.all()
        ]
        measures.append(MeasureFigures(measure, tasks, _sum(each.tally for each in tasks)))
    rows = [task for each in measures for task in each.tasks]
    return PlanFigures(
        plan=plan,
        measures=measures,
        tally=_sum(each.tally for each in measures),
        with_report=sum(each.with_report for each in rows),
        with_evidence=sum(each.with_evidence for each in rows),
        timeliness=_timeliness(counted, on),
        tiles=_tiles(plan, counted, on),
        month=_month(counted, on),
    )


def tallies_by(assignments: Any, key: str, on: date) -> dict[int, Tally]:
    """Return where assignments stand by a column, in one query."""
    found: dict[int, Tally] = {}
    rows = assignments.with_standing(on).order_by().values(key, "standing")
    for row in rows.annotate(count=Count("pk")):
        found.setdefault(row[key], Tally()).counts[row["standing"]] = row["count"]
    return found


def _sum(tallies: Iterable[Tally]) -> Tally:
    return Tally(sum((each.counts for each in tallies), Counter()))


def _timeliness(assignments: Any, on: date) -> list[tuple[str, int, bool]]:
    """Return each class in words, how many, and whether it is one of the late ones."""
    rows = assignments.with_timeliness(on).order_by().values("timeliness")
    counts = {row["timeliness"]: row["count"] for row in rows.annotate(count=Count("pk"))}
    late = {Timeliness.DONE_LATE, Timeliness.OPEN_LATE}
    return [(str(each.label), counts.get(each.value, 0), each in late) for each in Timeliness]


def _month(assignments: Any, on: date) -> Month:
    """Return what changed this month, by the days in Hà Nội, in two queries."""
    since = on.replace(day=1)
    begin = timezone.make_aware(datetime.combine(since, time.min))
    done = Q(state="completed", completed_at__gte=begin)
    counts = assignments.aggregate(
        given=Count("pk", filter=Q(issued_at__gte=begin)),
        reported=Count("pk", filter=Q(state__in=("reported", "completed"), reported_on__gte=since)),
        done=Count("pk", filter=done),
        fell_late=Count(
            "pk", filter=condition(Timeliness.OPEN_LATE, on) & Q(deadline__gte=since - DAY)
        ),
    )
    latest = assignments.filter(done).select_related("task", "unit")
    return Month(since, **counts, latest=list(latest.order_by("-completed_at", "-pk")[:5]))


def _tiles(plan: Plan, assignments: Any, on: date) -> list[dict[str, Any]]:
    """Return the districts that the plan asks something of, as tiles of the map."""
    by_unit = tallies_by(assignments.filter(unit__grid_x__isnull=False), "unit_id", on)
    units = Unit.objects.filter(grid_x__isnull=False, pk__in=by_unit).order_by("name_sort")
    return [
        {
            "name": unit.name,
            "short_name": unit.short_name,
            "grid_x": unit.grid_x,
            "grid_y": unit.grid_y,
            "state": by_unit[unit.pk].state.value,
            "word": by_unit[unit.pk].state.label,
            "done": by_unit[unit.pk].done,
            "total": by_unit[unit.pk].total,
            "url": f"{plan.get_absolute_url()}don-vi/{unit.code}/",
        }
        for unit in units
    ]
