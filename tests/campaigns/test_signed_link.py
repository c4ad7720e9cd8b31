"""The signed link of a letter: exactly its assignments, without signing in, and only as long as somebody wants it."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns import links
from campaigns.actions.acknowledge import acknowledge
from campaigns.actions.links import revoke_link
from campaigns.actions.progress import report_progress
from campaigns.letters import render
from campaigns.links import NoticeHolder
from campaigns.models import Assignment, Notice, Plan, ProgressReport, Unit
from campaigns.notices import notice_key, tell
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.logs import MaskingFormatter
from hanoi_portal.models import HistoryEntry
from hanoi_portal.roles import ADMINISTRATOR, COORDINATOR, ROLES, UNIT_OFFICER
from tests.factories import (
    make_assignment,
    make_issued_plan_722,
    make_officer,
    make_unit,
    make_upload,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db
State = Assignment.State


@pytest.fixture
def unit() -> Unit:
    return make_unit(name="UBND quận Ba Đình")


@pytest.fixture
def notice(unit: Unit) -> Notice:
    """A letter about two assignments of a plan; a third one of the unit is not in it."""
    first = make_assignment(unit)
    second = make_assignment(unit, task=make_assignment(task=None).task)
    make_assignment(unit)
    plan = first.task.plan
    return tell(
        unit=unit,
        plan=plan,
        event=Notice.Event.ISSUED,
        assignments=[first, second],
        unique_key=notice_key("issued", plan, unit),
    )


@pytest.fixture
def anyone() -> Client:
    """Somebody with a browser that checks form tokens, and no account."""
    return Client(enforce_csrf_checks=True)


def report(**values: Any) -> dict[str, Any]:
    return {"stage": "doing", "percent": "40", "text": "Đã mở hai lớp.", "seen": "0", **values}


# --- the letter -----------------------------------------------------------------------------------
def test_the_letter_carries_the_link_and_the_same_one_when_it_is_written_again(
    notice: Notice,
) -> None:
    path = links.path_of(notice)
    for _time in range(2):
        mail = render(notice.pk)
        assert f"{settings.SITE_URL}{path}" in mail.text
        assert f'href="{settings.SITE_URL}{path}"' in mail.html
        assert "không cần đăng nhập" in mail.text


def test_nothing_that_is_stored_opens_a_link(notice: Notice) -> None:
    token = links.token_of(notice)
    signature = token.partition(".")[2]
    rows = [str(row) for model in (Notice, HistoryEntry) for row in model.objects.values()]
    assert notice.mail is not None
    rows += [str(vars(notice.mail))]
    assert not [row for row in rows if signature in row]
    assert len(token) == 45


@pytest.mark.parametrize("event", [Notice.Event.ACCEPTED])
def test_a_letter_that_asks_for_nothing_carries_no_link(notice: Notice, event: str) -> None:
    Notice.objects.filter(pk=notice.pk).update(event=event)
    assert "/can-bo/lien-ket/" not in render(notice.pk).text
    assert Client().get(links.path_of(notice)).status_code == 410


def test_a_returned_report_leads_straight_to_its_assignment(notice: Notice, unit: Unit) -> None:
    one = notice.assignments.first()
    assert one is not None
    back = tell(
        unit=unit,
        plan=notice.plan,
        event=Notice.Event.RETURNED,
        assignments=[one],
        unique_key="returned",
        words="Thiếu số liệu.",
    )
    assert f"{settings.SITE_URL}{links.path_of(back, one)}" in render(back.pk).text


# --- what it opens --------------------------------------------------------------------------------
def test_it_opens_exactly_the_assignments_of_its_letter(notice: Notice, anyone: Client) -> None:
    page = anyone.get(links.path_of(notice)).content.decode()
    told = {links.path_of(notice, each) for each in notice.assignments.all()}
    assert set(re.findall(r'href="(/can-bo/lien-ket/[^"]+/\d+/)"', page)) == told
    for assignment in Assignment.objects.all():
        got = anyone.get(links.path_of(notice, assignment)).status_code
        assert got == (200 if assignment in notice.assignments.all() else 404)


def test_what_was_recalled_is_shown_no_more(notice: Notice, anyone: Client) -> None:
    one = notice.assignments.first()
    assert one is not None
    Assignment.objects.filter(pk=one.pk).update(state=State.RECALLED)
    assert one.task.title not in anyone.get(links.path_of(notice)).content.decode()
    assert anyone.get(links.path_of(notice, one)).status_code == 404


def test_looking_changes_nothing_however_often(notice: Notice, anyone: Client) -> None:
    one = notice.assignments.first()
    assert one is not None
    before = [list(model.objects.values()) for model in (Assignment, Notice, HistoryEntry)]
    for method in (anyone.get, anyone.head):
        for path in (links.path_of(notice), links.path_of(notice, one)):
            assert method(path).status_code == 200
    assert [list(model.objects.values()) for model in (Assignment, Notice, HistoryEntry)] == before


def test_it_is_kept_by_nobody_told_to_nobody_and_sets_no_cookie(
    notice: Notice, anyone: Client
) -> None:
    one = notice.assignments.first()
    for path in (links.path_of(notice), links.path_of(notice, one)):
        answer = anyone.get(path)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert not answer.cookies
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert 'name="csrfmiddlewaretoken"' not in answer.content.decode()


def test_the_page_asks_the_same_few_queries_however_many_assignments(anyone: Client) -> None:
    make_issued_plan_722()
    found = []
    for code in ("Q001", "STTTT"):
        path = links.path_of(Notice.objects.get(unit__code=code))
        with CaptureQueriesContext(connection) as queries:
            assert anyone.get(path).status_code == 200
        found.append(len(queries))
    assert found == [2, 2]


# --- acknowledging and reporting ------------------------------------------------------------------
def test_acknowledging_through_it_is_told_as_such_and_again_changes_nothing(
    notice: Notice, anyone: Client
) -> None:
    for _time in range(2):
        answer = anyone.post(links.path_of(notice), follow=True)
        assert "Đã ghi nhận đơn vị tiếp nhận" in answer.content.decode()
    assert set(notice.assignments.values_list("state", flat=True)) == {State.ACKNOWLEDGED}
    entries = HistoryEntry.objects.filter(verb="acknowledge")
    assert entries.count() == 2
    for entry in entries:
        assert (entry.actor, entry.via) == (None, "link")
        assert entry.actor_name == "Liên kết gửi tới " + notice.mail.recipients[0]  # type: ignore[union-attr]


def test_reporting_with_evidence_through_it(notice: Notice, anyone: Client) -> None:
    one = notice.assignments.first()
    assert one is not None
    path = links.path_of(notice, one)
    answer = anyone.post(path, report(stage="done", evidence=make_upload()), follow=True)
    page = answer.content.decode()
    assert "Đã ghi báo cáo của đơn vị" in page
    assert "minh-chung.pdf" in page
    assert "/can-bo/minh-chung/" not in page
    one.refresh_from_db()
    assert one.state == State.REPORTED
    written = ProgressReport.objects.get(assignment=one)
    assert written.author is None
    assert written.author_words.startswith("Liên kết gửi tới van-thu")
    assert written.evidence.count() == 1
    verbs = HistoryEntry.objects.about(one).values_list("verb", "via")
    assert list(verbs) == [("acknowledge", "link"), ("report_final", "link")]
    again = anyone.post(path, report(stage="done", seen=str(one.version)))
    assert again.status_code == 409
    assert "Đã mở hai lớp." in again.content.decode()


def test_a_wrong_report_says_so_and_keeps_what_was_typed(notice: Notice, anyone: Client) -> None:
    path = links.path_of(notice, notice.assignments.first())
    answer = anyone.post(path, report(percent="140"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Đã mở hai lớp." in page
    assert 'aria-invalid="true"' in page
    assert not ProgressReport.objects.exists()


def test_staff_read_in_the_history_through_which_link_it_came(notice: Notice) -> None:
    one = notice.assignments.first()
    assert one is not None
    acknowledge([one], by=NoticeHolder(notice))
    client = sign_in(Client(), make_user(COORDINATOR))
    page = client.get(reverse("admin:campaigns_assignment_change", args=[one.pk])).content.decode()
    assert "Liên kết gửi tới van-thu" in page
    assert "qua liên kết trong thư" in page


def test_it_speaks_for_no_other_assignment(notice: Notice, unit: Unit) -> None:
    other = Assignment.objects.filter(unit=unit).exclude(notices=notice).get()
    holder = NoticeHolder(notice)
    with pytest.raises(NotAllowed):
        acknowledge([*notice.assignments.all(), other], by=holder)
    with pytest.raises(NotAllowed):
        report_progress(other, by=holder, is_final=False, percent=10, text="Việc khác.")
    assert set(Assignment.objects.values_list("state", flat=True)) == {State.ISSUED}


# --- its end --------------------------------------------------------------------------------------
def close(how: str, notice: Notice) -> None:
    if how == "expired":
        Notice.objects.filter(pk=notice.pk).update(link_until=timezone.now())
    elif how == "revoked":
        revoke_link(notice, by=make_user(COORDINATOR))
    else:
        Plan.objects.filter(pk=notice.plan_id).update(has_links=False)


@pytest.mark.parametrize("how", ["expired", "revoked", "switched off"])
def test_a_closed_link_opens_nothing_and_says_where_to_go(
    how: str, notice: Notice, anyone: Client
) -> None:
    one = notice.assignments.first()
    assert one is not None
    close(how, notice)
    for path in (links.path_of(notice), links.path_of(notice, one)):
        for answer in (anyone.get(path), anyone.post(path, report())):
            assert answer.status_code == 410
            page = answer.content.decode()
            assert "Liên kết không còn dùng được" in page
            assert one.task.title not in page
    with pytest.raises(NotAllowed):
        acknowledge([one], by=NoticeHolder(notice))
    assert not HistoryEntry.objects.filter(verb="acknowledge").exists()
    assert "/can-bo/lien-ket/" not in render(notice.pk).text


def test_it_lives_for_thirty_days(notice: Notice) -> None:
    assert links.is_open(notice, notice.created_at + timedelta(days=29, hours=23))
    assert not links.is_open(notice, notice.created_at + timedelta(days=30, minutes=1))


@pytest.mark.parametrize("spoilt", ["first", "last", "short", "none", "odd", "unknown"])
def test_any_other_token_is_not_found(spoilt: str, notice: Notice, anyone: Client) -> None:
    token = links.token_of(notice)
    other = {
        "first": ("B" if token[0] == "A" else "A") + token[1:],
        "last": token[:30] + ("B" if token[30] == "A" else "A") + token[31:],
        "short": token[:-4],
        "none": token.partition(".")[0],
        "odd": "đ" * 45,
        "unknown": token,
    }[spoilt]
    if spoilt == "unknown":
        notice.assignments.clear()
        notice.delete()
    assert anyone.get(f"/can-bo/lien-ket/{other}/").status_code == 404


def test_a_changed_secret_key_closes_links_unless_the_old_one_is_kept_as_a_fallback(
    notice: Notice, settings: Settings
) -> None:
    path, old = links.path_of(notice), settings.SECRET_KEY
    settings.SECRET_KEY = "mot-khoa-khac-dai-hon-nam-muoi-ky-tu-de-khong-bi-nhac-nho"
    assert Client().get(path).status_code == 404
    settings.SECRET_KEY_FALLBACKS = [old]
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_who_may_revoke(role: str, notice: Notice) -> None:
    person = make_user(role)
    if role == COORDINATOR:
        revoke_link(notice, by=person)
        assert HistoryEntry.objects.about(notice).get().verb == "revoke_link"
        with pytest.raises(StaleState):
            revoke_link(notice, by=person)
    else:
        with pytest.raises(NotAllowed):
            revoke_link(notice, by=person)
        assert role != ADMINISTRATOR or not HistoryEntry.objects.exists()


def test_the_unit_sees_its_links_and_stops_one(notice: Notice, unit: Unit) -> None:
    client = sign_in(Client(), make_officer(unit))
    page = client.get(reverse("links")).content.decode()
    assert notice.mail is not None
    assert notice.mail.recipients[0] in page
    assert links.token_of(notice) not in page
    answer = client.post(reverse("link-revoke", args=[notice.pk]), follow=True)
    assert "Đã hủy liên kết" in answer.content.decode()
    assert notice.mail.recipients[0] not in answer.content.decode()
    assert Client().get(links.path_of(notice)).status_code == 410
    again = client.post(reverse("link-revoke", args=[notice.pk]), follow=True)
    assert "đã được hủy từ trước" in again.content.decode()


def test_another_units_officer_cannot_stop_it(notice: Notice) -> None:
    client = sign_in(Client(), make_officer(make_unit(), UNIT_OFFICER))
    assert client.post(reverse("link-revoke", args=[notice.pk])).status_code == 404
    assert "Không có liên kết nào" in client.get(reverse("links")).content.decode()
    assert Client().get(links.path_of(notice)).status_code == 200


# --- logs -----------------------------------------------------------------------------------------
def test_logs_keep_no_token(notice: Notice) -> None:
    formatter = MaskingFormatter("{message}", style="{")
    path = links.path_of(notice)
    try:
        raise RuntimeError(f"at {path}")
    except RuntimeError as error:
        trouble = (type(error), error, error.__traceback__)
    record = logging.LogRecord("a", logging.WARNING, "b", 1, "Not Found: %s", (path,), trouble)
    told = formatter.format(record)
    assert links.token_of(notice) not in told
    assert "Not Found: /can-bo/lien-ket/…/" in told
    settings_used = settings.LOGGING["formatters"]["line"]["()"]
    assert settings_used == "hanoi_portal.logs.MaskingFormatter"
