"""A press series: listed once, counted for the coordinator, exported without formulas, and evidence like a file."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from campaigns.actions.progress import Beside, report_progress
from campaigns.figures import plan_figures
from campaigns.models import Assignment, Unit
from campaigns.report_fields import Cited
from campaigns.series import series_of
from campaigns.timeliness import day_of
from campaigns.unit_figures import unit_figures
from tests.factories import make_assignment, make_officer, make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db
PAPER = "https://hanoimoi.example"


@pytest.fixture
def assignment() -> Assignment:
    """A press agency's work, with a series of three reported in two steps, one article named twice."""
    assignment = make_assignment(make_unit(Unit.Kind.PRESS, name="Báo Hànộimới"))
    officer = make_officer(assignment.unit, "press_officer", full_name="Lê Thu Hà")
    first = [
        Cited(f"{PAPER}/2", "Bài hai", date(2026, 5, 9)),
        Cited(f"{PAPER}/1", '=HYPERLINK("http://x")', date(2026, 5, 2)),
    ]
    second = [Cited(f"{PAPER}/2", "Bài hai, sửa", date(2026, 5, 9)), Cited(f"{PAPER}/3")]
    for pages in (first, second):
        report_progress(
            assignment,
            by=officer,
            is_final=False,
            percent=50,
            text="Đã đăng.",
            beside=Beside(cited=pages),
        )
    return assignment


def test_each_article_stands_once_in_the_order_of_publishing(assignment: Assignment) -> None:
    series = series_of(assignment)
    assert [page.url for page in series.pages] == [f"{PAPER}/{n}" for n in (1, 2, 3)]
    assert str(series.pages[1]) == "Bài hai, sửa"
    assert series.days == (date(2026, 5, 2), date(2026, 5, 9))
    assert series_of(make_assignment()).days is None


def test_the_unit_and_the_coordinator_see_the_count_and_the_files(assignment: Assignment) -> None:
    officer = sign_in(Client(), make_officer(assignment.unit, "press_officer"))
    coordinator = sign_in(Client(), make_user("coordinator"))
    review = reverse("admin:campaigns_assignment_change", args=[assignment.pk])
    for reader, path in ((officer, assignment.get_absolute_url()), (coordinator, review)):
        page = reader.get(path).content.decode()
        assert "3 bài, trang đã đăng" in page
        assert "từ 02/05/2026 đến 09/05/2026" in page
        assert f"/can-bo/phan-cong/{assignment.pk}/bai-da-dang.csv" in page
    listed = coordinator.get(reverse("admin:campaigns_assignment_changelist")).content.decode()
    assert '<td class="field-cited_pages">3</td>' in listed


def test_the_file_lists_title_address_and_day_and_runs_nothing(assignment: Assignment) -> None:
    client = sign_in(Client(), make_officer(assignment.unit, "press_officer"))
    path = f"/can-bo/phan-cong/{assignment.pk}/bai-da-dang"
    answer = client.get(f"{path}.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][3:6] == ["Tên bài", "Địa chỉ", "Ngày đăng"]
    assert [row[4] for row in rows[1:]] == [f"{PAPER}/{n}" for n in (1, 2, 3)]
    assert rows[1][3].startswith("'=")
    assert rows[1][0] == "Báo Hànộimới"
    assert rows[1][7] == "Lê Thu Hà"
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(client.get(f"{path}.xlsx").content)).worksheets[0]
    assert [row[4] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        f"{PAPER}/{n}" for n in (1, 2, 3)
    ]


def test_articles_are_evidence_in_public_beside_files(
    client: Client, assignment: Assignment
) -> None:
    plan, today = assignment.task.plan, day_of()
    figures = unit_figures(plan, assignment.unit, today)
    assert figures is not None
    assert (figures.lead[0].evidence_count, figures.lead[0].cited_count) == (0, 3)
    assert (figures.with_evidence, plan_figures(plan, today).with_evidence) == (1, 1)
    path = f"{plan.get_absolute_url()}don-vi/{assignment.unit.code}/"
    assert "3 bài, trang đã dẫn" in client.get(path).content.decode()
    rows = list(
        csv.reader(io.StringIO(client.get(f"{path}du-lieu.csv").content.decode("utf-8-sig")))
    )
    assert dict(zip(*rows, strict=True))["Số bài, trang đã dẫn"] == "3"


def test_the_list_of_the_coordinator_asks_no_query_for_each_row(assignment: Assignment) -> None:
    client = sign_in(Client(), make_user("coordinator"))
    path = reverse("admin:campaigns_assignment_changelist")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    few = queries()
    for _ in range(9):
        make_assignment(assignment.unit)
    assert queries() == few
