"""A unit's head before a final report goes out: who approves, what the Sở sees when, and that nothing typed is lost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import links, rules
from campaigns.actions.approval import approve_report, send_back, submit_report, switch_approval
from campaigns.actions.drafts import NewerDraft, purge_drafts, save_draft
from campaigns.actions.progress import Beside, report_progress
from campaigns.actions.talk import ask_unit
from campaigns.models import Assignment, Membership, Notice, ProgressReport, ReportDraft, Unit
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail, User
from hanoi_portal.roles import ROLES
from tests.factories import (
    make_assignment,
    make_officer,
    make_unit,
    make_upload,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

State = Assignment.State
LIST = "/can-bo/trinh/"
DONE = {"stage": "done", "text": "Đã phát 500 tờ rơi.", "percent": "", "difficulties": ""}


def make_head(unit: Unit) -> User:
    """Make somebody who heads the unit."""
    user = make_user("unit_officer")
    Membership.objects.create(unit=unit, user=user, since=timezone.localdate(), is_head=True)
    return user


def make_submitted(unit: Unit | None = None) -> ReportDraft:
    """Have an officer of a unit whose head approves submit a final report."""
    assignment = make_assignment(unit or make_unit(head_approves=True))
    officer = make_officer(assignment.unit)
    draft = save_draft(assignment, by=officer, content={"text": "Đã phát 500 tờ rơi."}, expected="")
    return submit_report(assignment, by=officer, stamp=draft.stamp, keys=[])


def approve(draft: ReportDraft, by: User, stamp: str | None = None) -> ProgressReport:
    """Approve the draft as its page would."""
    beside = Beside(draft=draft.stamp, writer=draft.user)
    return approve_report(
        draft, by=by, text="Đã phát 500 tờ rơi.", beside=beside, stamp=stamp or draft.stamp
    )


@pytest.mark.parametrize("part", ["head", "officer", "former head", "head elsewhere", "off", None])
@pytest.mark.parametrize("role", [None, *ROLES])
def test_only_the_unit_s_head_approves_sends_back_and_switches(
    role: str | None, part: str | None
) -> None:
    unit = make_unit(head_approves=True)
    make_head(unit)
    sent, returned = make_submitted(unit), make_submitted(unit)
    user, today = make_user(role, is_active=part != "off"), timezone.localdate()
    if part:
        Membership.objects.create(
            unit=make_unit() if part == "head elsewhere" else unit,
            user=user,
            since=today - timedelta(days=9),
            until=today - timedelta(days=1) if part == "former head" else None,
            is_head=part != "officer",
        )
    is_head = part == "head"
    assert rules.is_head_of(user, unit, today) is is_head

    def attempt(verb: str) -> bool:
        try:
            if verb == "approve":
                approve(sent, user)
            elif verb == "send back":
                send_back(returned, by=user, words="Thiếu số liệu.", stamp=returned.stamp)
            else:
                switch_approval(unit, is_on=False, by=user)
        except NotAllowed:
            return False
        return True

    assert [attempt(verb) for verb in ("approve", "send back", "switch")] == [is_head] * 3
    assert ProgressReport.objects.exists() is is_head
    unit.refresh_from_db()
    assert unit.head_approves is not is_head


@pytest.mark.parametrize("state", State)
def test_a_report_is_submitted_and_sent_only_while_the_work_goes_on(state: str) -> None:
    draft = make_submitted()
    head = make_head(draft.assignment.unit)
    Assignment.objects.filter(pk=draft.assignment_id).update(state=state)
    assignment = draft.assignment
    assignment.refresh_from_db()
    if state in rules.REPORTABLE:
        assert submit_report(
            assignment, by=rules_writer(draft), stamp=draft.stamp, keys=[]
        ).submitted_at
        approve(draft, head)
        assignment.refresh_from_db()
        assert assignment.state == State.REPORTED
    else:
        with pytest.raises(StaleState):
            submit_report(assignment, by=rules_writer(draft), stamp=draft.stamp, keys=[])
        with pytest.raises(StaleState):
            approve(draft, head)
        assert not ProgressReport.objects.exists()


def rules_writer(draft: ReportDraft) -> User:
    """Return the officer who wrote the draft."""
    assert draft.user is not None
    return draft.user


def test_no_way_around_the_head_while_there_is_one() -> None:
    unit = make_unit(head_approves=True)
    officer = make_officer(unit)

    def send(by: User, *, is_final: bool) -> None:
        report_progress(make_assignment(unit), by=by, is_final=is_final, percent=50, text="Xong.")

    send(officer, is_final=True)  # nobody heads the unit: its work does not stand still
    head = make_head(unit)
    with pytest.raises(NotAllowed):
        send(officer, is_final=True)
    send(officer, is_final=False)
    send(head, is_final=True)
    User.objects.filter(pk=head.pk).update(is_active=False)
    send(officer, is_final=True)
    assert ProgressReport.objects.count() == 4


def test_what_was_changed_after_submitting_is_not_approved() -> None:
    draft = make_submitted()
    head, writer = make_head(draft.assignment.unit), rules_writer(draft)
    seen = draft.stamp
    save_draft(draft.assignment, by=writer, content={"text": "Lời khác."}, expected=seen)
    with pytest.raises(StaleState):
        approve(draft, head, stamp=seen)
    with pytest.raises(StaleState):
        send_back(draft, by=head, words="Sửa.", stamp=seen)
    with pytest.raises(NewerDraft):
        submit_report(draft.assignment, by=writer, stamp=seen, keys=[])
    assert not ProgressReport.objects.exists()


def test_a_submitted_report_is_sent_back_with_words_only() -> None:
    draft = make_submitted()
    head = make_head(draft.assignment.unit)
    with pytest.raises(DomainError):
        send_back(draft, by=head, words="", stamp=draft.stamp)
    send_back(draft, by=head, words="Thiếu ảnh.", stamp=draft.stamp)
    draft.refresh_from_db()
    assert (draft.submitted_at, draft.head_words) == (None, "Thiếu ảnh.")
    mail = OutgoingMail.objects.latest("pk")
    assert mail.recipients == [rules_writer(draft).email]
    assert "Thiếu ảnh." in mail.text
    with pytest.raises(StaleState):
        send_back(draft, by=head, words="Lần nữa.", stamp=draft.stamp)


def test_a_report_that_waits_for_the_head_is_not_purged() -> None:
    draft = make_submitted()
    assert purge_drafts(timezone.now() + timedelta(days=1)) == 0
    ReportDraft.objects.filter(pk=draft.pk).update(submitted_at=None)
    assert purge_drafts(timezone.now() + timedelta(days=1)) == 1


def test_from_the_officer_s_form_through_the_head_to_the_so(client: Client) -> None:
    assignment = make_assignment(make_unit(head_approves=True))
    officer, head = make_officer(assignment.unit), make_head(assignment.unit)
    page = assignment.get_absolute_url()
    sign_in(client, officer)
    sent = client.post(page, {**DONE, "seen": "0", "evidence": make_upload("pdf")})
    assert sent.status_code == 302
    assert "đang chờ duyệt" in client.get(page).content.decode()
    assignment.refresh_from_db()
    assert assignment.state == State.ISSUED
    assert not ProgressReport.objects.exists()
    assert "dành cho lãnh đạo đơn vị" in client.get(LIST).content.decode()
    draft = ReportDraft.objects.get()
    assert client.get(f"{LIST}{draft.pk}/").status_code == 404
    mail = OutgoingMail.objects.get()
    assert mail.recipients == [head.email]
    assert f"{LIST}{draft.pk}/" in mail.text

    sign_in(client, head)
    assert f"{LIST}{draft.pk}/" in client.get(LIST).content.decode()
    shown = client.get(f"{LIST}{draft.pk}/").content.decode()
    assert "Đã phát 500 tờ rơi." in shown
    assert "minh-chung.pdf" in shown
    key = draft.submitted_keys[0]
    given = client.get(f"{LIST}{draft.pk}/tep/{key}/")
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(given.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    empty = client.post(f"{LIST}{draft.pk}/", {"viec": "tra", "stamp": draft.stamp})
    assert 'aria-invalid="true"' in empty.content.decode()
    done = client.post(f"{LIST}{draft.pk}/", {"viec": "gui", "stamp": draft.stamp})
    assert done.status_code == 302
    report = ProgressReport.objects.get()
    assert (report.author, report.is_final, report.evidence.count()) == (officer, True, 1)
    assignment.refresh_from_db()
    assert assignment.state == State.REPORTED
    verbs = list(HistoryEntry.objects.about(assignment).values_list("verb", "actor"))
    assert verbs == [
        ("submit_report", officer.pk),
        ("head_approve", head.pk),
        ("acknowledge", head.pk),
        ("report_final", head.pk),
    ]
    assert not ReportDraft.objects.exists()
    assert client.get(f"{LIST}{draft.pk}/").status_code == 404


def test_the_head_s_page_says_what_changed_and_keeps_the_words(client: Client) -> None:
    draft = make_submitted()
    sign_in(client, make_head(draft.assignment.unit))
    writer = rules_writer(draft)
    newer = save_draft(
        draft.assignment, by=writer, content={"text": "Lời khác."}, expected=draft.stamp
    )
    submit_report(draft.assignment, by=writer, stamp=newer.stamp, keys=[])
    typed = {"viec": "tra", "stamp": draft.stamp, "words": "Lời này còn đây."}
    stale = client.post(f"{LIST}{draft.pk}/", typed)
    assert stale.status_code == 409
    page = stale.content.decode()
    assert "Lời này còn đây." in page
    assert "Lời khác." in page
    assert newer.stamp in page
    again = client.post(f"{LIST}{draft.pk}/", {**typed, "stamp": newer.stamp})
    assert again.status_code == 302
    sign_in(client, writer)
    page = client.get(draft.assignment.get_absolute_url()).content.decode()
    assert "Lời này còn đây." in page
    assert "Lời khác." in page


def test_a_draft_that_lacks_something_is_not_sent(client: Client) -> None:
    draft = make_submitted()
    ReportDraft.objects.update(content={"text": ""})
    sign_in(client, make_head(draft.assignment.unit))
    answer = client.post(f"{LIST}{draft.pk}/", {"viec": "gui", "stamp": draft.stamp})
    assert "Bản trình chưa gửi được" in answer.content.decode()
    assert not ProgressReport.objects.exists()


def test_the_letter_s_link_submits_to_the_head_as_well(client: Client) -> None:
    assignment = make_assignment(make_unit(head_approves=True))
    head = make_head(assignment.unit)
    ask_unit(assignment, by=make_user("coordinator"), text="Khi nào xong?")
    page = links.path_of(Notice.objects.get(), assignment)
    reader = Client()
    assert reader.post(page, {**DONE, "seen": "0"}).status_code == 302
    assert "đang chờ duyệt" in reader.get(page).content.decode()
    draft = ReportDraft.objects.get()
    sign_in(client, head)
    assert "Liên kết gửi tới" in client.get(f"{LIST}{draft.pk}/").content.decode()
    done = client.post(f"{LIST}{draft.pk}/", {"viec": "gui", "stamp": draft.stamp})
    assert done.status_code == 302
    report = ProgressReport.objects.get()
    assert report.author is None
    assert "Liên kết gửi tới" in report.author_name


def test_the_head_switches_it_on_the_unit_s_page(client: Client) -> None:
    unit = make_unit()
    sign_in(client, make_head(unit))
    address = f"/can-bo/don-vi/{unit.code}/duyet/"
    assert "Tôi muốn duyệt trước khi gửi" in client.get("/can-bo/don-vi/").content.decode()
    for value, is_on in (("co", True), ("co", True), ("khong", False)):
        assert client.post(address, {"duyet": value}).status_code == 302
        unit.refresh_from_db()
        assert unit.head_approves is is_on
    assert HistoryEntry.objects.about(unit).count() == 2
    sign_in(client, make_officer(unit))
    assert client.post(address, {"duyet": "co"}).status_code == 403
    sign_in(client, make_head(make_unit()))
    assert client.post(address, {"duyet": "co"}).status_code == 404


def test_the_list_costs_the_same_however_long(
    client: Client, django_assert_max_num_queries: object
) -> None:
    unit = make_unit(head_approves=True)
    sign_in(client, make_head(unit))
    for _each in range(8):
        make_submitted(unit)
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert client.get(LIST).status_code == 200


def test_the_desk_tells_a_head_and_nobody_else_how_many_reports_wait(client: Client) -> None:
    unit = make_unit(head_approves=True)
    head = make_head(unit)
    sign_in(client, head)
    assert "chờ ông/bà duyệt" not in client.get("/can-bo/").text
    draft = make_submitted(unit)
    assert "1 báo cáo chờ ông/bà duyệt" in client.get("/can-bo/").text
    writer = sign_in(Client(), rules_writer(draft))
    assert "chờ ông/bà duyệt" not in writer.get("/can-bo/").text
