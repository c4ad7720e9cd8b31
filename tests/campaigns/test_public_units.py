"""A unit's public page, the list of units, what changed this month, and the same as files: three parts, kept apart."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from campaigns.figures import plan_figures
from campaigns.models import Assignment, Evidence, Plan, Task
from campaigns.standing import Standing
from campaigns.timeliness import Timeliness, day_of
from campaigns.unit_figures import unit_figures
from hanoi_portal import uploads
from tests.factories import (
    make_assignment,
    make_issued_plan_722,
    make_plan_722,
    make_task,
    make_unit,
    make_upload,
)

pytestmark = pytest.mark.django_db

State = Assignment.State
PLAN_722 = "/ke-hoach/722-kh-stttt/"
BA_DINH = f"{PLAN_722}don-vi/Q001/"


def words(content: bytes) -> str:
    """Return the page's words, without its tags, in single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", content.decode()).split())


def test_a_unit_s_page_shows_each_of_its_tasks_and_nobody_else_s(client: Client) -> None:
    make_issued_plan_722()
    page = words(client.get(BA_DINH).content)
    mine = Assignment.objects.filter(unit__code="Q001").select_related("task")
    assert mine
    for each in mine:
        assert f"{each.task.code}. {each.task.title}" in page
    others = Task.objects.exclude(assignments__unit__code="Q001")
    assert not any(each.title in page for each in others)
    assert "Tính đến ngày" in page


def test_reporting_evidence_and_time_are_three_separate_things() -> None:
    plan, unit, today = make_task().plan, make_unit(), day_of()
    past = today - timedelta(days=3)
    done_late = make_assignment(unit, task=make_task(plan), state=State.COMPLETED, deadline=past)
    in_time = make_assignment(
        unit, task=make_task(plan), state=State.REPORTED, deadline=past, reported_on=past
    )
    make_assignment(unit, task=make_task(plan), state=State.RECALLED)
    make_assignment(unit, task=make_task(plan), role="coordinate")
    with uploads.storing(None) as store:
        Evidence.objects.create(
            report=in_time.reports.get(), stored=store(uploads.check(make_upload("pdf")))
        )
    figures = unit_figures(plan, unit, today)
    assert figures is not None
    assert {
        each.assignment.pk: (each.standing, each.evidence_count, each.timeliness)
        for each in figures.lead
    } == {
        done_late.pk: (Standing.DONE, 0, Timeliness.DONE_LATE),
        in_time.pk: (Standing.REPORTED, 1, Timeliness.OPEN_ON_TIME),
    }
    assert (figures.tally.total, figures.with_evidence, len(figures.beside)) == (2, 1, 1)
    assert unit_figures(plan, make_unit(), today) is None


def test_the_first_deadline_stands_beside_the_current_one(client: Client) -> None:
    assignment = make_assignment()
    moved = assignment.deadline + timedelta(days=9)
    Assignment.objects.filter(pk=assignment.pk).update(deadline=moved)
    plan = assignment.task.plan
    page = words(client.get(f"{plan.get_absolute_url()}don-vi/{assignment.unit.code}/").content)
    assert f"Hạn {moved:%d/%m/%Y}" in page
    assert f"ban đầu {assignment.first_deadline:%d/%m/%Y}" in page
    assert "1 đơn vị đã được đổi hạn" in words(client.get(plan.get_absolute_url()).content)


def test_the_list_and_the_map_lead_to_every_unit(client: Client) -> None:
    make_issued_plan_722()
    page = client.get(f"{PLAN_722}don-vi/").content.decode()
    codes = set(re.findall(r"/don-vi/(\w+)/", page))
    assert codes == set(Assignment.objects.values_list("unit__code", flat=True))
    plan_page = client.get(PLAN_722).content.decode()
    assert len(set(re.findall(rf"{PLAN_722}don-vi/(\w+)/", plan_page))) == 30


