"""The ledger of notices: who may not have been told, why, and what staff do about it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns import links
from campaigns.actions.acknowledge import acknowledge
from campaigns.actions.notices import mark_told, resend_notice
from campaigns.models import Assignment, Notice, Plan, Unit, UnitContact
from campaigns.notices import notice_key, tell
from hanoi_portal import outbox
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail, User
from hanoi_portal.registry import registry
from hanoi_portal.roles import ADMINISTRATOR, COORDINATOR, ROLES
from tests.factories import (
    make_assignment,
    make_issued_plan_722,
    make_officer,
    make_unit,
    make_user,
    sign_in,
)
from tests.harness.smtp import Behaviour, SmtpServer

pytestmark = pytest.mark.django_db
State = OutgoingMail.State
LEDGER = "/quan-tri/campaigns/notice/"


@pytest.fixture
def smtp(settings: Settings, smtp_server: SmtpServer) -> SmtpServer:
    """Send through the server on loopback."""
    settings.EMAIL_BACKEND = "hanoi_portal.mail_backends.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp_server.port
    settings.EMAIL_TIMEOUT = 1
    return smtp_server


@pytest.fixture
def coordinator() -> User:
    return make_user(COORDINATOR)


@pytest.fixture
def client(coordinator: User) -> Client:
    return sign_in(Client(), coordinator)


def write(unit: Unit | None = None, **values: Any) -> Notice:
    """Write the notice of one assignment, as issuing does."""
    assignment = make_assignment(unit or make_unit(**values))
    plan = assignment.task.plan
    return tell(
        unit=assignment.unit,
        plan=plan,
        event=Notice.Event.ISSUED,
        assignments=[assignment],
        unique_key=notice_key("issued", plan, assignment.unit),
    )


def mail_of(notice: Notice) -> OutgoingMail:
    notice.refresh_from_db()
    assert notice.mail is not None
    return notice.mail


def put(notice: Notice, state: str) -> None:
    OutgoingMail.objects.filter(pk=mail_of(notice).pk).update(state=state)
    notice.refresh_from_db()


# --- addresses ------------------------------------------------------------------------------------
def test_a_refusal_for_good_marks_the_address_with_the_servers_words_and_shows_on_the_unit(
    smtp: SmtpServer, client: Client
) -> None:
    notice = write()
    smtp.script.append(Behaviour.REFUSE_FOR_GOOD)
    assert outbox.deliver_due() == 0
    contact = UnitContact.objects.get(unit=notice.unit)
    assert contact.refused_words == "550 5.1.1 No such mailbox"
    assert contact.refused_at is not None
    page = client.get(reverse("admin:campaigns_unit_change", args=[notice.unit_id]))
    assert "550 5.1.1 No such mailbox" in page.content.decode()
    listed = client.get(reverse("admin:campaigns_unit_changelist"), {"dia-chi": "hong"})
    assert list(listed.context["cl"].queryset) == [notice.unit]
    ledger = client.get(LEDGER, {"thu": "can-xem"})
    assert "550 5.1.1 No such mailbox" in ledger.content.decode()


def test_a_letter_accepted_later_takes_the_mark_away_and_only_from_its_address(
    smtp: SmtpServer,
) -> None:
    notice = write()
    other = UnitContact.objects.get(unit=make_unit())
    UnitContact.objects.update(refused_at=timezone.now(), refused_words="550 No")
    assert outbox.deliver_due() == 1
    assert UnitContact.objects.get(unit=notice.unit).refused_at is None
    other.refresh_from_db()
    assert other.refused_words == "550 No"


def test_a_refusal_for_now_marks_nothing(smtp: SmtpServer) -> None:
    notice = write()
    smtp.script.append(Behaviour.REFUSE)
    outbox.deliver_due()
    assert UnitContact.objects.get(unit=notice.unit).refused_at is None


def test_of_two_addresses_only_the_refused_one_is_marked(smtp: SmtpServer) -> None:
    notice = write(contacts=2)
    first, second = UnitContact.objects.filter(unit=notice.unit).order_by("pk")

    async def rcpt(server: Any, session: Any, envelope: Any, to: str, options: list[str]) -> str:
        if to == first.email:
            return "550 Nobody"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    smtp.handle_RCPT = rcpt  # type: ignore[attr-defined]
    assert outbox.deliver_due() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.refused_words, second.refused_words) == ("550 Nobody", "")
    assert first.email in mail_of(notice).last_response


def test_a_corrected_address_starts_without_the_mark(client: Client) -> None:
    unit = make_unit()
    contact = UnitContact.objects.get(unit=unit)
    UnitContact.objects.update(refused_at=timezone.now(), refused_words="550 No")
    page = reverse("admin:campaigns_unit_change", args=[unit.pk])
    form = client.get(page).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value not in (None, [])}
    for formset in client.get(page).context["inline_admin_formsets"]:
        prefix = formset.formset.prefix
        count = len(formset.formset.initial_forms)
        data |= {f"{prefix}-TOTAL_FORMS": count, f"{prefix}-INITIAL_FORMS": count}
    data |= {
        "contacts-0-id": contact.pk,
        "contacts-0-unit": unit.pk,
        "contacts-0-email": "dung@quan.example",
        "contacts-0-is_active": "on",
        "contacts-0-delivery": "immediate",
    }
    assert client.post(page, data).status_code == 302
    contact.refresh_from_db()
    assert (contact.email, contact.refused_at) == ("dung@quan.example", None)


def test_what_was_accepted_asks_the_database_once_a_batch() -> None:
    [listen] = registry.acceptance_listeners
    with CaptureQueriesContext(connection) as queries:
        listen([f"van-thu-{number}@quan.example" for number in range(25)])
    assert len(queries) == 1


# --- the list -------------------------------------------------------------------------------------
def test_what_may_not_have_arrived_is_found_counted_and_linked(
    client: Client, coordinator: User
) -> None:
    fine, failed, unsure, nowhere = write(), write(), write(), write(contacts=0)
    put(fine, State.SENT)
    put(failed, State.FAILED)
    put(unsure, State.UNKNOWN)
    found = client.get(LEDGER, {"thu": "can-xem"}).context["cl"].queryset
    assert set(found) == {failed, unsure, nowhere}
    [card] = [card for card in registry.cards(coordinator) if "chưa chắc" in card.title]
    assert card.value == 3
    assert client.get(card.url).context["cl"].queryset.count() == 3
    mark_told(nowhere, by=coordinator, words="Gọi điện cho văn phòng.")
    assert client.get(card.url).context["cl"].queryset.count() == 2
    told = client.get(LEDGER, {"thu": "cach-khac"}).context["cl"].queryset
    assert list(told) == [nowhere]


def test_it_says_when_the_unit_acknowledged(client: Client) -> None:
    notice = write()
    at = timezone.make_aware(datetime(2030, 4, 14, 14, 20))  # noqa: DTZ001 - Hà Nội's time
    officer = make_officer(notice.unit)
    assert "0/1" in client.get(LEDGER).content.decode()
    acknowledge(Assignment.objects.filter(notices=notice), by=officer, at=at)
    assert "1/1 · 14:20 14/04/2030" in client.get(LEDGER).content.decode()


def test_the_list_asks_the_same_queries_however_many_notices(client: Client) -> None:
    found = []
    for _round in range(2):
        make_issued_plan_722() if found else write()
        client.get(LEDGER)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LEDGER).status_code == 200
        found.append(len(queries))
    assert found[0] == found[1]
    assert found[1] <= 12


# --- sending again --------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", State.values)
def test_who_may_send_a_notice_again_and_when(role: str, state: str) -> None:
    notice, person = write(), make_user(role)
    put(notice, state)
    if role not in {ADMINISTRATOR, COORDINATOR}:
        with pytest.raises(NotAllowed):
            resend_notice(notice, by=person)
    elif state in {State.PENDING, State.CLAIMED}:
        with pytest.raises(StaleState):
            resend_notice(notice, by=person)
    else:
        resend_notice(notice, by=person)
        assert mail_of(notice).state == State.PENDING
        entry = HistoryEntry.objects.about(notice).get()
        assert (entry.verb, entry.actor, entry.from_state) == ("resend_notice", person, state)
        return
    assert mail_of(notice).state == state
    assert not HistoryEntry.objects.exists()


def test_it_goes_to_the_corrected_address_under_the_old_message_id_with_the_same_link(
    smtp: SmtpServer, client: Client
) -> None:
    notice = write()
    smtp.script.append(Behaviour.REFUSE_FOR_GOOD)
    outbox.deliver_due()
    UnitContact.objects.filter(unit=notice.unit).update(email="dung@quan.example")
    before = mail_of(notice).message_id
    page = client.post(reverse("admin:notice-resend", args=[notice.pk]), follow=True)
    assert "hàng chờ gửi" in page.content.decode()
    assert outbox.deliver_due() == 1
    [received] = smtp.received
    assert (received.message_id, received.recipients) == (before, ("dung@quan.example",))
    body = received.message.get_body(("plain",))
    assert body is not None
    assert links.path_of(notice) in body.get_content()


def test_an_old_notice_sent_again_has_a_living_link_and_the_servers_patience_begins_anew(
    smtp: SmtpServer, coordinator: User
) -> None:
    notice = write()
    long_ago = timezone.now() - timedelta(days=40)
    Notice.objects.update(created_at=long_ago, link_until=long_ago + timedelta(days=30))
    OutgoingMail.objects.update(
        created_at=long_ago, trying_since=long_ago, state=State.FAILED, tries=20
    )
    resend_notice(Notice.objects.get(), by=coordinator)
    assert links.is_open(Notice.objects.get())
    smtp.script.append(Behaviour.REFUSE)
    outbox.deliver_due()
    assert mail_of(notice).state == State.PENDING


def test_a_stopped_link_stays_stopped_when_the_notice_is_sent_again(coordinator: User) -> None:
    notice = write()
    put(notice, State.SENT)
    Notice.objects.update(link_revoked_at=timezone.now())
    resend_notice(Notice.objects.get(), by=coordinator)
    assert not links.is_open(Notice.objects.get())


def test_a_notice_that_had_no_address_is_sent_once_there_is_one(coordinator: User) -> None:
    notice = write(contacts=0)
    with pytest.raises(DomainError, match="chưa có địa chỉ nhận thông báo"):
        resend_notice(notice, by=coordinator)
    UnitContact.objects.create(unit=notice.unit, email="moi@quan.example")
    resend_notice(notice, by=coordinator)
    assert mail_of(notice).recipients == ["moi@quan.example"]
    stale = Notice.objects.get(pk=notice.pk)
    stale.mail = None
    with pytest.raises(StaleState):
        resend_notice(stale, by=coordinator)
    assert OutgoingMail.objects.count() == 1


def test_several_are_sent_again_at_once_and_the_others_named(client: Client) -> None:
    failed, waiting = write(), write()
    put(failed, State.FAILED)
    data = {"action": "resend_selected", "_selected_action": [failed.pk, waiting.pk]}
    page = client.post(LEDGER, data, follow=True).content.decode()
    assert "Đã đưa 1 thông báo vào hàng chờ gửi." in page
    assert f"{waiting}: Thông báo này đang chờ gửi." in page
    assert mail_of(failed).state == State.PENDING


# --- told by other means --------------------------------------------------------------------------
@pytest.mark.parametrize("role", ROLES)
def test_who_may_write_down_that_a_unit_was_told(role: str) -> None:
    notice, person = write(), make_user(role)
    if role != COORDINATOR:
        with pytest.raises(NotAllowed):
            mark_told(notice, by=person, words="Gọi điện.")
        return
    mark_told(notice, by=person, words="Gọi điện.")
    assert HistoryEntry.objects.about(notice).get().note == "Gọi điện."
    with pytest.raises(StaleState):
        mark_told(notice, by=person, words="Lần nữa.")
    with pytest.raises(DomainError):
        mark_told(write(), by=person, words="")


def test_telling_by_other_means_in_the_admin(client: Client, coordinator: User) -> None:
    notice = write(contacts=0)
    page = reverse("admin:notice-told", args=[notice.pk])
    too_long = client.post(page, {"words": "a" * 1001})
    assert too_long.status_code == 200
    assert "a" * 1001 in too_long.content.decode()
    assert 'aria-invalid="true"' in client.post(page, {"words": " \u200b "}).content.decode()
    told = client.post(page, {"words": "Gọi điện cho bà Lan."}, follow=True).content.decode()
    assert f"{coordinator}, " in told
    assert "Gọi điện cho bà Lan." in told
    assert "đã được ghi" in client.post(page, {"words": "x"}, follow=True).content.decode()


def test_staff_stop_a_link_from_the_ledger(client: Client) -> None:
    notice = write()
    page = client.post(reverse("admin:notice-revoke", args=[notice.pk]), follow=True)
    assert "đã hủy lúc" in page.content.decode()
    assert Client().get(links.path_of(notice)).status_code == 410


def test_links_are_switched_off_for_a_whole_plan_in_the_admin(client: Client) -> None:
    notice = write()
    page = reverse("admin:campaigns_plan_change", args=[notice.plan_id])
    assert client.post(page, {"is_public": "on"}).status_code == 302
    assert Plan.objects.get(pk=notice.plan_id).has_links is False
    assert Client().get(links.path_of(notice)).status_code == 410
