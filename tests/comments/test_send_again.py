"""The same form comes twice (an answer lost on the way, a button pressed twice): one comment, one receipt."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from comments import receipts
from comments.models import Comment, CommentReport, HouseRule
from tests.factories import fill_comment, make_article, make_comment

pytestmark = pytest.mark.django_db

SENT = "/binh-luan/da-gui/"


@pytest.fixture
def address() -> str:
    return f"/huong-dan/{make_article().slug}/binh-luan/"


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def test_the_same_form_again_gets_the_receipt_it_got_before(client: Client, address: str) -> None:
    """The answer was lost on a bad line, or the button pressed twice: one comment, one code."""
    typed = fill_comment(client.get(address).content.decode(), phone="0912345678")
    client.post(address, typed)
    first = re.search(r'class="receipt"[^>]*>([^<]+)<', client.get(SENT).content.decode())
    again = Client().post(address, typed)
    assert again.status_code == 200
    assert first is not None
    assert first[1] in text_of(again)
    assert "đã được nhận từ lần gửi trước" in text_of(again)
    assert "thư điện tử không được lưu" in text_of(again)
    assert again.cookies["bien-nhan"]["httponly"]
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    "other", [{"content": "Lời khác"}, {"captcha_0": "0" * 40}, {"name": "An"}]
)
def test_a_used_code_with_other_words_is_a_mistake(
    client: Client, address: str, other: dict[str, str]
) -> None:
    typed = fill_comment(client.get(address).content.decode())
    client.post(address, typed)
    again = client.post(address, typed | other)
    assert "Mã chưa đúng hoặc đã hết hạn" in text_of(again)
    assert 'class="receipt"' not in again.content.decode()
    assert Comment.objects.count() == 1


def test_half_an_hour_later_the_same_form_tells_nothing(client: Client, address: str) -> None:
    typed = fill_comment(client.get(address).content.decode())
    client.post(address, typed)
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=31))
    assert 'class="receipt"' not in client.post(address, typed).content.decode()


def test_a_code_follows_from_what_was_sent_by_the_servers_key_alone(settings: Any) -> None:
    code = receipts.code_of("key", "name", "title", "content")
    assert receipts.read_code(code) == code.replace("-", "")
    assert code == receipts.code_of("key", "name", "title", "content")
    assert code != receipts.code_of("key", "namet", "itle", "content")
    settings.SECRET_KEY = "another secret of the server, long enough for everybody"
    assert code != receipts.code_of("key", "name", "title", "content")


def test_the_same_report_again_is_taken_once_and_thanked_for_twice(client: Client) -> None:
    comment = make_comment(state=Comment.State.PUBLISHED)
    address = f"/binh-luan/{comment.pk}/bao-cao/"
    said = {"rule": str(HouseRule.objects.get(number=1).pk), "text": "Có lời xúc phạm."}
    typed = fill_comment(client.get(address).content.decode(), **said)
    for _time in range(2):
        assert "Người kiểm duyệt sẽ đọc lại" in text_of(client.post(address, typed))
    assert CommentReport.objects.count() == 1
    assert "Mã chưa đúng" in text_of(client.post(address, typed | {"text": "Lời khác."}))


@pytest.mark.django_db(transaction=True)
def test_a_reader_whose_answer_was_lost_sends_again(live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/huong-dan/{make_article().slug}/binh-luan/")
    filled = fill_comment(page.content())
    for name in ("name", "title", "content", "captcha_1"):
        page.fill(f"[name={name}]", filled[name])

    def lose_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort("aborted")

    page.route("**/binh-luan/", lose_the_answer, times=1)
    send = page.get_by_role("button", name="Gửi bình luận").last
    with page.expect_event("requestfailed"):
        send.click()
    assert Comment.objects.count() == 1
    send.click()  # a double click, as far as the page knows
    assert page.locator(".receipt").count() == 0
    page.evaluate("document.querySelector('[data-once]').dataset.sent -= 9000")
    send.click()
    expect(page.locator(".receipt")).to_be_visible()
    expect(page.get_by_text("đã được nhận từ lần gửi trước")).to_be_visible()
    assert Comment.objects.count() == 1
