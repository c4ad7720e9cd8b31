"""Accepting and returning reports: what is written, what the unit is told, and that a report is decided once."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.actions.progress import accept_reports, report_progress, return_report
from campaigns.letters import render
from campaigns.models import Assignment, Notice, ProgressReport
from campaigns.notices import MAIL_KIND
from campaigns.timeliness import Timeliness, timeliness_of
from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail
from tests.factories import make_assignment, make_officer, make_task, make_unit, make_user

State = Assignment.State


@pytest.mark.django_db
def test_accepting_completes_the_assignment_and_tells_the_unit() -> None:
    assignment = make_assignment(state=State.REPORTED)
    coordinator = make_user("coordinator")
    assert accept_reports([assignment], by=coordinator) == 1
    assignment.refresh_from_db()
    assert (assignment.state, assignment.percent) == (State.COMPLETED, 100)
    assert assignment.completed_at is not None
    report = assignment.reports.get()
    assert (report.decision, report.decided_by) == ("accepted", coordinator)
    entry = HistoryEntry.objects.about(assignment).get()
    assert (entry.verb, entry.from_state, entry.to_state) == (
        "accept_report",
        "reported",
        "completed",
    )
    notice = Notice.objects.get()
    assert (notice.event, notice.unit) == (Notice.Event.ACCEPTED, assignment.unit)
    assert list(notice.assignments.all()) == [assignment]
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.about_id) == (MAIL_KIND, notice.pk)
    assert mail.recipients == [assignment.unit.contacts.get().email]
    assert assignment.task.code in render(notice.pk).subject


@pytest.mark.django_db
def test_returning_gives_the_work_back_with_the_reason_and_the_earlier_percentage() -> None:
    assignment = make_assignment(state=State.IN_PROGRESS)
    officer, coordinator = make_officer(assignment.unit), make_user("coordinator")
    report_progress(assignment, by=officer, is_final=False, percent=60, text="Sắp xong.")
    report_progress(assignment, by=officer, is_final=True, percent=100, text="Xong.")
    return_report(assignment, by=coordinator, reason="Thiếu danh sách điểm tuyên truyền.")
    assignment.refresh_from_db()
    assert (assignment.state, assignment.percent) == (State.IN_PROGRESS, 60)
    assert assignment.reported_on is None
    final = assignment.reports.get(is_final=True)
    assert (final.decision, final.reason) == ("returned", "Thiếu danh sách điểm tuyên truyền.")
    assert final.decided_by == coordinator
    entry = HistoryEntry.objects.about(assignment).last()
    assert entry is not None
    assert (entry.verb, entry.note) == ("return_report", "Thiếu danh sách điểm tuyên truyền.")
    notice = Notice.objects.get()
    assert notice.event == Notice.Event.RETURNED
    letter = render(notice.pk)
    assert "Thiếu danh sách điểm tuyên truyền." in letter.text
    assert "Thiếu danh sách điểm tuyên truyền." in letter.html


@pytest.mark.django_db
def test_nothing_is_returned_without_a_reason() -> None:
    assignment = make_assignment(state=State.REPORTED)
    with pytest.raises(DomainError, match="ghi lý do trả lại"):
        return_report(assignment, by=make_user("coordinator"), reason="")
    assignment.refresh_from_db()
    assert assignment.state == State.REPORTED
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_returned_reported_again_and_returned_again_tells_the_unit_each_time() -> None:
    assignment = make_assignment(state=State.REPORTED)
    officer, coordinator = make_officer(assignment.unit), make_user("coordinator")
    return_report(assignment, by=coordinator, reason="Thiếu số liệu.")
    report_progress(assignment, by=officer, is_final=True, percent=100, text="Đã bổ sung.")
    return_report(assignment, by=coordinator, reason="Vẫn thiếu.")
    report_progress(assignment, by=officer, is_final=True, percent=100, text="Đã bổ sung đủ.")
    accept_reports([assignment], by=coordinator)
    events = Notice.objects.order_by("pk").values_list("event", flat=True)
    assert list(events) == ["returned", "returned", "accepted"]
    assert OutgoingMail.objects.count() == 3


@pytest.mark.django_db
def test_what_was_returned_after_its_deadline_is_late_again() -> None:
    today = timezone.localdate()
    in_time = today - timedelta(days=5)
    assignment = make_assignment(state=State.REPORTED, deadline=in_time, reported_on=in_time)
    assert timeliness_of(assignment, today) == Timeliness.OPEN_ON_TIME
    return_report(assignment, by=make_user("coordinator"), reason="Thiếu số liệu.")
    assignment.refresh_from_db()
    assert timeliness_of(assignment, today) == Timeliness.OPEN_LATE


@pytest.mark.django_db
def test_many_are_accepted_at_once_and_each_unit_gets_one_letter() -> None:
    first, second = make_unit(), make_unit()
    plan = make_task().plan
    waiting = [
        make_assignment(unit, task=make_task(plan), state=State.REPORTED)
        for unit in (first, first, second)
    ]
    open_ = make_assignment(first, task=make_task(plan), state=State.IN_PROGRESS)
    assert accept_reports([*waiting, open_], by=make_user("coordinator")) == 3
    told = Notice.objects.values_list("unit", "event")
    assert sorted(told) == sorted([(first.pk, "accepted"), (second.pk, "accepted")])
    assert Notice.objects.get(unit=first).assignments.count() == 2
    open_.refresh_from_db()
    assert open_.state == State.IN_PROGRESS


@pytest.mark.django_db
def test_a_report_is_decided_once_whoever_comes_second_is_told() -> None:
    assignment = make_assignment(state=State.REPORTED)
    coordinator, colleague = make_user("coordinator"), make_user("coordinator")
    mine = Assignment.objects.get(pk=assignment.pk)
    accept_reports([assignment], by=colleague)
    with pytest.raises(StaleState, match="vừa được người khác thay đổi"):
        return_report(mine, by=coordinator, reason="Thiếu số liệu.")
    with pytest.raises(StaleState, match="Không còn báo cáo nào"):
        accept_reports([Assignment.objects.get(pk=mine.pk)], by=coordinator)
    assert ProgressReport.objects.get().decision == "accepted"
    assert Notice.objects.get().event == Notice.Event.ACCEPTED


@pytest.mark.django_db
def test_a_decision_on_an_older_report_than_the_one_that_waits_is_refused() -> None:
    assignment = make_assignment(state=State.REPORTED)
    officer, coordinator = make_officer(assignment.unit), make_user("coordinator")
    seen = assignment.version
    return_report(assignment, by=coordinator, reason="Thiếu số liệu.")
    report_progress(assignment, by=officer, is_final=True, percent=100, text="Đã bổ sung.")
    with pytest.raises(StaleState):
        accept_reports([assignment], by=coordinator, expected=seen)
    assert assignment.reports.filter(decision="").count() == 1


@pytest.mark.django_db
def test_a_unit_without_an_address_gets_a_notice_that_staff_can_see() -> None:
    assignment = make_assignment(make_unit(contacts=0), state=State.REPORTED)
    accept_reports([assignment], by=make_user("coordinator"))
    assert Notice.objects.get().mail is None
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_accepting_many_asks_a_number_of_queries_that_grows_only_with_their_number() -> None:
    unit, plan, coordinator = make_unit(), make_task().plan, make_user("coordinator")

    def queries_for(number: int) -> int:
        waiting = [
            make_assignment(unit, task=make_task(plan), state=State.REPORTED) for _ in range(number)
        ]
        chosen = Assignment.objects.filter(pk__in=[each.pk for each in waiting])
        with CaptureQueriesContext(connection) as queries:
            accept_reports(chosen.select_related("task__plan", "unit"), by=coordinator)
        return len(queries)

    coordinator.has_perm("campaigns.follow_up")  # asked once, kept on the user
    few, many = queries_for(2), queries_for(12)
    assert many - few <= 10 * 5


@pytest.mark.django_db(transaction=True)
def test_of_eight_decisions_at_once_one_is_written_and_one_letter_goes_out() -> None:
    assignment = make_assignment(state=State.REPORTED)
    coordinator = make_user("coordinator")
    start = threading.Barrier(8)
    outcomes: list[str] = []

    def decide(is_accepted: bool) -> None:
        try:
            found = Assignment.objects.select_related("task__plan", "unit")
            mine = found.get(pk=assignment.pk)
            start.wait(timeout=30)
            if is_accepted:
                accept_reports([mine], by=coordinator)
            else:
                return_report(mine, by=coordinator, reason="Thiếu số liệu.")
            outcomes.append("written")
        except StaleState:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(number % 2 == 0,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert Counter(outcomes) == {"written": 1, "told": 7}
    assignment.refresh_from_db()
    report = assignment.reports.get()
    expected = {State.COMPLETED: "accepted", State.IN_PROGRESS: "returned"}
    assert report.decision == expected[State(assignment.state)]
    assert Notice.objects.get().event == report.decision
    assert OutgoingMail.objects.count() == 1
