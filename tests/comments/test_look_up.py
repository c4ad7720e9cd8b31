"""A reader follows a comment by its receipt code, and how long it usually takes."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments.models import Comment, HouseRule
from comments.receipts import hash_code, make_code
from comments.waiting import say_wait, usual_wait
from guidance.models import Article
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

ADDRESS = "/binh-luan/tra-cuu/"
UNKNOWN = "Không có bình luận nào ứng với mã này"


def ask(client: Client, code: str) -> str:
    response = client.post(ADDRESS, {"code": code})
    assert response.status_code == 200
    assert not response.cookies
    assert "no-store" in response.headers["Cache-Control"]
    return unescape(response.content.decode())


def make_followed(**values: Any) -> tuple[Comment, str]:
    code = make_code()
    return make_comment(receipt_hash=hash_code(code), **values), code


def test_a_waiting_comment_is_said_to_wait(client: Client) -> None:
    comment, code = make_followed()
    page = ask(client, code)
    assert "Chờ duyệt" in page
    assert comment.title in page
    assert "đang chờ một người đọc" in page


def test_a_published_comment_is_linked(client: Client) -> None:
    comment, code = make_followed(state=Comment.State.PUBLISHED)
    page = ask(client, code)
    assert f'href="{comment.article.get_absolute_url()}#binh-luan-{comment.pk}"' in page


def test_a_declined_comment_is_told_with_rule_and_reason(client: Client) -> None:
    rule = HouseRule.objects.get(number=4)
    _comment, code = make_followed(
        state=Comment.State.DECLINED, rule=rule, reason="Tin này chưa có nguồn."
    )
    page = ask(client, code)
    assert str(rule) in page
    assert 'href="/binh-luan/quy-tac/#quy-tac-4"' in page
    assert "Tin này chưa có nguồn." in page


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: f"  {code} ",
        lambda code: code.replace("-", " – "),
    ],
)
def test_a_code_may_be_typed_in_any_usual_way(client: Client, change: Any) -> None:
    comment, code = make_followed()
    assert comment.title in ask(client, change(code))


def test_a_code_that_was_never_given_finds_nothing(client: Client) -> None:
    make_followed()
    assert UNKNOWN in ask(client, make_code())


def test_a_mistyped_code_is_explained_and_stays_in_its_box(client: Client) -> None:
    page = ask(client, "7K3M-9QXW-42TX")
    assert page.count("Mã này chưa đúng") == 2
    assert 'value="7K3M-9QXW-42TX"' in page
    assert UNKNOWN not in page
    assert "Xin nhập mã tra cứu." in ask(client, " \u200b")


def test_the_code_is_taken_from_a_form_and_never_from_an_address(client: Client) -> None:
    _comment, code = make_followed()
    response = client.get(ADDRESS, {"code": code, "ma": code})
    page = unescape(response.content.decode())
    assert code not in page
    assert "Kết quả" not in page
    assert not response.cookies


def test_a_look_up_costs_two_queries_at_most(
    client: Client, django_assert_num_queries: Any
) -> None:
    _comment, code = make_followed(
        state=Comment.State.DECLINED, rule=HouseRule.objects.get(number=1), reason="Vì."
    )
    with django_assert_num_queries(1):
        ask(client, make_code())
    with django_assert_num_queries(2):  # the comment, and whether erasure was asked for
        ask(client, code)


def test_a_published_comment_below_an_article_off_the_page_leads_nowhere(client: Client) -> None:
    comment, code = make_followed(state=Comment.State.PUBLISHED)
    place = f"#binh-luan-{comment.pk}"
    assert place in ask(client, code)
    Article.objects.update(state=Article.State.WITHDRAWN, withdrawn_reason="Nội dung đã cũ.")
    page = ask(client, code)
    assert place not in page
    assert "Bài viết hiện không còn trên trang" in page


def test_guessing_from_one_network_is_limited(client: Client, settings: Any) -> None:
    settings.COMMENT_LIMITS = settings.COMMENT_LIMITS | {"lookups": 1}
    _comment, code = make_followed()
    ask(client, make_code())
    refused = client.post(ADDRESS, {"code": code})
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers
    assert "quá nhiều lần tra cứu" in unescape(refused.content.decode())


def test_a_code_is_still_known_after_the_secret_key_was_changed(
    client: Client, settings: Any
) -> None:
    comment, code = make_followed()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new secret of the server, long enough for everybody"
    assert comment.title in ask(client, code)


def test_the_look_up_takes_get_and_post_alone(client: Client) -> None:
    assert client.put(ADDRESS).status_code == 405
    assert client.get(ADDRESS).status_code == 200


# --- how long it takes --------------------------------------------------------------------------
def test_the_usual_wait_is_measured_and_not_said_before_there_are_enough() -> None:
    article = make_article()
    now = timezone.now()
    for hours in (1, 2, 3, 40):
        make_comment(
            article,
            state=Comment.State.PUBLISHED,
            created_at=now - timedelta(hours=hours),
            decided_at=now,
        )
    make_comment(article)
    assert usual_wait() is None
    make_comment(
        article,
        state=Comment.State.DECLINED,
        created_at=now - timedelta(hours=90),
        decided_at=now,
    )
    assert usual_wait() == timedelta(hours=3)


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (None, ""),
        (timedelta(seconds=5), "khoảng 1 phút"),
        (timedelta(minutes=59), "khoảng 59 phút"),
        (timedelta(minutes=100), "khoảng 2 giờ"),
        (timedelta(hours=50), "khoảng 2 ngày"),
    ],
)
def test_a_wait_is_said_in_round_words(wait: timedelta | None, words: str) -> None:
    assert say_wait(wait) == words
