"""A reader writes a comment: the form, what is refused, what is kept, what happens next."""

import re
from html import unescape
from typing import Any

import pytest
from captcha.models import CaptchaStore
from django.test import Client

from comments import receipts
from comments.models import Comment
from guidance.models import Article
from tests.factories import fill_comment, make_article, make_user, sign_in

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
