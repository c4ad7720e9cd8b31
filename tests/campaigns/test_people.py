"""The people of a unit: who invites, hands over and leaves; within the own unit only, and nobody is left without."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import rules
from campaigns.actions.people import MOST_PEOPLE, end_membership, hand_over, invite_officer
from campaigns.models import Assignment, Membership, Unit
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail, User
from hanoi_portal.roles import ROLES
from tests.factories import make_assignment, make_officer, make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/can-bo/don-vi/"


def make_helper(unit: Unit) -> Membership:
    """Make an officer of the unit who is not the responsible one."""
    user = make_user("unit_officer")
    return Membership.objects.create(unit=unit, user=user, since=timezone.localdate())


def running(unit: Unit) -> set[tuple[str, bool]]:
    """Return who speaks for the unit today, and who of them is responsible."""
    rows = Membership.objects.current(timezone.localdate()).filter(unit=unit)
    return set(rows.values_list("user__username", "is_responsible"))


@pytest.mark.parametrize("part", ["responsible", "helper", "former", "elsewhere", "off", None])
@pytest.mark.parametrize("role", [None, *ROLES])
def test_only_who_is_responsible_manages_the_people_of_a_unit(
    role: str | None, part: str | None
) -> None:
    unit, today = make_unit(), timezone.localdate()
    user = make_user(role, is_active=part != "off")
    if part:
        until = today - timedelta(days=1) if part == "former" else None
        Membership.objects.create(
            unit=make_unit() if part == "elsewhere" else unit,
            user=user,
            since=today - timedelta(days=9),
            until=until,
            is_responsible=part != "helper",
        )
    leads = part == "responsible"
    assert rules.leads_unit(user, unit, today) is leads
    helper, other = make_helper(unit), make_helper(unit)

    def attempt(verb: str) -> bool:
        try:
            if verb == "invite":
                invite_officer(unit, by=user, full_name="Lê Thị Hoa", email="hoa@ha-noi.example")
            elif verb == "end":
                end_membership(other, by=user)
            else:
                hand_over(helper, by=user)
        except NotAllowed:
            return False
        return True

    # Handing over comes last: after it the user leads no more.
    assert [attempt(verb) for verb in ("invite", "end", "hand over")] == [leads] * 3
    assert HistoryEntry.objects.about(unit).count() == (3 if leads else 0)
    assert User.objects.filter(email="hoa@ha-noi.example").exists() is leads


@pytest.mark.parametrize(
    ("kind", "role"), [("district", "unit_officer"), ("press", "press_officer")]
)
def test_who_is_invited_gets_an_account_of_the_unit_s_kind(kind: str, role: str) -> None:
    unit = make_unit(kind)
    chief = make_officer(unit)
    make_user(username="hoa.le", email="khac@ha-noi.example")
    joined = invite_officer(unit, by=chief, full_name="Lê Thị Hoa", email="Hoa.Le@ha-noi.example")
    person = joined.user
    assert (person.username, person.full_name) == ("hoa.le-2", "Lê Thị Hoa")
    assert (person.is_staff, person.has_usable_password()) == (False, False)
    assert [group.name for group in person.groups.all()] == [ROLES[role].group]
    assert joined.is_responsible is False
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipients) == ("hanoi_portal.invitation", ["Hoa.Le@ha-noi.example"])
    assert rules.speaks_for(person, unit, timezone.localdate())
    with pytest.raises(StaleState):
        invite_officer(unit, by=chief, full_name="Lê Thị Hoa", email="hoa.le@ha-noi.example")


def test_who_has_an_account_already_is_told_and_keeps_it() -> None:
    unit = make_unit()
    chief, known = make_officer(unit), make_officer(make_unit())
    invite_officer(unit, by=chief, full_name="Tên khác", email=known.email.upper())
    known.refresh_from_db()
    assert known.full_name != "Tên khác"
    assert known.memberships.count() == 2
    mail = OutgoingMail.objects.get()
    assert mail.recipients == [known.email]
    assert unit.name in mail.text


def test_staff_and_closed_accounts_cannot_be_drawn_into_a_unit() -> None:
    unit = make_unit()
    chief = make_officer(unit)
    for person in (make_user("coordinator"), make_user("unit_officer", is_active=False)):
        with pytest.raises(DomainError, match="liên hệ Sở"):
            invite_officer(unit, by=chief, full_name="Ai đó", email=person.email)
    assert running(unit) == {(chief.username, True)}
    assert not OutgoingMail.objects.exists()


def test_a_unit_has_so_many_officers_and_no_more() -> None:
    unit = make_unit()
    chief = make_officer(unit)
    for _each in range(MOST_PEOPLE - 1):
        make_helper(unit)
    with pytest.raises(DomainError, match="nhiều nhất"):
        invite_officer(unit, by=chief, full_name="Thêm một", email="them@ha-noi.example")


def test_handing_over_leaves_exactly_one_responsible() -> None:
    unit = make_unit()
    chief, helper = make_officer(unit), make_helper(unit)
    hand_over(helper, by=chief)
    assert running(unit) == {(chief.username, False), (helper.user.username, True)}
    with pytest.raises(NotAllowed):
        hand_over(helper, by=chief)
    with pytest.raises(StaleState):
        hand_over(helper, by=helper.user)


def test_nobody_is_handed_the_responsibility_after_leaving() -> None:
    unit = make_unit()
    chief, helper = make_officer(unit), make_helper(unit)
    end_membership(helper, by=helper.user)
    with pytest.raises(StaleState):
        hand_over(helper, by=chief)
    assert running(unit) == {(chief.username, True)}


def test_who_leaves_sees_nothing_from_then_on_and_may_come_back() -> None:
    unit = make_unit()
    chief, helper = make_officer(unit), make_helper(unit)
    assignment, today = make_assignment(unit), timezone.localdate()
    end_membership(helper, by=chief)
    assert not Assignment.objects.visible_to(helper.user, today).filter(pk=assignment.pk).exists()
    with pytest.raises(StaleState):
        end_membership(helper, by=chief)
    invite_officer(unit, by=chief, full_name="", email=helper.user.email)
    assert Assignment.objects.visible_to(helper.user, today).filter(pk=assignment.pk).exists()
    assert helper.user.memberships.count() == 2


def test_the_responsible_one_hands_over_before_leaving() -> None:
    unit = make_unit()
    chief, helper = make_officer(unit), make_helper(unit)
    mine = chief.memberships.get()
    with pytest.raises(NotAllowed):
        end_membership(mine, by=chief)
    hand_over(helper, by=chief)
    mine.refresh_from_db()
    end_membership(mine, by=chief)
    assert running(unit) == {(helper.user.username, True)}


def test_the_page_invites_and_keeps_what_does_not_fit(client: Client) -> None:
    unit = make_unit()
    chief = make_officer(unit)
    sign_in(client, chief)
    assert PAGE in client.get("/can-bo/").content.decode()
    address = f"{PAGE}{unit.code}/moi/"
    name, mail = f"{unit.code}-full_name", f"{unit.code}-email"
    for typed in ({}, {name: "Lê Hoa", mail: "khong phai"}, {name: "\u200b", mail: "a@b.example"}):
        answer = client.post(address, typed)
        assert answer.status_code == 200
        assert 'aria-invalid="true"' in answer.content.decode()
    taken = client.post(address, {name: "Lê Hoa", mail: chief.email})
    assert taken.status_code == 409
    assert "Lê Hoa" in taken.content.decode()
    staff = make_user("editor")
    refused = client.post(address, {name: "Lê Hoa", mail: staff.email})
    assert "liên hệ Sở" in refused.content.decode()
    sent = client.post(address, {name: "Lê Hoa", mail: "hoa@ha-noi.example"}, follow=True)
    page = sent.content.decode()
    assert "Đã mời Lê Hoa." in page
    assert "Chưa đặt mật khẩu" in page


def test_the_page_hands_over_and_ends(client: Client) -> None:
    unit = make_unit()
    chief, helper, other = make_officer(unit), make_helper(unit), make_helper(unit)
    sign_in(client, chief)
    done = client.post(f"{PAGE}thoi/{other.pk}/", follow=True)
    assert f"{other.user} thôi làm đầu mối" in done.content.decode()
    again = client.post(f"{PAGE}thoi/{other.pk}/", follow=True)
    assert "đã thôi làm đầu mối" in again.content.decode()
    assert client.post(f"{PAGE}thoi/{chief.memberships.get().pk}/").status_code == 403
    done = client.post(f"{PAGE}ban-giao/{helper.pk}/", follow=True)
    page = done.content.decode()
    assert f"Đã bàn giao trách nhiệm chính cho {helper.user}." in page
    assert "Gửi lời mời" not in page
    assert "Tôi thôi làm đầu mối" in page
    assert client.post(f"{PAGE}{unit.code}/moi/", {}).status_code == 403
    assert client.post(f"{PAGE}thoi/{helper.pk}/").status_code == 403
    own = chief.memberships.get()
    assert client.post(f"{PAGE}thoi/{own.pk}/").status_code == 302
    assert running(unit) == {(helper.user.username, True)}


def test_the_people_of_another_unit_are_out_of_reach(client: Client) -> None:
    unit = make_unit()
    helper = make_helper(unit)
    sign_in(client, make_officer(make_unit()))
    assert str(helper.user) not in client.get(PAGE).content.decode()
    for address in (f"{unit.code}/moi/", f"ban-giao/{helper.pk}/", f"thoi/{helper.pk}/"):
        assert client.post(PAGE + address).status_code == 404
    assert running(unit) == {(helper.user.username, False)}


def test_the_page_costs_the_same_however_many_people(
    client: Client, django_assert_max_num_queries: object
) -> None:
    unit = make_unit()
    sign_in(client, make_officer(unit))
    for _each in range(12):
        make_helper(unit)
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert client.get(PAGE).status_code == 200
