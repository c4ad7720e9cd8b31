"""The coordinator's board of a plan: every assignment in its field, many accepted at once, few queries."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.actions.progress import return_report
from campaigns.board import UNITS_PER_PAGE, read_board
from campaigns.models import Assignment, Notice, Plan, Unit
from campaigns.standing import Standing
from campaigns.timeliness import day_of
from hanoi_portal.roles import ROLES
from tests.factories import (
    make_assignment,
    make_issued_plan_722,
    make_task,
    make_unit,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

State = Assignment.State


def board_of(plan: Plan) -> str:
    """Return the address of the plan's board."""
    return f"/quan-tri/campaigns/plan/{plan.pk}/bang/"


@pytest.fixture
def coordinator_client(client: Client) -> Client:
    """A signed-in coordinator's browser."""
    return sign_in(client, make_user("coordinator"))


def test_every_assignment_of_the_plan_is_one_click_away(coordinator_client: Client) -> None:
    plan = make_issued_plan_722()
    linked: set[int] = set()
    for number in (1, 2):
        page = coordinator_client.get(board_of(plan), {"trang": number}).content.decode()
        linked |= set(map(int, re.findall(r"/assignment/(\d+)/change/", page)))
    assert linked == set(Assignment.objects.values_list("pk", flat=True))


def test_each_field_says_in_words_and_by_shape_how_the_work_stands() -> None:
    past = timezone.localdate() - timedelta(days=1)
    plan, unit = make_task().plan, make_unit()
    cases: dict[str, dict[str, Any]] = {
        "done": {"state": State.COMPLETED},
        "reported": {"state": State.REPORTED},
        "doing": {"state": State.IN_PROGRESS},
        "late": {"state": State.ACKNOWLEDGED, "deadline": past},
        "none": {"state": State.ISSUED},
        "recalled": {"state": State.RECALLED},
    }
    expected = {
        make_assignment(unit, task=make_task(plan), **values).pk: key
        for key, values in cases.items()
    }
    board = read_board(plan, day_of())
    (row,) = board.rows
    marks = [mark for _task, marks in row.fields for mark in marks]
    assert {mark.pk: mark.key for mark in marks} == expected
    assert len({mark.word for mark in marks}) == len(expected)
    assert (row.tally.done, row.tally.total) == (1, 5)
    assert (board.tally.total, board.recalled, board.waiting) == (5, 1, 1)


def test_taking_part_is_on_the_board_and_not_in_the_figures() -> None:
    assignment = make_assignment(role="coordinate", state=State.COMPLETED)
    board = read_board(assignment.task.plan, day_of())
    ((_task, (mark,)),) = board.rows[0].fields
    assert not mark.is_lead
    assert board.tally.total == 0


def test_the_board_is_narrowed_by_kind_by_measure_and_by_how_things_stand() -> None:
    plan = make_issued_plan_722()
    late = Assignment.objects.counted().filter(unit__short_name="Ba Đình").first()
    assert late is not None
    Assignment.objects.filter(pk=late.pk).update(deadline=day_of() - timedelta(days=1))
    press = read_board(plan, day_of(), kind=Unit.Kind.PRESS)
    assert {row.unit.kind for row in press.rows} == {Unit.Kind.PRESS}
    found = read_board(plan, day_of(), standing=Standing.LATE)
    assert [row.unit.pk for row in found.rows] == [late.unit_id]
    one = read_board(plan, day_of(), measure=1)
    assert {task.measure.position for task, _marks in one.rows[0].fields} == {1}
    assert not read_board(plan, day_of(), standing=Standing.DONE).rows


@pytest.mark.parametrize(
    "query", ["loai=gi-do", "tinh-hinh=x", "giai-phap=a", "giai-phap=999999999999", "trang=x"]
)
def test_words_that_mean_nothing_are_passed_over(coordinator_client: Client, query: str) -> None:
    plan = make_issued_plan_722()
    page = coordinator_client.get(f"{board_of(plan)}?{query}")
    assert page.status_code == 200
    assert len(page.context["board"].rows) == UNITS_PER_PAGE


