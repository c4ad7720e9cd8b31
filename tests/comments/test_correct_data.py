"""Readers have their own personal data put right: phone and address at once, the published name by staff, in time."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments import actions
from comments.blocks import data_requests_card
from comments.models import Comment, DataRequest
from comments.receipts import hash_code, make_code
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry
from hanoi_portal.roles import ROLES
from tests.factories import make_article, make_comment, make_user, sign_in

pytestmark = pytest.mark.django_db

ADDRESS = "/binh-luan/tra-cuu/"
REQUESTS = "/quan-tri/comments/datarequest/"
State = Comment.State
PHONE, MAIL = "+84912345678", "hoa@vidu.example"


def followed(**values: Any) -> tuple[Comment, str]:
    code = make_code()
    return make_comment(receipt_hash=hash_code(code), **values), code


def act(client: Client, code: str, **typed: str) -> str:
    answer = client.post(ADDRESS, {"code": code, "act": "data", **typed})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def rename(comment: Comment) -> DataRequest:
    return actions.ask_for_name(comment, name="Nguyễn Thị Hoa")


# --- phone and address --------------------------------------------------------------------------
def test_the_boxes_show_what_is_kept_to_who_holds_the_code(client: Client) -> None:
    comment, code = followed(phone=PHONE, mail=MAIL)
    page = act(client, code)
    assert "Cần đánh dấu nếu để lại số điện thoại" in page
    for kept in (comment.name, PHONE, MAIL):
        assert f'value="{kept}"' in page
    assert PHONE not in unescape(client.post(ADDRESS, {"code": code}).content.decode())


@pytest.mark.parametrize("state", [State.WAITING, State.PUBLISHED, State.DECLINED])
def test_phone_and_address_are_put_right_at_once(client: Client, state: State) -> None:
    comment, code = followed(phone=PHONE, mail=MAIL, state=state)
    page = act(
        client, code, name=comment.name, phone="0987 654 321", mail="an@vidu.vn", consent="on"
    )
    assert "Đã sửa số điện thoại, thư điện tử." in page
    stored = Comment.objects.get()
    assert (stored.phone, stored.mail, stored.name) == ("+84987654321", "an@vidu.vn", comment.name)
    assert stored.consent_text.startswith("Tôi đồng ý")
    request = DataRequest.objects.get()
    assert (request.kind, request.state, request.new_name) == ("correction", "done", "")
    entry = HistoryEntry.objects.about(comment).get()
    assert (entry.verb, entry.actor_name) == ("correct_contact", "Người gửi")
    assert "987654321" not in str(vars(entry))


def test_phone_and_address_can_be_taken_out_without_consent(client: Client) -> None:
    comment, code = followed(phone=PHONE, mail=MAIL)
    act(client, code, name=comment.name, phone="", mail="")
    stored = Comment.objects.get()
    assert (stored.phone, stored.mail) == (None, None)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"phone": "0987654321"}, "Xin đánh dấu ô đồng ý"),
        ({"phone": "12", "consent": "on"}, "Số điện thoại này chưa đúng."),
        ({"mail": "x", "consent": "on"}, "Địa chỉ này chưa đúng."),
        ({"name": "\u200b"}, "Xin nhập họ tên."),
    ],
)
def test_what_is_wrong_is_explained_and_stays_typed(
    client: Client, typed: dict[str, str], told: str
) -> None:
    comment, code = followed(phone=PHONE)
    page = act(client, code, **{"name": comment.name, "phone": PHONE, "mail": "", **typed})
    assert told in page
    assert f'value="{typed.get("phone", PHONE)}"' in page
    assert Comment.objects.get().phone == PHONE
    assert not DataRequest.objects.exists()


def test_a_phone_whose_time_is_over_is_not_kept_again() -> None:
    comment = make_comment(created_at=timezone.now() - timedelta(days=91))
    with pytest.raises(DomainError, match="quá thời gian"):
        actions.correct_contact(comment, phone=PHONE, mail="", has_consented=True)
    actions.correct_contact(comment, phone="", mail=MAIL, has_consented=True)
    assert Comment.objects.get().mail == MAIL


def test_what_was_withdrawn_or_erased_keeps_no_contact_again(client: Client) -> None:
    withdrawn, code = followed(state=State.WITHDRAWN)
    assert "không còn lưu" in act(client, code, name="A", phone=PHONE, mail="", consent="on")
    comment = make_comment()
    seen = Comment.objects.get(pk=comment.pk)
    actions.withdraw_comment(comment)
    with pytest.raises(StaleState):
        actions.correct_contact(seen, phone=PHONE, mail="", has_consented=True)
    assert not Comment.objects.filter(phone__isnull=False).exists()
    assert withdrawn.phone is None


# --- the name -----------------------------------------------------------------------------------
def test_another_name_waits_for_staff_and_its_last_day_is_told(client: Client) -> None:
    comment, code = followed(state=State.PUBLISHED, name="Hoa")
    page = act(client, code, name="Nguyễn Thị Hoa", phone="", mail="")
    due = timezone.localdate() + timedelta(days=10)
    assert f"Đã nhận yêu cầu sửa họ tên, chậm nhất ngày {due:%d/%m/%Y}." in page
    assert Comment.objects.get().name == "Hoa"
    assert "đã được nhận trước đó" in act(client, code, name="Khác", phone="", mail="")
    card = data_requests_card(make_user("moderator"))
    assert card is not None
    assert card.value == 1
    sign_in(client, make_user("moderator"))
    address = f"{REQUESTS}{DataRequest.objects.get().pk}/change/"
    assert "Hoa → <strong>Nguyễn Thị Hoa</strong>" in unescape(client.get(address).content.decode())
    client.post(address, {"decision": "correct"})
    assert Comment.objects.get().name == "Nguyễn Thị Hoa"
    assert "Đã thực hiện" in unescape(client.post(ADDRESS, {"code": code}).content.decode())
    entries = HistoryEntry.objects.about(comment).values_list("verb", flat=True)
    assert list(entries) == ["ask_for_name", "correct_name"]
    assert "Hoa" not in str(list(HistoryEntry.objects.about(comment).values("note", "data")))


def test_a_name_is_refused_in_writing(client: Client) -> None:
    comment, code = followed(name="Hoa")
    request = rename(comment)
    by = make_user("moderator")
    actions.refuse_request(request, by=by, answer="Tên này là tên của một cơ quan.")
    assert "tên của một cơ quan" in act(client, code)
    with pytest.raises(StaleState):
        actions.correct_as_asked(request, by=by)
    assert Comment.objects.get().name == "Hoa"


@pytest.mark.parametrize("role", [role for role in ROLES if role != "moderator"])
def test_other_roles_correct_nothing(role: str) -> None:
    request = rename(make_comment())
    with pytest.raises(NotAllowed):
        actions.correct_as_asked(request, by=make_user(role))


def test_a_request_of_one_kind_is_not_carried_out_as_another() -> None:
    comment, by = make_comment(name="Hoa"), make_user("moderator")
    with pytest.raises(DomainError):
        actions.erase_as_asked(rename(comment), by=by)
    with pytest.raises(DomainError):
        actions.correct_as_asked(actions.ask_for_erasure(comment), by=by)
    assert Comment.objects.get().name == "Hoa"
    assert DataRequest.objects.filter(state="open").count() == 2


def test_erasure_takes_the_asked_name_away_too() -> None:
    comment, by = make_comment(), make_user("moderator")
    rename(comment)
    actions.erase_as_asked(actions.ask_for_erasure(comment), by=by)
    assert not DataRequest.objects.waiting().exists()
    assert not DataRequest.objects.exclude(new_name="").exists()


def test_a_copy_holds_the_name_that_was_asked_for(client: Client) -> None:
    comment, code = followed()
    rename(comment)
    copy = client.post(ADDRESS, {"code": code, "act": "copy"}).content.decode()
    assert "Họ tên đề nghị sửa: Nguyễn Thị Hoa" in copy


def test_who_decides_meanwhile_reads_the_new_name_first() -> None:
    comment = make_comment(make_article())
    seen = Comment.objects.get()
    by = make_user("moderator")
    actions.correct_as_asked(rename(comment), by=by)
    with pytest.raises(StaleState):
        actions.publish_comment(seen, by=by)
