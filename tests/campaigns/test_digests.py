"""The daily digest: one mail a day with everything, nothing forgotten, and nothing urgent kept waiting."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connections
from django.test import Client

from campaigns.actions.choose_delivery import choose_delivery
from campaigns.actions.issue import issue_plan, preview_issue
from campaigns.actions.notices import resend_notice
from campaigns.digests import DIGEST_KIND, URGENT, send_digests
from campaigns.letters import render_digest
from campaigns.models import Assignment, DigestItem, Notice, Plan, TaskTarget, Unit, UnitContact
from campaigns.notices import notice_key, tell
from hanoi_portal.errors import NotAllowed
from hanoi_portal.models import HistoryEntry, OutgoingMail
from hanoi_portal.roles import ROLES
from tests.factories import (
    make_assignment,
    make_officer,
    make_task,
    make_unit,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db
DAILY, IMMEDIATE = UnitContact.Delivery.DAILY, UnitContact.Delivery.IMMEDIATE
MORNING = datetime(2026, 11, 24, 1, 45, tzinfo=UTC)  # 8:45 in Hà Nội
DAY = timedelta(days=1)


@pytest.fixture
def assignment() -> Assignment:
    """Work of a unit whose first address is told at once and whose second is told daily."""
    unit = make_unit(contacts=2, name="UBND quận Ba Đình")
    _first, second = unit.contacts.order_by("pk")
    UnitContact.objects.filter(pk=second.pk).update(delivery=DAILY)
    return make_assignment(unit)


def tell_of(assignment: Assignment, event: Notice.Event, occasion: str = "1") -> Notice:
    """Tell the unit of an event."""
    plan, unit = assignment.task.plan, assignment.unit
    return tell(
        unit=unit,
        plan=plan,
        event=event,
        assignments=[assignment],
        words="Lời <kèm> theo",
        unique_key=notice_key(event, plan, unit, occasion),
    )


def addresses(unit: Unit) -> tuple[str, str]:
    """Return the unit's two addresses: the immediate one, the daily one."""
    first, second = unit.contacts.order_by("pk")
    return first.email, second.email


def digests() -> list[OutgoingMail]:
    """Return the digests written so far, in order."""
    return list(OutgoingMail.objects.filter(kind=DIGEST_KIND).order_by("pk"))


@pytest.mark.parametrize("event", Notice.Event.values)
def test_what_is_urgent_goes_to_all_at_once_and_the_rest_waits_for_the_digest(
    assignment: Assignment, event: str
) -> None:
    notice = tell_of(assignment, Notice.Event(event))
    at_once, daily = addresses(assignment.unit)
    assert notice.mail is not None
    if event in URGENT:
        assert notice.mail.recipients == [at_once, daily]
        assert DigestItem.objects.count() == 0
    else:
        assert notice.mail.recipients == [at_once]
        assert DigestItem.objects.get().contact.email == daily
    assert {"returned", "recalled"} <= set(URGENT)


def test_one_mail_a_day_lists_everything_since_the_last(assignment: Assignment) -> None:
    tell_of(assignment, Notice.Event.ADDED)
    tell_of(assignment, Notice.Event.DEADLINE_CHANGED)
    assert send_digests(MORNING) == 1
    assert send_digests(MORNING + timedelta(hours=1)) == 0
    tell_of(assignment, Notice.Event.ACCEPTED)
    assert send_digests(MORNING + timedelta(hours=2)) == 0
    assert send_digests(MORNING + DAY) == 1
    assert send_digests(MORNING + 2 * DAY) == 0
    first, second = digests()
    assert first.recipients == second.recipients == [addresses(assignment.unit)[1]]
    mail = render_digest(first.about_id or 0)
    assert mail.subject == "V/v tổng hợp 2 thông báo trong ngày – UBND quận Ba Đình"
    for form in (mail.text, mail.html):
        assert form.index("Đổi thời hạn") < form.index("Giao bổ sung")
        assert f"Nhiệm vụ {assignment.task.code}." in form
        assert form.count("/can-bo/lien-ket/") == (2 if form == mail.text else 4)
    assert "Lời <kèm> theo" in mail.text
    assert "Lời &lt;kèm&gt; theo" in mail.html
    assert "1 thông báo" in render_digest(second.about_id or 0).subject


def test_nothing_is_sent_before_half_past_eight(assignment: Assignment) -> None:
    tell_of(assignment, Notice.Event.ADDED)
    assert send_digests(MORNING - timedelta(minutes=16)) == 0
    assert send_digests(MORNING - timedelta(minutes=15)) == 1


def test_a_week_without_beat_is_one_mail_with_all_of_it(assignment: Assignment) -> None:
    for number in range(5):
        tell_of(assignment, Notice.Event.ADDED, str(number))
    assert send_digests(MORNING + 7 * DAY) == 1
    assert digests()[0].digest_items.count() == 5


def test_who_goes_back_to_immediate_mails_still_gets_what_waits(assignment: Assignment) -> None:
    tell_of(assignment, Notice.Event.ADDED)
    UnitContact.objects.update(delivery=IMMEDIATE)
    notice = tell_of(assignment, Notice.Event.ADDED, "2")
    assert notice.mail is not None
    assert len(notice.mail.recipients) == 2
    assert send_digests(MORNING) == 1


