"""The coordinator's list of assignments: finding one, accepting, returning with a reason, many at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Assignment, Evidence, Notice
from campaigns.timeliness import Timeliness
from hanoi_portal import uploads
from hanoi_portal.models import HistoryEntry
from hanoi_portal.roles import ROLES
from tests.factories import (
    make_assignment,
    make_issued_plan_722,
    make_task,
    make_unit,
    make_upload,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

State = Assignment.State
LIST = "/quan-tri/campaigns/assignment/"
STAFF = sorted(role for role in ROLES if ROLES[role].is_staff)


@pytest.fixture
def coordinator_client(client: Client) -> Client:
    """A signed-in coordinator's browser."""
    return sign_in(client, make_user("coordinator"))


def review_page(assignment: Assignment) -> str:
    """Return the address at which an assignment is read and answered."""
    return reverse("admin:campaigns_assignment_change", args=[assignment.pk])


def found(response: HttpResponse) -> set[int]:
    """Return the numbers of the assignments that the list shows."""
    return {each.pk for each in response.context["cl"].queryset}


def state_of(assignment: Assignment) -> str:
    """Return the state in which the assignment is now."""
    return str(Assignment.objects.get(pk=assignment.pk).state)


# --- the list -----------------------------------------------------------------------------------
def test_assignments_are_found_by_unit_code_and_words(coordinator_client: Client) -> None:
    make_issued_plan_722()
    ba_dinh = set(Assignment.objects.filter(unit__code="Q001").values_list("pk", flat=True))
    for query in ("ba dinh", "Ba Đình", "Q001"):
        assert found(coordinator_client.get(LIST, {"q": query})) == ba_dinh
    of_task = set(Assignment.objects.filter(task__code="4.2").values_list("pk", flat=True))
    assert found(coordinator_client.get(LIST, {"q": "4.2"})) == of_task
    for query in ("không có đâu", "%", "\u200b"):
        assert found(coordinator_client.get(LIST, {"q": query})) == set()


def test_the_filters_keep_what_they_say(coordinator_client: Client) -> None:
    past = timezone.localdate() - timedelta(days=1)
    late = make_assignment(deadline=past)
    waiting = make_assignment(state=State.REPORTED)
    partner = make_assignment(role="coordinate", task=waiting.task)
    chosen = {
        f"thoi-han={Timeliness.OPEN_LATE}": {late.pk},
        f"thoi-han={Timeliness.DONE_LATE}": set(),
        "thoi-han=gi-do": {late.pk, waiting.pk, partner.pk},
        "state__exact=reported": {waiting.pk},
        "role__exact=coordinate": {partner.pk},
        f"unit__id__exact={late.unit_id}": {late.pk},
        f"task__plan__id__exact={late.task.plan_id}": {late.pk},
    }
    for query, expected in chosen.items():
        assert found(coordinator_client.get(f"{LIST}?{query}")) == expected, query


def test_the_list_asks_as_few_queries_for_many_as_for_few(coordinator_client: Client) -> None:
    plan, unit = make_task().plan, make_unit()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert coordinator_client.get(LIST).status_code == 200
        return len(captured)

    make_assignment(unit, task=make_task(plan))
    few = queries()
    for _ in range(20):
        make_assignment(unit, task=make_task(plan))
    assert queries() == few
    assert few <= 14


# --- one assignment -----------------------------------------------------------------------------
def test_the_page_shows_the_report_its_evidence_and_the_history(
    coordinator_client: Client,
) -> None:
    assignment = make_assignment(state=State.REPORTED)
    report = assignment.reports.get()
    with uploads.storing(None) as store:
        stored = store(uploads.check(make_upload("pdf", "Danh sách.pdf")))
    evidence = Evidence.objects.create(report=report, stored=stored)
    page = coordinator_client.get(review_page(assignment)).content.decode()
    for said in (
        assignment.unit.name,
        assignment.task.title,
        report.text,
        "Danh sách.pdf",
        evidence.get_absolute_url(),
        "Duyệt hoàn thành",
        "Trả lại báo cáo",
    ):
        assert said in page, said


