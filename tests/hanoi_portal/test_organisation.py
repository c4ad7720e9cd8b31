"""Who runs the portal: told in both languages, changed by administrators, nothing shown that nobody has filled in."""

import pytest
from django.test import Client

from hanoi_portal.errors import NotAllowed
from hanoi_portal.models import HistoryEntry, Organisation
from hanoi_portal.organisation import change_organisation, missing_card
from hanoi_portal.roles import ADMINISTRATOR, ROLES
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db

FILLED = {
    "name": "Sở Thử nghiệm",
    "name_en": "Department of Trials",
    "functions": "Tham mưu.\nQuản lý <b>nhà nước</b>.",
    "functions_en": "Advises the city.",
    "address": "Số 1 phố Thử",
    "address_en": "1 Trial Street",
    "phone": "(024) 3999 0000",
    "email": "lien-he@so.example",
    "hours": "Thứ Hai đến thứ Sáu, 8:00–17:00",
    "hours_en": "",
}


@pytest.fixture
def organisation() -> Organisation:
    """The one row, as the migration made it (a database that was emptied has lost it)."""
    return Organisation.objects.first() or Organisation.objects.create(
        name="Sở Thông tin và Truyền thông Hà Nội", name_en="Department"
    )


def address_of(organisation: Organisation) -> str:
    return f"/quan-tri/hanoi_portal/organisation/{organisation.pk}/change/"


def test_readers_are_told_only_what_is_known(client: Client, organisation: Organisation) -> None:
    page = client.get("/gioi-thieu/").content.decode()
    assert f"<dd>{organisation.name}</dd>" in page
    for label in ("Địa chỉ", "Điện thoại", "Thư điện tử", "Giờ làm việc"):
        assert f"<dt>{label}</dt>" not in page
    assert "tel:" not in page
    Organisation.objects.all().delete()
    assert client.get("/gioi-thieu/").status_code == 200


def test_an_administrator_fills_it_in_and_both_languages_show_it(
    client: Client, organisation: Organisation
) -> None:
    sign_in(client, make_user(ADMINISTRATOR))
    assert client.post(address_of(organisation), FILLED).status_code == 302
    page = client.get("/gioi-thieu/").content.decode()
    assert "Tham mưu.<br>Quản lý &lt;b&gt;nhà nước&lt;/b&gt;." in page
    assert 'href="tel:02439990000">(024) 3999 0000</a>' in page
    assert 'href="mailto:lien-he@so.example"' in page
    assert "Department of Trials" not in page
    english = client.get("/en/gioi-thieu/").content.decode()
    for words in ("Department of Trials", "Advises the city.", "1 Trial Street", "Opening hours"):
        assert words in english
    assert "<dt>Address</dt>" in english
    # Where nobody has translated it, the Vietnamese is better than nothing, and said to be Vietnamese.
    assert f'<dd lang="vi">{FILLED["hours"]}</dd>' in english
    entry = HistoryEntry.objects.about(organisation).get()
    assert entry.verb == "change_organisation"
    assert entry.data["before"]["address"] == ""


def test_saving_what_has_not_changed_leaves_no_trace(
    client: Client, organisation: Organisation
) -> None:
    sign_in(client, make_user(ADMINISTRATOR))
    for _again in range(2):
        assert client.post(address_of(organisation), FILLED).status_code == 302
    assert HistoryEntry.objects.about(organisation).count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("name", "\u200b", "bắt buộc"),
        ("email", "khong-phai-thu", "email"),
        ("address", "a" * 301, "300"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field_and_stays(
    client: Client, organisation: Organisation, field: str, typed: str, told: str
) -> None:
    sign_in(client, make_user(ADMINISTRATOR))
    answer = client.post(address_of(organisation), {**FILLED, field: typed})
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    assert list(errors) == [field]
    assert told in str(errors[field])
    assert FILLED["phone"] in answer.content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_only_administrators_change_it_and_are_reminded(
    role: str, organisation: Organisation
) -> None:
    user = make_user(role)
    organisation.phone = "024"
    card = missing_card(user)
    if role != ADMINISTRATOR:
        assert card is None
        with pytest.raises(NotAllowed):
            change_organisation(organisation, by=user, changed=["phone"])
        return
    change_organisation(organisation, by=user, changed=["phone"])
    later = missing_card(user)
    assert card
    assert later
    assert later.value == card.value - 1
    assert "địa chỉ" in later.note
    Organisation.objects.update(**{**FILLED, "hours_en": "Monday to Friday"})
    assert missing_card(user) is None