def test_what_changed_this_month_is_counted_from_its_first_day() -> None:
    today = day_of()
    first = today.replace(day=1)
    long_ago = timezone.now() - timedelta(days=60)
    plan, unit = make_task().plan, make_unit()
    new = make_assignment(unit, task=make_task(plan), state=State.COMPLETED)
    Assignment.objects.filter(pk=new.pk).update(completed_at=timezone.now())
    old = make_assignment(
        unit,
        task=make_task(plan),
        state=State.COMPLETED,
        issued_at=long_ago,
        reported_on=first - timedelta(days=1),
    )
    Assignment.objects.filter(pk=old.pk).update(completed_at=long_ago)
    for days in (1, 2):  # what was due on the last day of last month is late since the 1st
        make_assignment(
            unit,
            task=make_task(plan),
            issued_at=long_ago,
            deadline=first - timedelta(days=days),
        )
    month = plan_figures(plan, today).month
    assert (month.given, month.reported, month.done, month.fell_late) == (1, 1, 1, 1)
    assert [each.pk for each in month.latest] == [new.pk]


def read_csv(content: bytes) -> list[list[str]]:
    """Return the rows of a CSV file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_files_say_what_the_pages_show(client: Client) -> None:
    plan = make_issued_plan_722()
    rows = read_csv(client.get(f"{PLAN_722}du-lieu.csv").content)
    assert [row[1] for row in rows[1:]] == list(plan.tasks.values_list("code", flat=True))
    assert sum(int(row[6]) for row in rows[1:]) == 167
    book = load_workbook(io.BytesIO(client.get(f"{PLAN_722}du-lieu.xlsx").content))
    sheet = list(book.worksheets[0].values)
    assert [str(cell) for cell in sheet[0]] == rows[0]
    assert [row[6] for row in sheet[1:]] == [int(row[6]) for row in rows[1:]]
    unit_rows = read_csv(client.get(f"{BA_DINH}du-lieu.csv").content)
    assert len(unit_rows) == 1 + Assignment.objects.filter(unit__code="Q001").count()
    answer = client.get(f"{BA_DINH}du-lieu.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert client.get(f"{BA_DINH}du-lieu.xlsx").content == answer.content


@pytest.mark.parametrize("title", ["=1+1", "+84", "-2", "@SUM(A1)", "  =1+1"])
def test_no_cell_runs_as_a_formula(client: Client, title: str) -> None:
    assignment = make_assignment(task=make_task(title=title))
    unit, address = assignment.unit, assignment.task.plan.get_absolute_url()
    for page in (address, f"{address}don-vi/{unit.code}/"):
        rows = read_csv(client.get(f"{page}du-lieu.csv").content)
        assert rows[1][2].strip() == f"'{title}".strip()
        book = load_workbook(io.BytesIO(client.get(f"{page}du-lieu.xlsx").content))
        cell = book.worksheets[0].cell(2, 3)
        assert cell.data_type == "s"
        assert str(cell.value).startswith("'")


@pytest.mark.parametrize(
    "address",
    [
        "/ke-hoach/khong-co/don-vi/",
        "/ke-hoach/khong-co/du-lieu.csv",
        f"{PLAN_722}don-vi/khong-co/",
        f"{PLAN_722}don-vi/Q001/",  # not issued: nothing is asked of it yet
        f"{PLAN_722}don-vi/Q001/du-lieu.xlsx",
    ],
)
def test_what_is_not_there_is_404(client: Client, address: str) -> None:
    make_plan_722()
    assert client.get(address).status_code == 404


def test_a_plan_that_is_not_public_shows_nothing_of_its_units(client: Client) -> None:
    plan = make_issued_plan_722()
    Plan.objects.filter(pk=plan.pk).update(is_public=False)
    for rest in ("", "don-vi/", "don-vi/Q001/", "du-lieu.csv", "don-vi/Q001/du-lieu.csv"):
        assert client.get(PLAN_722 + rest).status_code == 404


def test_units_of_a_plan_that_is_not_issued_are_said_to_come(client: Client) -> None:
    make_plan_722()
    assert "Chưa giao cho đơn vị nào" in client.get(f"{PLAN_722}don-vi/").content.decode()


def test_the_pages_ask_the_same_number_of_queries_however_large(client: Client) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    small = make_assignment()
    base = small.task.plan.get_absolute_url()
    few = (queries(f"{base}don-vi/"), queries(f"{base}don-vi/{small.unit.code}/"))
    make_issued_plan_722()
    assert (queries(f"{PLAN_722}don-vi/"), queries(BA_DINH)) == few
    assert max(few) <= 6
