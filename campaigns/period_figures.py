"""The figures of a plan's recurring tasks, period by period, for the table that is downloaded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min

from .figures import BACKING, PlanFigures, Tally, TaskFigures
from .models import Assignment, Measure
from .models.plan import Recurrence
from .periods import name_of


@dataclass
class Line:
    """One task, or one period of a recurring task, with its figures; `period` is its key, empty for a one-off task."""

    measure: Measure
    figures: TaskFigures
    period: str
    deadline: date

    @property
    def period_name(self) -> str:
        """The period in words."""
        return name_of(self.period)


def lines_of(figures: PlanFigures, on: date) -> Iterator[Line]:
    """Yield the lines of a plan in order; nothing is counted twice, so that a column adds up to the plan's figure.

    Two queries more when the plan has recurring tasks, however many. One that was not given yet has a line of its own.
    """
    periods = _by_task(figures, on)
    for measure in figures.measures:
        for each in measure.tasks:
            given = periods.get(each.task.pk)
            if given is None:
                yield Line(measure.measure, each, "", each.task.deadline)
                continue
            for period, (counted, due) in given.items():
                yield Line(measure.measure, counted, period, due)


def _by_task(figures: PlanFigures, on: date) -> dict[int, dict[str, tuple[TaskFigures, date]]]:
    """Return the figures of each period that was given, by task id and period, the first period first."""
    recurring = {
        each.task.pk: each.task
        for measure in figures.measures
        for each in measure.tasks
        if each.task.recurrence != Recurrence.ONCE
    }
    if not recurring:
        return {}
    counted = Assignment.objects.counted().filter(task__in=recurring)
    found: dict[int, dict[str, tuple[TaskFigures, date]]] = {}
    backed = counted.with_backing().order_by("period").values("task_id", "period")
    for row in backed.annotate(due=Min("first_deadline"), **BACKING):
        task_id, period, due = row.pop("task_id"), row.pop("period"), row.pop("due")
        mine = TaskFigures(task=recurring[task_id], tally=Tally(), late_units=[], **row)
        found.setdefault(task_id, {})[period] = (mine, due)
    standing = counted.with_standing(on).order_by().values("task_id", "period", "standing")
    for row in standing.annotate(count=Count("pk")):
        tally = found[row["task_id"]][row["period"]][0].tally
        tally.counts[row["standing"]] = row["count"]
    return found
