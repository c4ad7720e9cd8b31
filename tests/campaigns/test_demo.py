"""What campaigns put into the demonstration: it reaches no real office, and doing it again changes nothing."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from campaigns import demo
from campaigns.actions.issue import preview_issue
from campaigns.models import Membership, Plan, Task, Unit, UnitContact
from hanoi_portal.models import HistoryEntry, User
from tests.factories import make_issued_plan_722, make_user

pytestmark = pytest.mark.django_db


class Visitor:
    """A DemoContext that remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        """Remember a line."""
        self.said.append(text)

    def accounts(
        self, username: str, full_name: str, role: str, *, email: str | None = None
    ) -> Any:
        """Return the user of that name, made if absent."""
        found = User.objects.filter(username=username).first()
        return found or make_user(role, username=username, full_name=full_name)


def show() -> Visitor:
    """Do the three steps in order."""
    visitor = Visitor()
    for step in (demo.load_units, demo.load_plan_722, demo.add_members):
        step(visitor)
    return visitor


def test_every_unit_has_an_address_that_no_mail_server_can_have() -> None:
    show()
    assert Unit.objects.count() == 62
    assert not Unit.objects.filter(contacts=None).exists()
    addresses = list(UnitContact.objects.values_list("email", flat=True))
    assert len(set(addresses)) == 62
    assert [address for address in addresses if not address.endswith(".example")] == []


def test_plan_722_waits_to_be_issued_with_its_assumed_end_at_the_end_of_this_year() -> None:
    visitor = show()
    plan = Plan.objects.get()
    end = date(timezone.localdate().year, 12, 31)
    assert (plan.ends_on, plan.has_assumed_dates, plan.is_issued) == (end, True, False)
    assert set(Task.objects.values_list("deadline", flat=True)) == {end}
    assert preview_issue(plan).unit_count == 61
    assert (
        f"722/KH-STTTT: 6 giải pháp, 15 nhiệm vụ, chưa giao; thời hạn giả định {end:%d/%m/%Y}"
        in (visitor.said)
    )


def test_officers_speak_for_ba_dinh_soc_son_and_a_newspaper() -> None:
    show()
    speakers = Membership.objects.current(timezone.localdate()).values_list(
        "user__username", "unit__code"
    )
    assert set(speakers) == {
        ("can-bo-ba-dinh", "Q001"),
        ("can-bo-soc-son", "Q016"),
        ("bao-hanoimoi", "BC01"),
    }


def test_showing_it_again_changes_nothing() -> None:
    show()
    before = (HistoryEntry.objects.count(), UnitContact.objects.count(), Membership.objects.count())
    visitor = show()
    after = (HistoryEntry.objects.count(), UnitContact.objects.count(), Membership.objects.count())
    assert after == before
    assert "722/KH-STTTT đã có, giữ nguyên" in visitor.said


def test_it_leaves_a_plan_that_is_already_issued_alone() -> None:
    plan = make_issued_plan_722(ends_on=date(2018, 12, 31))
    show()
    plan.refresh_from_db()
    assert plan.is_issued
    assert plan.ends_on == date(2018, 12, 31)
