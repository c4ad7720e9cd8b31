"""A reader writes a comment: the form, what is refused, what is kept, what happens next."""

import re
import time
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from captcha.models import CaptchaStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from comments import limits, receipts
from comments.consent import CONSENT_TEXT
from comments.models import Comment
from comments.phone_clock import days_in_force
from comments.tasks import erase_old_phones
from guidance.models import Article
from tests.factories import fill_comment, make_article, make_comment, make_user, sign_in

pytestmark = pytest.mark.django_db

SENT = "/binh-luan/da-gui/"


@pytest.fixture
def article() -> Article:
    return make_article()


@pytest.fixture
def address(article: Article) -> str:
    return f"/huong-dan/{article.slug}/binh-luan/"


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def typed_values(page: str) -> dict[str, str]:
    """Return what the boxes of a page hold, by name."""
    values = {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<input[^>]*?name="([^"]*)"[^>]*?value="([^"]*)"', page)
    }
    for name, value in re.findall(r'<textarea[^>]*?name="([^"]*)"[^>]*>\n?([^<]*)<', page):
        values[name] = unescape(value)
    return values


def test_a_comment_is_kept_waiting_and_the_reader_is_sent_on(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    response = client.post(address, fill_comment(page))
    assert response.status_code == 303
    assert response.headers["Location"] == SENT
    comment = Comment.objects.get()
    assert comment.state == Comment.State.WAITING
    assert comment.name == "Nguyễn Thị Hoa Sữa"
    assert comment.content == "Tôi đã đọc cho cả nhà nghe.\n\nMong có thêm bài như thế."
    assert comment.phone is None
    assert comment.consent_version == ""


def test_the_next_page_tells_what_happens_with_a_receipt_code(
    client: Client, address: str, article: Article
) -> None:
    client.post(address, fill_comment(client.get(address).content.decode()))
    page = client.get(SENT)
    code = re.search(r'class="receipt"[^>]*>([^<]+)<', page.content.decode())
    assert code is not None
    bare = receipts.read_code(code[1])
    assert bare is not None
    comment = Comment.objects.get()
    assert comment.receipt_hash in receipts.possible_hashes(bare)
    assert article.title in text_of(page)
    assert "Một người đọc bình luận" in text_of(page)


def test_the_receipt_code_is_in_no_address_and_no_cookie(client: Client, address: str) -> None:
    response = client.post(address, fill_comment(client.get(address).content.decode()))
    code = re.search(r'class="receipt"[^>]*>([^<]+)<', client.get(SENT).content.decode())
    assert code is not None
    assert code[1] not in response.headers["Location"]
    (name, cookie) = next(iter(client.cookies.items()))
    assert (len(client.cookies), name) == (1, "bien-nhan")
    assert code[1] not in cookie.value
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 30 * 60
    assert client.get(SENT).headers["Cache-Control"].count("no-store") == 1


def test_the_page_after_sending_leads_on_with_the_code(client: Client, address: str) -> None:
    client.post(address, fill_comment(client.get(address).content.decode()))
    code = typed_values(client.get(SENT).content.decode())["code"]
    page = client.post("/binh-luan/tra-cuu/", {"code": code})
    assert "Chờ duyệt" in text_of(page)


def test_another_browser_is_not_shown_the_receipt_code(client: Client, address: str) -> None:
    client.post(address, fill_comment(client.get(address).content.decode()))
    page = Client().get(SENT)
    assert page.status_code == 200
    assert 'class="receipt"' not in page.content.decode()
    assert not Client().get(SENT).cookies


def test_after_half_an_hour_the_receipt_code_is_not_shown(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(address, fill_comment(client.get(address).content.decode()))
    sent_at = time.time()
    monkeypatch.setattr(time, "time", lambda: sent_at + 29 * 60)
    assert 'class="receipt"' in client.get(SENT).content.decode()
    monkeypatch.setattr(time, "time", lambda: sent_at + 31 * 60)  # whatever the browser keeps
    assert 'class="receipt"' not in client.get(SENT).content.decode()


@pytest.mark.parametrize("value", ["", "x", "gAAAAAB", "\u00e9", "a" * 4000])
def test_what_the_portal_did_not_seal_shows_nothing(client: Client, value: str) -> None:
    client.cookies["bien-nhan"] = value
    page = client.get(SENT)
    assert page.status_code == 200
    assert 'class="receipt"' not in page.content.decode()


def test_the_receipt_code_is_shown_when_the_secret_was_replaced_meanwhile(
    client: Client, address: str, settings: Any
) -> None:
    client.post(address, fill_comment(client.get(address).content.decode()))
    old, settings.SECRET_KEY = settings.SECRET_KEY, "x" * 60
    assert 'class="receipt"' not in client.get(SENT).content.decode()
    settings.SECRET_KEY_FALLBACKS = [old]
    assert 'class="receipt"' in client.get(SENT).content.decode()


def test_the_receipt_code_stands_in_no_row_of_the_database(client: Client, address: str) -> None:
    client.post(address, fill_comment(client.get(address).content.decode()))
    assert not Session.objects.exists()


def test_commenting_does_not_shorten_a_signed_in_persons_session(
    client: Client, address: str
) -> None:
    sign_in(client, make_user("moderator"))
    length = client.session.get_expiry_age()
    client.post(address, fill_comment(client.get(address).content.decode()))
    assert client.session.get_expiry_age() == length
    assert 'class="receipt"' in client.get(SENT).content.decode()


def test_reading_the_form_sets_no_cookie_and_asks_for_no_token(
    client: Client, address: str
) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert "Cookie" not in response.headers.get("Vary", "")


def test_the_form_posts_without_a_token_even_where_tokens_are_enforced(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(address, fill_comment(client.get(address).content.decode()))
    assert response.status_code == 303


def test_another_site_cannot_post_through_a_readers_browser(client: Client, address: str) -> None:
    filled = fill_comment(client.get(address).content.decode())
    response = client.post(address, filled, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert not Comment.objects.exists()
    assert (
        client.post(address, filled, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    )


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Xin nhập họ tên."),
        ("name", "\u200b\u3164\u2800\u00ad\ufffc\U0001d159", "Xin nhập họ tên."),
        ("name", "a" * 101, "Dài nhất 100 ký tự; hiện có 101 ký tự."),
        ("title", "   ", "Xin nhập tiêu đề."),
        ("title", "ứ" * 151, "Dài nhất 150 ký tự; hiện có 151 ký tự."),
        ("content", "\u3164\n\u200b", "Xin nhập nội dung."),
        ("content", "ợ" * 3001, "Dài nhất 3000 ký tự; hiện có 3001 ký tự."),
        ("phone", "0123456789", "Số điện thoại này chưa đúng."),
        ("phone", "gọi tôi nhé", "Số điện thoại này chưa đúng."),
        ("captcha_1", "", "Xin nhập mã xác nhận."),
        ("captcha_1", "00000", "Mã chưa đúng hoặc đã hết hạn."),
        ("captcha_0", "", "Mã chưa đúng hoặc đã hết hạn."),
        ("captcha_0", "khong-co\x00that", "Mã chưa đúng hoặc đã hết hạn."),
    ],
)
def test_bad_input_is_explained_and_everything_else_typed_stays(
    client: Client, address: str, field: str, value: str, words: str
) -> None:
    filled = fill_comment(
        client.get(address).content.decode(), phone="0912 345 678", consent="on"
    ) | {field: value}
    response = client.post(address, filled)
    assert response.status_code == 200
    page = text_of(response)
    assert page.count(words) == 2  # in the summary and beside the field
    assert page.count("Chưa gửi được") == 1
    assert not Comment.objects.exists()
    kept = typed_values(response.content.decode())
    for name in {"name", "phone", "title", "content"} - {field}:
        assert kept[name] == filled[name]
    assert re.search(r'<input[^>]*name="consent"[^>]*checked', response.content.decode())


@pytest.mark.parametrize("missing", ["name", "title", "content", "captcha_0", "captcha_1"])
def test_a_post_without_a_required_field_is_answered_with_the_form(
    client: Client, address: str, missing: str
) -> None:
    filled = fill_comment(client.get(address).content.decode())
    del filled[missing]
    response = client.post(address, filled)
    assert response.status_code == 200
    assert "Chưa gửi được" in text_of(response)
    assert not Comment.objects.exists()


def test_limits_of_exactly_the_allowed_length_pass(client: Client, address: str) -> None:
    filled = fill_comment(
        client.get(address).content.decode(),
        name="Ễ" * 100,
        title="ợ" * 150,
        content="\r\n".join(["ứ" * 499] * 6),  # a browser sends two characters for each line's end
    )
    assert client.post(address, filled).status_code == 303
    assert len(Comment.objects.get().content) == 6 * 499 + 5


def test_a_mistake_elsewhere_does_not_use_up_the_code(client: Client, address: str) -> None:
    filled = fill_comment(client.get(address).content.decode())
    response = client.post(address, filled | {"title": ""})
    kept = typed_values(response.content.decode())
    assert kept["captcha_0"] == filled["captcha_0"]
    assert kept["captcha_1"] == filled["captcha_1"]
    assert client.post(address, filled).status_code == 303


def test_a_wrong_code_gives_a_new_one(client: Client, address: str) -> None:
    filled = fill_comment(client.get(address).content.decode())
    response = client.post(address, filled | {"captcha_1": "000"})
    kept = typed_values(response.content.decode())
    assert kept["captcha_0"] != filled["captcha_0"]
    assert "captcha_1" not in kept
    assert not CaptchaStore.objects.filter(hashkey=filled["captcha_0"]).exists()
    assert client.post(address, fill_comment(response.content.decode())).status_code == 303


def test_another_code_is_a_second_button_that_loses_nothing_and_scolds_nobody(
    client: Client, address: str
) -> None:
    filled = fill_comment(client.get(address).content.decode(), phone="abc", title="")
    response = client.post(address, {**filled, "captcha_1": "", "refresh": "1"})
    page = response.content.decode()
    kept = typed_values(page)
    assert response.status_code == 200
    assert kept["captcha_0"] != filled["captcha_0"]
    assert (kept["name"], kept["phone"], kept["content"]) == (
        filled["name"],
        "abc",
        filled["content"],
    )
    assert "error-summary" not in page
    assert "field__error" not in page
    assert not Comment.objects.exists()


def test_enter_sends_the_comment_and_does_not_fetch_another_code(
    client: Client, address: str
) -> None:
    page = client.get(address).content.decode()
    form = page[page.index("data-part") :]
    first_button = re.search(r"<button[^>]*>", form)
    assert first_button is not None
    assert 'type="submit"' in first_button[0]
    assert "refresh" not in first_button[0]


# --- the phone ----------------------------------------------------------------------------------
def test_a_phone_is_kept_encrypted_with_the_words_of_the_consent(
    client: Client, address: str
) -> None:
    from django.db import connection

    filled = fill_comment(client.get(address).content.decode(), phone="0912 345 678", consent="on")
    client.post(address, filled)
    comment = Comment.objects.get()
    assert comment.phone == "+84912345678"
    assert comment.consent_version
    assert "không công khai" in comment.consent_text
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM comments_comment")
        (stored,) = cursor.fetchone()
    assert "345678" not in stored
    assert stored.startswith("gAAAA")


def test_a_phone_without_consent_is_not_kept_and_the_reader_is_told(
    client: Client, address: str
) -> None:
    filled = fill_comment(client.get(address).content.decode(), phone="0912345678")
    assert client.post(address, filled).status_code == 303
    comment = Comment.objects.get()
    assert comment.phone is None
    assert comment.consent_text == ""
    assert "Số điện thoại và thư điện tử không được lưu" in text_of(client.get(SENT))


def test_the_consent_box_is_never_ticked_beforehand(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    box = re.search(r'<input[^>]*name="consent"[^>]*>', page)
    assert box is not None
    assert "checked" not in box[0]


def test_a_phone_is_erased_when_its_time_is_over() -> None:
    days = days_in_force()
    old = timezone.now() - timedelta(days=days, seconds=1)
    young = timezone.now() - timedelta(days=days - 1)
    made = [make_comment(phone="+84912345678", created_at=at) for at in (old, young)]
    assert f"xóa sau {days} ngày" in str(CONSENT_TEXT)
    assert erase_old_phones() == 1
    assert erase_old_phones() == 0
    assert [Comment.objects.get(pk=each.pk).phone for each in made] == [None, "+84912345678"]


# --- where it may be written --------------------------------------------------------------------
@pytest.mark.parametrize("state", [Article.State.DRAFT, Article.State.WITHDRAWN])
def test_an_article_that_readers_cannot_see_takes_no_comment(client: Client, state: str) -> None:
    article = make_article(state=state)
    address = f"/huong-dan/{article.slug}/binh-luan/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"name": "A"}).status_code == 404


def test_the_form_answers_put_and_delete_with_405(client: Client, address: str) -> None:
    assert client.put(address).status_code == 405
    assert client.delete(address).status_code == 405
    assert client.post(SENT).status_code == 405


def test_a_flood_from_one_network_is_answered_429_with_what_was_typed(
    client: Client, address: str, settings: Any
) -> None:
    settings.COMMENT_LIMITS = settings.COMMENT_LIMITS | {"posts": 2}
    filled = fill_comment(client.get(address).content.decode())
    assert client.post(address, filled | {"title": ""}).status_code == 200
    assert client.post(address, filled | {"title": ""}).status_code == 200
    refused = client.post(address, filled)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    again = timezone.localtime(limits.open_again_at())
    assert f"Xin gửi lại sau {again:%H:%M %d/%m/%Y}" in text_of(refused)
    assert typed_values(refused.content.decode())["content"] == filled["content"]
    assert not Comment.objects.exists()
    elsewhere = client.post(address, fill_comment(refused.content.decode()), REMOTE_ADDR="8.8.8.8")
    assert elsewhere.status_code == 303


def test_asking_for_the_form_too_often_is_answered_429(
    client: Client, address: str, settings: Any
) -> None:
    settings.COMMENT_LIMITS = settings.COMMENT_LIMITS | {"codes": 1}
    assert client.get(address).status_code == 200
    made = CaptchaStore.objects.count()
    refused = client.get(address)
    assert refused.status_code == 429
    assert "Xin gửi lại sau" in text_of(refused)
    assert CaptchaStore.objects.count() == made