def test_accepting_completes_it_and_leads_to_the_next_that_waits(
    coordinator_client: Client,
) -> None:
    first, second = make_assignment(state=State.REPORTED), make_assignment(state=State.REPORTED)
    answer = {"decision": "accept", "seen": first.version}
    response = coordinator_client.post(review_page(first), answer)
    assert response.headers["Location"] == review_page(second)
    assert state_of(first) == State.COMPLETED
    answer["seen"] = second.version
    response = coordinator_client.post(review_page(second), answer, follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    assert "Đã duyệt báo cáo" in response.content.decode()
    assert Notice.objects.filter(event="accepted").count() == 2


def test_returning_keeps_the_reason_and_tells_the_unit(coordinator_client: Client) -> None:
    assignment = make_assignment(state=State.REPORTED)
    answer = {"decision": "return", "seen": assignment.version, "reason": " Thiếu số liệu. "}
    assert coordinator_client.post(review_page(assignment), answer).status_code == 302
    assert state_of(assignment) == State.IN_PROGRESS
    assert Notice.objects.get(event="returned").words == "Thiếu số liệu."
    assert "Thiếu số liệu." in coordinator_client.get(review_page(assignment)).content.decode()


@pytest.mark.parametrize("reason", ["", " \u200b ", "ă" * 1001])
def test_a_return_without_a_fit_reason_is_explained(
    coordinator_client: Client, reason: str
) -> None:
    assignment = make_assignment(state=State.REPORTED)
    answer = {"decision": "return", "seen": assignment.version, "reason": reason}
    response = coordinator_client.post(review_page(assignment), answer)
    assert response.status_code == 200
    page = response.content.decode()
    assert "Xin sửa chỗ được đánh dấu" in page
    assert 'aria-invalid="true"' in page
    assert reason.strip("\u200b ") in page
    assert state_of(assignment) == State.REPORTED


@pytest.mark.parametrize("decision", ["accept", "return"])
def test_the_second_of_two_coordinators_is_told_and_keeps_the_words(
    coordinator_client: Client, decision: str
) -> None:
    assignment = make_assignment(state=State.REPORTED)
    colleague = sign_in(Client(), make_user("coordinator"))
    seen = {"seen": assignment.version}
    colleague.post(review_page(assignment), {"decision": "accept", **seen})
    answer = {"decision": decision, "reason": "Thiếu số liệu tháng 5.", **seen}
    response = coordinator_client.post(review_page(assignment), answer)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Không còn báo cáo nào của phân công này chờ duyệt" in page
    assert "Thiếu số liệu tháng 5." in page
    assert "Duyệt hoàn thành" not in page
    assert HistoryEntry.objects.about(assignment).count() == 1


@pytest.mark.parametrize("answer", [{}, {"decision": "huy"}, {"decision": ""}])
def test_an_unknown_decision_changes_nothing(
    coordinator_client: Client, answer: dict[str, str]
) -> None:
    assignment = make_assignment(state=State.REPORTED)
    assert coordinator_client.post(review_page(assignment), answer).status_code == 200
    assert state_of(assignment) == State.REPORTED


@pytest.mark.parametrize("number", ["999999", "abc", "9" * 30])
def test_an_assignment_that_is_not_there_leads_back_in_words(
    coordinator_client: Client, number: str
) -> None:
    response = coordinator_client.get(f"{LIST}{number}/change/")
    assert response.status_code == 302


# --- many at once -------------------------------------------------------------------------------
def test_many_are_accepted_at_once_and_the_others_are_left(coordinator_client: Client) -> None:
    unit, plan = make_unit(), make_task().plan
    waiting = [make_assignment(unit, task=make_task(plan), state=State.REPORTED) for _ in range(3)]
    open_ = make_assignment(unit, task=make_task(plan))
    chosen = {
        "action": "accept_selected",
        "_selected_action": [each.pk for each in (*waiting, open_)],
    }
    page = coordinator_client.post(LIST, chosen, follow=True).content.decode()
    assert "Đã duyệt 3 báo cáo" in page
    assert "1 phân công không có báo cáo chờ duyệt" in page
    assert state_of(open_) == State.ISSUED
    assert Notice.objects.get().assignments.count() == 3
    page = coordinator_client.post(LIST, chosen, follow=True).content.decode()
    assert "4 phân công không có báo cáo chờ duyệt" in page
    assert Notice.objects.count() == 1


# --- who ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [None, *ROLES])
def test_administrators_read_and_only_coordinators_decide(client: Client, role: str | None) -> None:
    assignment = make_assignment(state=State.REPORTED)
    sign_in(client, make_user(role))
    is_reader, is_coordinator = (
        role in {"administrator", "coordinator"},
        role == "coordinator",
    )
    refused = 403 if role in STAFF else 302
    for address in (LIST, review_page(assignment)):
        response = client.get(address)
        assert response.status_code == (200 if is_reader else refused)
        if is_reader:
            shown = response.content.decode()
            offers = 'value="accept_selected"' in shown or 'value="accept"' in shown
            assert offers is is_coordinator
    bulk = {"action": "accept_selected", "_selected_action": [assignment.pk]}
    client.post(LIST, bulk)
    assert state_of(assignment) == (State.COMPLETED if is_coordinator else State.REPORTED)
    other = make_assignment(state=State.REPORTED)
    for decision in ("return", "accept"):
        answer = {"decision": decision, "seen": other.version, "reason": "Thiếu."}
        response = client.post(review_page(other), answer)
        if not is_coordinator:
            assert response.status_code == refused
            assert state_of(other) == State.REPORTED
    assert state_of(other) == (State.IN_PROGRESS if is_coordinator else State.REPORTED)


@pytest.mark.parametrize("role", ["administrator", "coordinator"])
def test_a_file_is_linked_only_for_who_may_open_it(client: Client, role: str) -> None:
    assignment = make_assignment(state=State.REPORTED)
    with uploads.storing(None) as store:
        stored = store(uploads.check(make_upload("pdf", "Danh sách.pdf")))
    evidence = Evidence.objects.create(report=assignment.reports.get(), stored=stored)
    sign_in(client, make_user(role))
    page = client.get(review_page(assignment)).content.decode()
    assert "Danh sách.pdf" in page
    assert (evidence.get_absolute_url() in page) is (role == "coordinator")


def test_nothing_is_added_changed_or_deleted_by_hand(coordinator_client: Client) -> None:
    assignment = make_assignment()
    assert coordinator_client.get(f"{LIST}add/").status_code == 403
    assert coordinator_client.get(f"{LIST}{assignment.pk}/delete/").status_code == 403
    coordinator_client.post(review_page(assignment), {"state": "completed", "percent": "100"})
    assert state_of(assignment) == State.ISSUED


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    assignment = make_assignment(state=State.REPORTED)
    for address in (LIST, review_page(assignment)):
        for method in (client.get, client.post):
            response = method(address)
            assert response.status_code == 302
            assert "/dang-nhap/" in client.get(address, follow=True).redirect_chain[-1][0]
    assert state_of(assignment) == State.REPORTED
