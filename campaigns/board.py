"""The coordinator's board of a plan: units down, tasks across, in each field how that unit's work on it stands.

A page of units is read at a time, so that a plan given to every commune opens as fast as one given to ten offices.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from .figures import Tally, tallies_by
from .models import Assignment, Measure, Plan, Task, Unit
from .models.plan import Role
from .periods import name_of
from .standing import Standing

UNITS_PER_PAGE = 40
RECALLED = Assignment.State.RECALLED
SHORT_WORDS = {
    Standing.DONE.value: _("Xong"),
    Standing.REPORTED.value: _("Chờ duyệt"),
    Standing.DOING.value: _("Đang làm"),
    Standing.LATE.value: _("Quá hạn"),
    Standing.NONE.value: _("Chưa làm"),
    RECALLED.value: _("Thu hồi"),
}


@dataclass(frozen=True)
class Mark:
    """One assignment in a field: its key (`Standing`, or recalled) and what the coordinator reads."""

    pk: int
    version: int
    key: str
    word: str
    is_lead: bool
    period: str = ""  # which period of a recurring task, in words

    @property
    def is_waiting(self) -> bool:
        """Whether its report waits for a decision."""
        return self.key == Standing.REPORTED


@dataclass
class Row:
    """One unit: for each task of the page, its marks (none, one, or one per period)."""

    unit: Unit
    tally: Tally
    fields: list[tuple[Task, list[Mark]]]


@dataclass
class Board:
    """What the page shows. `measures` has each measure with its tasks and where their assignments stand."""

    plan: Plan
    page: Page[Any]
    rows: list[Row]
    measures: list["MeasureColumns"]
    tally: Tally
    tiles: list[dict[str, Any]]
    kinds: list[str]
    recalled: int = 0

    @property
    def waiting(self) -> int:
        """How many reports of the rows wait for a decision."""
        marks = (mark for row in self.rows for _task, marks in row.fields for mark in marks)
        return sum(mark.is_waiting for mark in marks)


@dataclass
class MeasureColumns:
    """A measure: its tasks, and their figures together."""

    measure: Measure
    tasks: list[Task] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def read_board(
    plan: Plan,
    on: date,
    *,
    kind: str = "",
    standing: str = "",
    measure: int | None = None,
    number: Any = 1,
) -> Board:
    """Return one page of the board on a day, in six queries.

    `kind` keeps the units of a kind, `standing` those with at least one assignment that stands so, `measure` (its
    position) the tasks of one measure.
    """
    # What a district handed down adds up on the district's own assignment.
    held = Assignment.objects.filter(task__plan=plan, parent=None)
    tasks = list(plan.tasks.select_related("measure").order_by("measure__position", "code_sort"))
    by_task, recalled = _by_task(held, on)
    columns = _columns(tasks, by_task)
    shown_tasks = [task for task in tasks if measure is None or task.measure.position == measure]
    order = {value: position for position, value in enumerate(Unit.Kind.values)}
    units = sorted(
        Unit.objects.filter(pk__in=held.values("unit_id"))
        .order_by("name_sort", "pk")
        .values_list("pk", "kind", "grid_x"),
        key=lambda unit: order[unit[1]],
    )
    chosen = [pk for pk, its_kind, _x in units if not kind or its_kind == kind]
    if standing:
        so = held.held().with_standing(on).filter(standing=standing, task__in=shown_tasks)
        having = set(so.order_by().values_list("unit_id", flat=True).distinct())
        chosen = [pk for pk in chosen if pk in having]
    page = Paginator(chosen, UNITS_PER_PAGE).get_page(number)
    # All units are counted above by their keys alone; read whole are only those that are shown.
    on_map = [pk for pk, _kind, grid_x in units if grid_x is not None]
    shown = Unit.objects.only(
        "name", "short_name", "kind", "grid_x", "grid_y", "name_sort"
    ).in_bulk({*page.object_list, *on_map})
    leading = held.held().filter(role=Role.LEAD, unit__in=shown)
    by_unit = tallies_by(leading, "unit_id", on)
    marks = _marks(held, list(page.object_list), shown_tasks, on)
    return Board(
        plan=plan,
        page=page,
        rows=[
            Row(
                shown[pk],
                by_unit.get(pk, Tally()),
                [(task, marks.get((pk, task.pk), [])) for task in shown_tasks],
            )
            for pk in page.object_list
        ],
        measures=columns,
        tally=Tally(sum((each.tally.counts for each in columns), Counter())),
        tiles=_tiles([shown[pk] for pk in on_map], by_unit),
        kinds=sorted({its_kind for _pk, its_kind, _x in units}, key=lambda each: order[each]),
        recalled=recalled,
    )


def _by_task(assignments: Any, on: date) -> tuple[dict[int, Tally], int]:
    """Return where the counted assignments of each task stand, and how many of all were recalled, in one query."""
    by_task: dict[int, Tally] = {}
    recalled = 0
    rows = assignments.with_standing(on).order_by()
    for row in rows.values("task_id", "role", "state", "standing").annotate(count=Count("pk")):
        if row["state"] == RECALLED:
            recalled += row["count"]
        elif row["role"] == Role.LEAD:
            tally = by_task.setdefault(row["task_id"], Tally())
            tally.counts[row["standing"]] += row["count"]
    return by_task, recalled


def _columns(tasks: list[Task], by_task: dict[int, Tally]) -> list[MeasureColumns]:
    columns: dict[int, MeasureColumns] = {}
    for task in tasks:
        column = columns.setdefault(task.measure_id, MeasureColumns(task.measure))
        column.tasks.append(task)
        column.tally.counts.update(by_task.get(task.pk, Tally()).counts)
    return list(columns.values())


def _marks(
    assignments: Any, units: Sequence[int], tasks: list[Task], on: date
) -> dict[tuple[int, int], list[Mark]]:
    words = {key: str(word) for key, word in SHORT_WORDS.items()}
    found: dict[tuple[int, int], list[Mark]] = {}
    rows = assignments.filter(unit__in=units, task__in=tasks)
    for pk, unit_id, task_id, version, role, state, standing, period in (
        rows.with_standing(on)
        .order_by("pk")
        .values_list("pk", "unit_id", "task_id", "version", "role", "state", "standing", "period")
    ):
        key = state if state == RECALLED else standing
        found.setdefault((unit_id, task_id), []).append(
            Mark(pk, version, key, words[key], role == Role.LEAD, name_of(period))
        )
    return found


def _tiles(units: list[Unit], by_unit: dict[int, Tally]) -> list[dict[str, Any]]:
    """Return the districts as tiles, each leading to its row."""
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
        }
        for unit in units
        if unit.pk in by_unit
    ]
