"""Who gave a unit another address or other people in the admin stands in the unit's history."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Membership, Unit
from hanoi_portal.models import HistoryEntry
from tests.factories import make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db


def saved(client: Client, unit: Unit, **others: Any) -> None:
    """Send the unit's page as it is, but for what is said."""
    contacts, people = list(unit.contacts.all()), list(unit.memberships.all())
    data: dict[str, Any] = {
        "code": unit.code,
        "kind": unit.kind,
        "name": unit.name,
        "short_name": unit.short_name,
        "contacts-TOTAL_FORMS": len(contacts) + 1,
        "contacts-INITIAL_FORMS": len(contacts),
        "memberships-TOTAL_FORMS": len(people) + 1,
        "memberships-INITIAL_FORMS": len(people),
    }
    for number, contact in enumerate(contacts):
        row = f"contacts-{number}-"
        data |= {f"{row}id": contact.pk, f"{row}unit": unit.pk, f"{row}email": contact.email}
        data |= {f"{row}is_active": "on", f"{row}delivery": "immediate"}
    for number, person in enumerate(people):
        row = f"memberships-{number}-"
        data |= {f"{row}id": person.pk, f"{row}unit": unit.pk, f"{row}user": person.user_id}
        data |= {f"{row}since": person.since.isoformat()}
    # The empty row that the page offers, with what it says at first.
    data |= {f"contacts-{len(contacts)}-is_active": "on"}
    data |= {f"contacts-{len(contacts)}-delivery": "immediate"}
    data |= {f"memberships-{len(people)}-since": timezone.localdate().isoformat()}
    page = f"/quan-tri/campaigns/unit/{unit.pk}/change/"
    answer = client.post(page, {**data, **others})
    assert answer.status_code == 302, answer.context["errors"]


def told(unit: Unit) -> list[tuple[str, str]]:
    """Return the verbs and notes of the unit's history."""
    return [(entry.verb, entry.note) for entry in HistoryEntry.objects.about(unit)]


def test_addresses_that_come_change_and_go_are_written_down(client: Client) -> None:
    coordinator, unit = make_user("coordinator"), make_unit(contacts=0)
    sign_in(client, coordinator)
    saved(client, unit, **{"contacts-0-email": "a@moi.example"})
    saved(client, unit, **{"contacts-0-email": "b@moi.example"})
    saved(client, unit, **{"contacts-0-DELETE": "on"})
    assert told(unit) == [
        ("change_contacts", "thêm a@moi.example"),
        ("change_contacts", "sửa b@moi.example: địa chỉ thư điện tử"),
        ("change_contacts", "bỏ b@moi.example"),
    ]
    assert {entry.actor for entry in HistoryEntry.objects.about(unit)} == {coordinator}


def test_people_that_come_and_change_are_written_down(client: Client) -> None:
    unit, person = make_unit(), make_user("unit_officer")
    sign_in(client, make_user("coordinator"))
    saved(client, unit, **{"memberships-0-user": person.pk})
    saved(client, unit, **{"memberships-0-is_head": "on"})
    assert told(unit) == [
        ("change_people", f"thêm {person}"),
        ("change_people", f"sửa {person}: lãnh đạo đơn vị"),
    ]
    assert Membership.objects.get(user=person).is_head


def test_a_page_that_is_saved_as_it_was_writes_nothing(client: Client) -> None:
    unit = make_unit()
    sign_in(client, make_user("coordinator"))
    saved(client, unit)
    assert told(unit) == []
