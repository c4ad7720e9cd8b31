"""“Bài này có hữu ích không?”: works without JavaScript or a cookie; a GET changes nothing; only sums are kept."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from guidance import feedback
from guidance.cards import least_useful
from guidance.models import Answer, Article, Feedback
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

ADDRESS = "/huong-dan/bai/huu-ich/"


@pytest.fixture(autouse=True)
def article() -> Article:
    cache.clear()
    return make_article(slug="bai")


def answers() -> dict[str, int]:
    """What was answered today, added up."""
    rows = Feedback.objects.filter(day=timezone.localdate())
    return {row.answer: row.count for row in rows}


def test_a_reader_says_yes_from_the_article(client: Client) -> None:
    page = client.get("/huong-dan/bai/").content.decode()
    form = re.search(r'<form class="useful.*?</form>', page, re.DOTALL)
    assert form
    assert f'action="{ADDRESS}"' in form[0]
    for _time in range(2):
        answer = client.post(ADDRESS, {"tra-loi": "co"}, headers={"origin": "http://testserver"})
        assert answer.status_code == 303
        assert not answer.cookies
    assert "Cảm ơn ông/bà" in client.get(answer.headers["Location"]).content.decode()
    assert answers() == {Answer.YES: 2}


def test_who_says_no_is_asked_why(client: Client) -> None:
    answer = client.post(ADDRESS, {"tra-loi": "chua"})
    page = client.get(answer.headers["Location"]).content.decode()
    assert re.findall(r'value="([^"]+)">([^<]+)</button>', page.split("<main")[1]) == [
        ("kho-hieu", "Khó hiểu"),
        ("thieu", "Thiếu điều cần biết"),
        ("da-cu", "Thông tin đã cũ"),
        ("khac", "Không đúng điều đang tìm"),
    ]
    client.post(ADDRESS, {"tra-loi": "da-cu"})
    assert answers() == {Answer.NO: 1, Answer.OUTDATED: 1}


def test_a_get_changes_nothing(client: Client) -> None:
    for query in ("", "?tra-loi=co", "?buoc=vi-sao", "?buoc=cam-on", "?buoc=zzz"):
        assert client.get(f"{ADDRESS}{query}").status_code == 200
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://khac.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
)
def test_other_sites_do_not_answer_for_readers(client: Client, headers: dict[str, str]) -> None:
    assert client.post(ADDRESS, {"tra-loi": "co"}, headers=headers).status_code == 403
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("typed", [{}, {"tra-loi": "zzz"}, {"tra-loi": "\u200b"}])
def test_what_is_no_answer_is_refused(client: Client, typed: dict[str, str]) -> None:
    assert client.post(ADDRESS, typed).status_code == 400


def test_one_network_cannot_answer_for_everybody(client: Client) -> None:
    for _time in range(feedback.FROM_ONE_NETWORK + 5):
        assert client.post(ADDRESS, {"tra-loi": "co"}).status_code == 303
    assert answers() == {Answer.YES: feedback.FROM_ONE_NETWORK}
    client.post(ADDRESS, {"tra-loi": "co"}, REMOTE_ADDR="203.0.113.9")
    assert answers() == {Answer.YES: feedback.FROM_ONE_NETWORK + 1}


def test_only_published_articles_are_asked_about(client: Client) -> None:
    make_article(slug="kin", state="draft")
    assert client.get("/huong-dan/kin/huu-ich/").status_code == 404
    assert client.post("/huong-dan/kin/huu-ich/", {"tra-loi": "co"}).status_code == 404


def test_an_article_tells_what_changed(client: Client, article: Article) -> None:
    assert "Cập nhật" not in client.get("/huong-dan/bai/").content.decode()
    article.text_changed_at, article.change_note = timezone.now(), "Thêm số điện thoại mới."
    article.save()
    page = client.get("/huong-dan/bai/").content.decode()
    assert "Cập nhật" in page
    assert "Thêm số điện thoại mới." in page


def test_editors_are_told_which_article_served_fewest_in_thirty_days() -> None:
    today, editor = timezone.localdate(), make_user("editor")
    assert least_useful(editor) is None
    often, seldom, praised, hidden = (
        make_article(),
        make_article(),
        make_article(),
        make_article(state="withdrawn"),
    )
    for article, answer, count, days in (
        (often, Answer.NO, 3, 0),
        (often, Answer.NO, 2, 29),
        (often, Answer.OUTDATED, 90, 0),
        (seldom, Answer.NO, 4, 1),
        (seldom, Answer.NO, 99, 30),
        (praised, Answer.YES, 99, 0),
        (hidden, Answer.NO, 99, 0),
    ):
        day = today - timedelta(days=days)
        Feedback.objects.create(article=article, day=day, answer=answer, count=count)
    card = least_useful(editor)
    assert card is not None
    assert card.value == 5
    assert often.title in card.note
    assert card.url == f"/quan-tri/guidance/article/{often.pk}/change/"
    assert least_useful(make_user("moderator")) is None