def test_many_reports_are_accepted_at_once_and_each_unit_hears_once(
    coordinator_client: Client,
) -> None:
    plan, unit = make_task().plan, make_unit()
    waiting = [make_assignment(unit, task=make_task(plan), state=State.REPORTED) for _ in range(3)]
    other = make_assignment(state=State.REPORTED)  # of another plan: not on this board
    ticked = {"bao-cao": [f"{each.pk}:{each.version}" for each in (*waiting, other)]}
    page = coordinator_client.post(board_of(plan), ticked, follow=True).content.decode()
    assert "Đã duyệt 3 báo cáo" in page
    assert set(Assignment.objects.filter(task__plan=plan).values_list("state", flat=True)) == {
        State.COMPLETED
    }
    assert Assignment.objects.get(pk=other.pk).state == State.REPORTED
    assert Notice.objects.get().assignments.count() == 3
    page = coordinator_client.post(board_of(plan), ticked, follow=True).content.decode()
    assert "4 phân công vừa được người khác thay đổi" in page
    assert Notice.objects.count() == 1


def test_a_report_that_changed_since_the_page_was_read_is_not_accepted(
    coordinator_client: Client,
) -> None:
    assignment = make_assignment(state=State.REPORTED)
    seen = f"{assignment.pk}:{assignment.version}"
    return_report(assignment, by=make_user("coordinator"), reason="Thiếu số liệu.")
    again = make_assignment(assignment.unit, task=make_task(assignment.task.plan))
    Assignment.objects.filter(pk=assignment.pk).update(state=State.REPORTED)
    page = coordinator_client.post(
        board_of(assignment.task.plan), {"bao-cao": [seen, f"{again.pk}:0"]}, follow=True
    ).content.decode()
    assert "2 phân công vừa được người khác thay đổi" in page
    assert Assignment.objects.get(pk=assignment.pk).state == State.REPORTED


@pytest.mark.parametrize("values", [[], ["x"], ["1"], [":"], ["9" * 30 + ":1"], ["1:-1"], ["²:1"]])
def test_nothing_ticked_is_said_and_changes_nothing(
    coordinator_client: Client, values: list[str]
) -> None:
    assignment = make_assignment(state=State.REPORTED)
    answer = coordinator_client.post(
        board_of(assignment.task.plan), {"bao-cao": values}, follow=True
    )
    assert "Xin chọn ít nhất một báo cáo" in answer.content.decode()
    assert Assignment.objects.get(pk=assignment.pk).state == State.REPORTED


@pytest.mark.parametrize("role", [None, *ROLES])
def test_administrators_look_and_only_coordinators_accept(client: Client, role: str | None) -> None:
    assignment = make_assignment(state=State.REPORTED)
    address = board_of(assignment.task.plan)
    sign_in(client, make_user(role))
    is_reader = role in {"administrator", "coordinator"}
    refused = 403 if role in ROLES and ROLES[role].is_staff else 302
    page = client.get(address)
    assert page.status_code == (200 if is_reader else refused)
    if is_reader:
        assert ('name="bao-cao"' in page.content.decode()) is (role == "coordinator")
    answer = client.post(address, {"bao-cao": f"{assignment.pk}:{assignment.version}"})
    assert answer.status_code == (302 if role == "coordinator" else refused)
    expected = State.COMPLETED if role == "coordinator" else State.REPORTED
    assert Assignment.objects.get(pk=assignment.pk).state == expected


def test_a_plan_that_is_not_issued_leads_to_issuing(coordinator_client: Client) -> None:
    plan = make_task().plan
    Plan.objects.filter(pk=plan.pk).update(issued_at=None)
    page = coordinator_client.get(board_of(plan)).content.decode()
    assert "chưa được giao" in page
    assert f"/plan/{plan.pk}/giao/" in page
    assert coordinator_client.get("/quan-tri/campaigns/plan/999999/bang/").status_code == 404


def test_a_board_of_many_asks_no_more_queries_than_a_board_of_few(
    coordinator_client: Client,
) -> None:
    plan = make_task().plan
    make_assignment(task=make_task(plan))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert coordinator_client.get(board_of(plan)).status_code == 200
        return len(captured)

    few = queries()
    for _ in range(5):
        task = make_task(plan)
        for _ in range(8):
            make_assignment(task=task)
    assert queries() == few
    assert few <= 12
