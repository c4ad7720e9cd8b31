"""Readers see published comments: below the article, in the list of all, and the house rules."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import actions
from comments.blocks import thread
from comments.house_rules import HOUSE_RULES, add_house_rules
from comments.models import Comment, HouseRule
from comments.places import address_of
from guidance.models import Article
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db


def rendered_thread(article: Article) -> str:
    block = thread(article)
    return unescape(render_to_string(block.template, block.context))


def make_published(article: Article, number: int, **values: Any) -> list[Comment]:
    now = timezone.now()
    return [
        make_comment(
            article,
            title=f"Ý kiến thứ {place}.",
            state=Comment.State.PUBLISHED,
            created_at=now - timedelta(minutes=place),
            **values,
        )
        for place in range(number)
    ]


def test_a_published_comment_stands_below_the_article_at_once() -> None:
    article = make_article()
    comment = make_comment(article, title="Ý kiến của tôi")
    assert "Ý kiến của tôi" not in rendered_thread(article)
    actions.publish_comment(comment, by=make_user("moderator"))
    page = rendered_thread(article)
    assert "Ý kiến của tôi" in page
    assert "Bình luận (1)" in page


def test_the_articles_page_shows_it_at_once_with_at_most_three_queries_more(
    client: Client,
) -> None:
    article = make_article()
    comment = make_comment(article, title="Ý kiến của tôi")
    with CaptureQueriesContext(connection) as before:
        assert "Ý kiến của tôi" not in unescape(
            client.get(article.get_absolute_url()).content.decode()
        )
    actions.publish_comment(comment, by=make_user("moderator"))
    response = client.get(article.get_absolute_url())
    assert "Ý kiến của tôi" in unescape(response.content.decode())
    assert not response.cookies
    of_comments = [query for query in before if "comments_comment" in query["sql"]]
    assert len(of_comments) <= 3


def test_waiting_and_declined_comments_and_phones_are_not_shown() -> None:
    article = make_article()
    make_comment(article, title="Đang chờ")
    make_comment(article, title="Bị từ chối", state=Comment.State.DECLINED)
    make_comment(article, title="Được đăng", state=Comment.State.PUBLISHED, phone="+84912345678")
    page = rendered_thread(article)
    assert "Được đăng" in page
    assert "Đang chờ" not in page
    assert "Bị từ chối" not in page
    assert "912345678" not in page


def test_comments_of_other_articles_are_not_shown() -> None:
    make_published(make_article(), 1)
    assert "Chưa có bình luận" in rendered_thread(make_article())


def test_what_readers_write_is_never_html() -> None:
    article = make_article()
    make_comment(
        article,
        name="<i>A</i>",
        title="<script>alert(1)</script>",
        content="https://vi-du.example <a href='x'>x</a>",
        state=Comment.State.PUBLISHED,
    )
    block = thread(article)
    page = render_to_string(block.template, block.context)
    assert "<script>" not in page
    assert "<i>" not in page
    assert "href='x'" not in page


@pytest.mark.parametrize(
    ("written", "href"),
    [
        ("Xem https://vi-du.example/a?b=1&c=2.", "https://vi-du.example/a?b=1&amp;c=2"),
        ("(http://vi-du.example)", "http://vi-du.example"),
        ('https://vi-du.example/"onmouseover="alert(1)', "https://vi-du.example/"),
        ("https://vi-du.example/<b>x", "https://vi-du.example/"),
        ("javascript://vi-du.example", None),
        ("www.vi-du.example", None),
    ],
)
def test_addresses_become_links_once_a_moderator_has_read_them(
    written: str, href: str | None
) -> None:
    article = make_article()
    comment = make_comment(article, content=written, state=Comment.State.PUBLISHED)
    block = thread(article)
    page = render_to_string(block.template, block.context)
    text = page.split('<p class="comment__text">')[1].split("</p>")[0]
    assert re.findall(r'<a href="([^"]*)" rel="nofollow ugc noopener noreferrer">', text) == (
        [href] if href else []
    )
    assert unescape(re.sub(r"</?a[^>]*>", "", text)) == written
    Comment.objects.filter(pk=comment.pk).update(decided_at=None)  # stands there unread
    block = thread(article)
    page = render_to_string(block.template, block.context)
    assert "<a " not in page.split('<p class="comment__text">')[1].split("</p>")[0]


def test_the_thread_costs_two_queries_however_many_there_are_and_three_with_replies() -> None:
    article = make_article()
    for more in (50, 1):
        made = make_published(article, more)
        with CaptureQueriesContext(connection) as queries:
            page = rendered_thread(article)
        assert len(queries) == 2
    assert "tất cả 51 bình luận" in page
    for comment in made * 3:
        make_comment(article, parent=comment, state=Comment.State.PUBLISHED)
    with CaptureQueriesContext(connection) as queries:
        page = rendered_thread(article)
    assert len(queries) == 3
    assert "tất cả 54 bình luận" in page


def test_reading_never_asks_for_the_phone() -> None:
    article = make_article()
    make_published(article, 2, phone="+84912345678")
    with CaptureQueriesContext(connection) as queries:
        rendered_thread(article)
    assert all('"phone"' not in query["sql"] for query in queries)


def test_the_way_to_the_form_is_a_plain_link_that_can_load_in_place() -> None:
    article = make_article()
    page = rendered_thread(article)
    assert f'href="/huong-dan/{article.slug}/binh-luan/" data-load="#viet-binh-luan"' in page
    assert "<form" not in page


def test_all_comments_are_paged_newest_first(client: Client) -> None:
    article = make_article()
    made = make_published(article, 120)
    address = f"/huong-dan/{article.slug}/binh-luan/tat-ca/"
    first = client.get(address)
    page = unescape(first.content.decode())
    assert "Ý kiến thứ 0." in page
    assert "Ý kiến thứ 49." in page
    assert "Ý kiến thứ 50." not in page
    assert "Ý kiến thứ 119." in unescape(client.get(address, {"trang": 3}).content.decode())
    assert not first.cookies
    assert "Cookie" not in first.headers.get("Vary", "")
    assert address_of(made[0]) == f"/huong-dan/{article.slug}/#binh-luan-{made[0].pk}"
    assert address_of(made[50]) == f"{address}?trang=2#binh-luan-{made[50].pk}"
    assert f'id="binh-luan-{made[50].pk}"' in client.get(address_of(made[50])).content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "abc", "999999999999", "٣"])
def test_a_page_that_is_not_there_is_answered_with_one_that_is(client: Client, number: str) -> None:
    article = make_article()
    make_published(article, 1)
    address = f"/huong-dan/{article.slug}/binh-luan/tat-ca/"
    assert client.get(address, {"trang": number}).status_code == 200


def test_the_list_of_all_costs_four_queries_and_five_with_replies(
    client: Client, django_assert_num_queries: Any
) -> None:
    article = make_article()
    address = f"/huong-dan/{article.slug}/binh-luan/tat-ca/"
    made = make_published(article, 60)
    with django_assert_num_queries(4):
        client.get(address)
    for comment in made:
        make_comment(article, parent=comment, state=Comment.State.PUBLISHED)
    for order in ("", "cu", "tra-loi", "khac"):
        with django_assert_num_queries(5):
            client.get(address, {"thu-tu": order})


def test_ten_thousand_comments_page_well(client: Client, django_assert_num_queries: Any) -> None:
    article = make_article()
    now = timezone.now()
    made = Comment.objects.bulk_create(
        Comment(
            article=article,
            name="Trần An",
            title=f"Ý kiến thứ {place}.",
            content="Tôi đã đọc.",
            state=Comment.State.PUBLISHED,
            created_at=now - timedelta(minutes=place),
            decided_at=now,
            receipt_hash=f"{place:064d}",
        )
        for place in range(10_000)
    )
    address = f"{article.get_absolute_url()}binh-luan/tat-ca/"
    for order, shown in (("", 9_999), ("cu", 0), ("tra-loi", 9_999)):
        with django_assert_num_queries(4):
            page = unescape(client.get(address, {"trang": 200, "thu-tu": order}).content.decode())
        assert f"Ý kiến thứ {shown}." in page
        assert "10.000 bình luận" in page
        assert "Trang 200 trên 200" in page
    assert address_of(made[9_999]).startswith(f"{address}?trang=200#")


def test_comments_of_an_article_that_was_withdrawn_are_not_listed(client: Client) -> None:
    article = make_article(state=Article.State.WITHDRAWN)
    assert client.get(f"/huong-dan/{article.slug}/binh-luan/tat-ca/").status_code == 404


def test_the_house_rules_are_public_under_stable_numbers(client: Client) -> None:
    response = client.get("/binh-luan/quy-tac/")
    page = unescape(response.content.decode())
    for number, title, _text in HOUSE_RULES:
        assert f'id="quy-tac-{number}"' in page
        assert title in page
    assert "874/QĐ-BTTTT" in page
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


def test_a_retired_rule_stays_readable_but_is_not_named_before_posting(client: Client) -> None:
    HouseRule.objects.filter(number=5).update(is_active=False)
    assert "không còn áp dụng" in unescape(client.get("/binh-luan/quy-tac/").content.decode())
    form = unescape(client.get(f"/huong-dan/{make_article().slug}/binh-luan/").content.decode())
    assert HOUSE_RULES[0][1] in form
    assert HOUSE_RULES[4][1] not in form


def test_writing_the_house_rules_again_leaves_what_staff_changed() -> None:
    HouseRule.objects.filter(number=1).update(title="Tên mới")
    HouseRule.objects.filter(number=2).delete()
    add_house_rules()
    assert HouseRule.objects.get(number=1).title == "Tên mới"
    assert HouseRule.objects.count() == len(HOUSE_RULES)


@pytest.mark.parametrize("address", ["/binh-luan/quy-tac/", "/huong-dan/{slug}/binh-luan/tat-ca/"])
def test_public_pages_are_only_read(client: Client, address: str) -> None:
    address = address.format(slug=make_article().slug)
    assert client.post(address).status_code == 405