def test_an_address_out_of_use_is_told_nothing(assignment: Assignment) -> None:
    tell_of(assignment, Notice.Event.ADDED)
    UnitContact.objects.filter(delivery=DAILY).update(is_active=False)
    assert send_digests(MORNING) == 0


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_beats_at_the_same_moment_write_one_digest() -> None:
    from concurrent.futures import ThreadPoolExecutor

    assignment = make_assignment()
    UnitContact.objects.update(delivery=DAILY)
    tell_of(assignment, Notice.Event.ADDED)

    def beat(_number: int) -> int:
        try:
            return send_digests(MORNING)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(beat, range(4))) == [0, 0, 0, 1]
    assert len(digests()) == 1


# --- the ledger -----------------------------------------------------------------------------------
def test_a_unit_told_by_digest_alone_is_not_taken_for_one_without_an_address(
    client: Client,
) -> None:
    assignment = make_assignment()
    UnitContact.objects.update(delivery=DAILY)
    notice = tell_of(assignment, Notice.Event.ADDED)
    assert notice.mail is None
    assert not Notice.objects.not_through().exists()
    sign_in(client, make_user("coordinator"))
    page = client.get("/quan-tri/campaigns/notice/").content.decode()
    assert "trong thư tổng hợp hằng ngày" in page
    assert (
        "trong thư tổng hợp"
        not in client.get("/quan-tri/campaigns/notice/?thu=khong")
        .content.decode()
        .split("changelist-form")[-1]
    )
    send_digests(MORNING)
    page = client.get(f"/quan-tri/campaigns/notice/{notice.pk}/change/").content.decode()
    assert "(thư tổng hợp: chờ gửi)" in page
    OutgoingMail.objects.update(state=OutgoingMail.State.FAILED)
    assert list(Notice.objects.not_through()) == [notice]


def test_staff_can_send_such_a_notice_at_once(assignment: Assignment) -> None:
    UnitContact.objects.update(delivery=DAILY)
    notice = tell_of(assignment, Notice.Event.ADDED)
    resend_notice(notice, by=make_user("coordinator"))
    notice.refresh_from_db()
    assert notice.mail is not None
    assert len(notice.mail.recipients) == 2


def test_issuing_tells_each_address_as_it_chose() -> None:
    task = make_task()
    Plan.objects.update(issued_at=None)
    task.plan.refresh_from_db()
    mixed, daily, without = make_unit(contacts=2), make_unit(), make_unit(contacts=0)
    UnitContact.objects.filter(unit=daily).update(delivery=DAILY)
    UnitContact.objects.filter(pk=mixed.contacts.order_by("pk")[1].pk).update(delivery=DAILY)
    for unit in (mixed, daily, without):
        TaskTarget.objects.create(task=task, role="lead", unit=unit)
    preview = preview_issue(task.plan)
    assert preview.without_address == [without]
    told = {share.unit: share.told for share in preview.shares}
    assert told[daily] == [f"{daily.contacts.get().email} (thư tổng hợp hằng ngày)"]
    issue_plan(task.plan, by=make_user("coordinator"), expected=preview.fingerprint)
    assert OutgoingMail.objects.count() == 1
    assert {item.contact.unit for item in DigestItem.objects.all()} == {mixed, daily}
    assert send_digests(MORNING) == 2


# --- choosing -------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [*ROLES, None])
def test_only_an_officer_of_the_unit_chooses(assignment: Assignment, role: str | None) -> None:
    contact = assignment.unit.contacts.order_by("pk")[0]
    with pytest.raises(NotAllowed):
        choose_delivery(contact, DAILY, by=make_user(role))
    assert choose_delivery(contact, DAILY, by=make_officer(assignment.unit))
    assert not choose_delivery(contact, DAILY, by=make_officer(assignment.unit))
    entry = HistoryEntry.objects.get(verb="choose_delivery")
    assert entry.note == f"{contact.email}: Nhận một thư tổng hợp mỗi ngày"


def test_officers_choose_for_their_own_units_alone(client: Client) -> None:
    mine, other = make_unit(), make_unit()
    own, foreign = mine.contacts.get(), other.contacts.get()
    sign_in(client, make_officer(mine))
    page = client.get("/can-bo/cach-nhan-thu/").content.decode()
    assert own.email in page
    assert foreign.email not in page
    answer = client.post(
        "/can-bo/cach-nhan-thu/",
        {f"nhan-{own.pk}": "daily", f"nhan-{foreign.pk}": "daily"},
        follow=True,
    )
    assert "Đã ghi cách nhận thư." in answer.content.decode()
    again = client.post("/can-bo/cach-nhan-thu/", {f"nhan-{own.pk}": "gì đó"}, follow=True)
    assert "không thay đổi" in again.content.decode()
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.delivery, foreign.delivery) == (DAILY, IMMEDIATE)


def test_who_speaks_for_no_unit_is_told_so(client: Client) -> None:
    sign_in(client, make_user("unit_officer"))
    page = client.get("/can-bo/cach-nhan-thu/").content.decode()
    assert "Đơn vị chưa có địa chỉ nhận thông báo." in page


def test_the_choice_survives_a_former_officer(client: Client) -> None:
    unit = make_unit()
    officer = make_officer(unit)
    officer.memberships.update(since=date(2020, 1, 1), until=date(2021, 1, 1))
    with pytest.raises(NotAllowed):
        choose_delivery(unit.contacts.get(), DAILY, by=officer)
