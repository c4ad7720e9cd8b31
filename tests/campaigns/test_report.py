"""Acknowledging and reporting: what is written, what the history says, and who comes second."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connections
from django.utils import timezone

from campaigns.actions.acknowledge import acknowledge
from campaigns.actions.progress import report_progress
from campaigns.models import Assignment, Evidence, ProgressReport
from campaigns.timeliness import Timeliness, timeliness_of
from hanoi_portal import uploads
from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail, StoredFile
from tests.factories import make_assignment, make_officer, make_unit, make_upload

State = Assignment.State


def steps(assignment: Assignment) -> list[tuple[str, str, str]]:
    """Return the history of an assignment, oldest first: verb, from which state, to which."""
    entries = HistoryEntry.objects.about(assignment)
    return list(entries.values_list("verb", "from_state", "to_state"))


def files_on_disk() -> set[Path]:
    """Return the private files that lie below MEDIA_ROOT."""
    return {path for path in Path(settings.MEDIA_ROOT).glob("private/**/*") if path.is_file()}


# --- acknowledging ------------------------------------------------------------------------------
@pytest.mark.django_db
def test_acknowledging_says_who_and_when_and_doing_it_again_changes_nothing() -> None:
    assignment = make_assignment()
    officer = make_officer(assignment.unit)
    at = timezone.now() - timedelta(hours=1)
    assert acknowledge([assignment], by=officer, at=at) == 1
    assert acknowledge([assignment], by=officer) == 0
    assignment.refresh_from_db()
    assert (assignment.state, assignment.acknowledged_at) == (State.ACKNOWLEDGED, at)
    assert steps(assignment) == [("acknowledge", "issued", "acknowledged")]
    entry = HistoryEntry.objects.about(assignment).get()
    assert (entry.actor, entry.actor_name, entry.via) == (officer, str(officer), "web")


@pytest.mark.django_db
def test_several_are_acknowledged_at_once_and_only_the_new_ones_count() -> None:
    unit = make_unit()
    new, known = make_assignment(unit), make_assignment(unit, state=State.IN_PROGRESS)
    assert acknowledge([new, known], by=make_officer(unit)) == 1
    assert not steps(known)
    known.refresh_from_db()
    assert known.state == State.IN_PROGRESS


# --- reporting ----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_reporting_at_once_also_acknowledges_with_a_row_of_its_own() -> None:
    assignment = make_assignment()
    officer = make_officer(assignment.unit)
    report_progress(assignment, by=officer, is_final=False, percent=40, text="Đã họp.")
    assignment.refresh_from_db()
    assert (assignment.state, assignment.percent) == (State.IN_PROGRESS, 40)
    assert assignment.acknowledged_at is not None
    assert assignment.reported_on is None
    assert steps(assignment) == [
        ("acknowledge", "issued", "acknowledged"),
        ("report_progress", "acknowledged", "in_progress"),
    ]
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_a_final_report_waits_for_the_department_with_its_day_in_ha_noi() -> None:
    deadline = datetime(2018, 12, 31, tzinfo=UTC).date()
    assignment = make_assignment(state=State.IN_PROGRESS, deadline=deadline)
    officer = make_officer(assignment.unit)
    membership = officer.memberships.get()
    membership.since = deadline - timedelta(days=9)
    membership.save()
    at = datetime(2018, 12, 31, 16, 59, tzinfo=UTC)  # 23:59 in Hà Nội
    report = report_progress(assignment, by=officer, is_final=True, percent=90, text="Xong.", at=at)
    assignment.refresh_from_db()
    assert (assignment.state, assignment.percent) == (State.REPORTED, 100)
    assert assignment.reported_on == report.reported_on == deadline
    much_later = deadline + timedelta(days=30)
    assert timeliness_of(assignment, much_later) == Timeliness.OPEN_ON_TIME
    assert (report.is_final, report.percent, report.author) == (True, 100, officer)
    assert steps(assignment) == [("report_final", "in_progress", "reported")]


@pytest.mark.django_db
def test_what_comes_back_while_a_report_waits_or_after_the_end_is_refused_in_words() -> None:
    unit = make_unit()
    officer = make_officer(unit)
    for state, words in (
        (State.REPORTED, "đang chờ duyệt"),
        (State.COMPLETED, "đã được duyệt hoàn thành"),
        (State.RECALLED, "đã được thu hồi"),
    ):
        assignment = make_assignment(unit, state=state)
        count = ProgressReport.objects.count()
        with pytest.raises(StaleState, match=words):
            report_progress(assignment, by=officer, is_final=False, percent=1, text="Thêm.")
        assert ProgressReport.objects.count() == count


@pytest.mark.django_db
def test_who_reports_on_what_another_has_changed_meanwhile_is_told() -> None:
    assignment = make_assignment()
    officer, colleague = make_officer(assignment.unit), make_officer(assignment.unit)
    seen = assignment.version
    mine = Assignment.objects.get(pk=assignment.pk)
    report_progress(assignment, by=colleague, is_final=False, percent=20, text="Của đồng nghiệp.")
    with pytest.raises(StaleState, match="vừa được người khác thay đổi"):
        report_progress(mine, by=officer, is_final=False, percent=10, text="Của tôi.")
    fresh = Assignment.objects.get(pk=assignment.pk)
    with pytest.raises(StaleState, match="vừa được người khác thay đổi"):
        report_progress(
            fresh, by=officer, is_final=False, percent=10, text="Của tôi.", expected=seen
        )
    assert ProgressReport.objects.get().text == "Của đồng nghiệp."


# --- evidence -----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_evidence_is_kept_with_its_true_kind_its_digest_and_under_a_path_of_its_own() -> None:
    assignment = make_assignment()
    checked = uploads.check(make_upload("pdf", "../../Báo cáo tháng 5.pdf"))
    report = report_progress(
        assignment,
        by=make_officer(assignment.unit),
        is_final=False,
        percent=5,
        text="Kèm tệp.",
        files=[checked, uploads.check(make_upload("png"))],
    )
    stored = report.evidence.first().stored  # type: ignore[union-attr]
    assert stored.original_name == "Báo cáo tháng 5.pdf"
    assert stored.content_type == "application/pdf"
    assert len(stored.sha256) == 64
    assert stored.file.name == f"private/{stored.created_at:%Y/%m}/{stored.key.hex}"
    with default_storage.open(stored.file.name) as file:
        assert file.read().startswith(b"%PDF-")
    entry = HistoryEntry.objects.about(assignment).last()
    assert entry is not None
    assert entry.data == {"report": report.pk, "percent": 5, "files": 2}


@pytest.mark.django_db
def test_a_refused_report_leaves_no_file_behind() -> None:
    assignment = make_assignment()
    officer = make_officer(assignment.unit)
    before = files_on_disk()
    checked = uploads.check(make_upload("pdf"))
    with pytest.raises(DomainError):
        report_progress(
            assignment,
            by=officer,
            is_final=True,
            percent=100,
            text="Xong.",
            files=[checked],
            expected=assignment.version + 1,
        )
    assert files_on_disk() == before


@pytest.mark.django_db(transaction=True)
def test_a_report_that_fails_half_way_takes_its_files_with_it() -> None:
    assignment = make_assignment()
    officer = make_officer(assignment.unit)
    before = files_on_disk()
    good, gone = uploads.check(make_upload("pdf")), uploads.check(make_upload("png"))
    gone.file.close()  # what an upload whose temporary file was swept away does
    with pytest.raises(ValueError, match="closed"):
        report_progress(
            assignment,
            by=officer,
            is_final=False,
            percent=5,
            text="Kèm tệp.",
            files=[good, gone],
        )
    assert files_on_disk() == before
    assert not StoredFile.objects.exists()
    assert not Evidence.objects.exists()
    assignment.refresh_from_db()
    assert assignment.state == State.ISSUED


# --- at once ------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_of_eight_reports_at_once_one_is_written_and_seven_people_are_told() -> None:
    assignment = make_assignment()
    officer = make_officer(assignment.unit)
    start = threading.Barrier(8)
    outcomes: list[str] = []

    def report() -> None:
        try:
            mine = Assignment.objects.select_related("unit", "task").get(pk=assignment.pk)
            start.wait(timeout=30)
            report_progress(
                mine,
                by=officer,
                is_final=True,
                percent=100,
                text="Xong.",
                files=[uploads.check(make_upload("pdf"))],
            )
            outcomes.append("written")
        except StaleState:
            outcomes.append("told")
        finally:
            connections.close_all()

    before = files_on_disk()
    threads = [threading.Thread(target=report) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert Counter(outcomes) == {"written": 1, "told": 7}
    assert ProgressReport.objects.count() == 1
    assert len(files_on_disk() - before) == 1
    assert [verb for verb, *_states in steps(assignment)] == ["acknowledge", "report_final"]


@pytest.mark.django_db(transaction=True)
def test_of_eight_acknowledgements_at_once_one_is_written() -> None:
    assignment = make_assignment()
    officer = make_officer(assignment.unit)
    start = threading.Barrier(8)
    counts: list[int] = []

    def say() -> None:
        try:
            mine = Assignment.objects.select_related("unit").get(pk=assignment.pk)
            start.wait(timeout=30)
            counts.append(acknowledge([mine], by=officer, at=timezone.now()))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=say) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(counts) == [0] * 7 + [1]
    assert len(steps(assignment)) == 1
