"""The admin's pages of the ground floor: people, mails, history. Found, filtered, in words, in few queries."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hanoi_portal import history
from hanoi_portal.models import HistoryEntry, OutgoingMail
from hanoi_portal.outbox import queue_mail
from hanoi_portal.registry import registry
from hanoi_portal.roles import ADMINISTRATOR, COORDINATOR, EDITOR, MODERATOR
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db

PEOPLE = "/quan-tri/hanoi_portal/user/"
MAILS = "/quan-tri/hanoi_portal/outgoingmail/"
HISTORY = "/quan-tri/hanoi_portal/historyentry/"
State = OutgoingMail.State


@pytest.fixture
def client() -> Client:
    """An administrator's."""
    return sign_in(Client(), make_user(ADMINISTRATOR))


@pytest.mark.parametrize("address", [PEOPLE, MAILS, HISTORY])
def test_a_list_costs_the_same_however_long_it_is(
    client: Client, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        person = make_user(EDITOR)
        queue_mail(to=[f"thu-{number}@quan.example"], subject=f"Thư {number}")
        history.record("invite", person, by=None)
    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200


def test_people_are_found_by_name_and_address_and_filtered_by_role(client: Client) -> None:
    make_user(MODERATOR, full_name="Ngô Thị Ánh", email="anh@soc-son.example")
    make_user(EDITOR, full_name="Đỗ Hoàng Nam")
    for query in ("Ngô Thị", "anh@soc-son"):
        page = client.get(PEOPLE, {"q": query}).content.decode()
        assert "Ngô Thị Ánh" in page
        assert "Đỗ Hoàng Nam" not in page
    assert "chờ đặt mật khẩu" in client.get(PEOPLE).content.decode()


def test_a_mail_is_found_by_its_recipient_and_named_in_words(client: Client) -> None:
    queue_mail(to=["van-thu@ba-dinh.example"], kind="hanoi_portal.invitation", about_id=1)
    queue_mail(to=["van-thu@soc-son.example"], subject="Việc khác")
    page = client.get(MAILS, {"q": "ba-dinh"}).content.decode()
    assert "van-thu@ba-dinh.example" in page
    assert "Lời mời" in page
    assert "van-thu@soc-son.example" not in page
    filtered = client.get(MAILS, {"loai": "hanoi_portal.invitation"}).content.decode()
    assert "van-thu@soc-son.example" not in filtered


def test_every_kind_of_mail_has_its_words() -> None:
    assert set(registry.mail_renderers) <= set(registry.mail_words)


def test_staff_send_again_what_failed_and_only_that(client: Client) -> None:
    failed, sent = (queue_mail(to=[f"{name}@quan.example"], subject=name) for name in ("a", "b"))
    OutgoingMail.objects.filter(pk=failed.pk).update(state=State.FAILED)
    OutgoingMail.objects.filter(pk=sent.pk).update(state=State.SENT)
    data = {"action": "send_again", "_selected_action": [failed.pk, sent.pk]}
    page = client.post(MAILS, data, follow=True).content.decode()
    assert "Đã đưa 1 thư vào hàng chờ gửi." in page
    assert "đang chờ gửi hoặc đã gửi xong" in page
    states = dict(OutgoingMail.objects.values_list("pk", "state"))
    assert states == {failed.pk: State.PENDING, sent.pk: State.SENT}


def test_only_who_may_send_again_is_offered_to() -> None:
    mail = queue_mail(to=["a@quan.example"], subject="a")
    OutgoingMail.objects.filter(pk=mail.pk).update(state=State.FAILED)
    coordinator = sign_in(Client(), make_user(COORDINATOR))
    assert 'value="send_again"' in coordinator.get(MAILS).content.decode()
    editor = sign_in(Client(), make_user(EDITOR))
    data = {"action": "send_again", "_selected_action": [mail.pk]}
    assert editor.post(MAILS, data).status_code == 403
    mail.refresh_from_db()
    assert mail.state == State.FAILED


def test_the_history_is_told_in_words_and_cannot_be_rewritten(client: Client) -> None:
    person = make_user(EDITOR, full_name="Ngô Thị Ánh")
    entry = history.record("invite", person, by=None, to_state="invited", note="theo công văn")
    page = client.get(HISTORY).content.decode()
    for words in ("mời dùng cổng", "người dùng: Ngô Thị Ánh", "đã mời", "Hệ thống"):
        assert words in page
    assert "theo công văn" in client.get(f"{HISTORY}{entry.pk}/change/").content.decode()
    assert client.post(f"{HISTORY}{entry.pk}/change/", {"note": "khác"}).status_code == 403
    for refused in (
        lambda: HistoryEntry.objects.update(note="khác"),
        lambda: HistoryEntry.objects.all().delete(),
        entry.save,
        entry.delete,
    ):
        with pytest.raises(TypeError):
            refused()
    entry.refresh_from_db()
    assert entry.note == "theo công văn"


def test_the_history_of_what_is_no_more_can_still_be_read(client: Client) -> None:
    entry = history.record("invite", make_user(EDITOR), by=None)
    HistoryEntry.objects.bulk_create(
        [
            HistoryEntry(
                actor_name="Ai đó", verb="did", subject_type="old.Thing", subject_id=entry.pk,
                subject_name="Vật cũ",
            )
        ]
    )  # fmt: skip
    assert "old.Thing: Vật cũ" in client.get(HISTORY).content.decode()


def test_no_page_of_ours_in_the_admin_speaks_english(client: Client) -> None:
    history.record("invite", make_user(EDITOR), by=None)
    queue_mail(to=["a@quan.example"], subject="a")
    for address in ("/quan-tri/", PEOPLE, f"{PEOPLE}add/", MAILS, HISTORY):
        page = client.get(address).content.decode()
        for word in ("Show counts", "Add ", "Change ", "Select ", "Filter", "Search", "Save"):
            assert f">{word}" not in page, (address, word)
