"""The period in the tables that everybody may download: recurring work line by line, one-off work without."""

import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from campaigns.figures import plan_figures
from campaigns.models import Assignment, Plan
from campaigns.period_figures import lines_of
from campaigns.timeliness import day_of
from tests.campaigns.test_public_units import read_csv
from tests.factories import make_assignment, make_task, make_unit

pytestmark = pytest.mark.django_db

State = Assignment.State
OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 30)


@pytest.fixture
def plan() -> Plan:
    """A plan with a monthly task, given to two units for October and to one for November, and a one-off task."""
    task = make_task(recurrence="monthly")
    units = [make_unit(), make_unit()]
    for unit in units:
        make_assignment(unit, task=task, period="2026-10", deadline=OCTOBER, state=State.COMPLETED)
    late = make_assignment(units[0], task=task, period="2026-11", deadline=NOVEMBER)
    Assignment.objects.filter(pk=late.pk).update(deadline=date(2026, 12, 5))
    make_assignment(units[0], task=make_task(task.plan))
    return task.plan


def table(client: Client, address: str) -> list[dict[str, str]]:
    """Return the rows of the CSV file by the names of the columns."""
    head, *rows = read_csv(client.get(f"{address}du-lieu.csv").content)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_a_recurring_task_has_a_line_for_each_period(client: Client, plan: Plan) -> None:
    rows = table(client, plan.get_absolute_url())
    told = [(row["Kỳ"], row["Được giao"], row["Hoàn thành"], row["Đã đổi hạn"]) for row in rows]
    assert told == [
        ("Tháng 10/2026", "2", "2", "0"),
        ("Tháng 11/2026", "1", "0", "1"),
        ("", "1", "0", "0"),
    ]
    assert [row["Hạn"] for row in rows[:2]] == ["2026-10-31", "2026-11-30"]


def test_the_workbook_says_the_same(client: Client, plan: Plan) -> None:
    book = load_workbook(io.BytesIO(client.get(f"{plan.get_absolute_url()}du-lieu.xlsx").content))
    head, *rows = book.worksheets[0].values
    column = head.index("Kỳ")
    assert [row[column] or "" for row in rows] == ["Tháng 10/2026", "Tháng 11/2026", ""]


def test_a_units_own_file_says_the_period(client: Client, plan: Plan) -> None:
    unit = Assignment.objects.filter(task__plan=plan).earliest("pk").unit
    rows = table(client, f"{plan.get_absolute_url()}don-vi/{unit.code}/")
    assert [row["Kỳ"] for row in rows] == ["Tháng 10/2026", "Tháng 11/2026", ""]


def test_one_that_was_not_given_yet_has_a_line_of_its_own(client: Client) -> None:
    task = make_task(recurrence="monthly")
    (row,) = table(client, task.plan.get_absolute_url())
    assert (row["Số"], row["Kỳ"], row["Được giao"]) == (task.code, "", "0")


def test_a_column_adds_up_to_the_plans_figure(plan: Plan) -> None:
    figures = plan_figures(plan, day_of())
    lines = list(lines_of(figures, day_of()))
    assert sum(line.figures.tally.total for line in lines) == figures.tally.total == 4
    assert sum(line.figures.with_report for line in lines) == figures.with_report


def test_the_queries_do_not_grow_with_tasks_and_periods(plan: Plan) -> None:
    def queries() -> int:
        figures = plan_figures(plan, day_of())
        with CaptureQueriesContext(connection) as captured:
            list(lines_of(figures, day_of()))
        return len(captured)

    assert queries() == 2
    more: Any = [make_task(plan, recurrence="monthly") for _ in range(5)]
    for task in more:
        for month in ("2026-09", "2026-10", "2026-11"):
            make_assignment(make_unit(), task=task, period=month)
    assert queries() == 2
    Plan.objects.get(pk=plan.pk).tasks.update(recurrence="once")
    assert queries() == 0
