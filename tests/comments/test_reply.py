"""Replies: one level deep, written and moderated like any comment, in their place whatever becomes of the parent."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from comments import actions, rules
from comments.blocks import thread
from comments.models import Comment, HouseRule, ThreadSetting
from comments.places import address_of
from comments.threads import REPLIES_SHOWN
from guidance.models import Article
from hanoi_portal.errors import StaleState
from tests.factories import fill_comment, make_article, make_comment, make_user, sign_in

pytestmark = pytest.mark.django_db

State = Comment.State


@pytest.fixture
def article() -> Article:
    return make_article()


@pytest.fixture
def parent(article: Article) -> Comment:
    return make_comment(
        article, title="Xin hỏi", content="Báo tin sai ở đâu?", state=State.PUBLISHED
    )


def write_address(article: Article, parent: Comment) -> str:
    return f"/huong-dan/{article.slug}/binh-luan/?tra-loi={parent.pk}"


def make_reply(parent: Comment, **values: Any) -> Comment:
    values.setdefault("state", State.PUBLISHED)
    return make_comment(parent.article, parent=parent, **values)


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def rendered_thread(article: Article) -> str:
    block = thread(article)
    return unescape(render_to_string(block.template, block.context))


# --- writing ------------------------------------------------------------------------------------
def test_a_published_comment_offers_to_reply_and_the_form_shows_what_is_replied_to(
    client: Client, article: Article, parent: Comment
) -> None:
    address = write_address(article, parent)
    assert f'href="{address}"' in rendered_thread(article)
    page = text_of(client.get(address))
    assert "Báo tin sai ở đâu?" in page
    assert 'value="Trả lời: Xin hỏi"' in page
    assert f'name="parent" value="{parent.pk}"' in page


def test_a_reply_is_checked_and_moderated_like_any_comment(
    client: Client, article: Article, parent: Comment
) -> None:
    page = client.get(write_address(article, parent)).content.decode()
    filled = fill_comment(page, parent=str(parent.pk))
    wrong = client.post(f"/huong-dan/{article.slug}/binh-luan/", filled | {"captcha_1": "11111"})
    assert "Mã chưa đúng" in text_of(wrong)
    assert f'name="parent" value="{parent.pk}"' in text_of(wrong)
    filled = fill_comment(wrong.content.decode(), parent=str(parent.pk))
    assert client.post(f"/huong-dan/{article.slug}/binh-luan/", filled).status_code == 303
    reply = Comment.objects.latest("pk")
    assert (reply.parent, reply.article, reply.state) == (parent, article, State.WAITING)
    assert reply.title not in rendered_thread(article)
    actions.publish_comment(reply, by=make_user("moderator"))
    page = rendered_thread(article)
    assert page.index(parent.title) < page.index(reply.title)
    assert "Bình luận (2)" in page


def test_a_reply_to_a_reply_becomes_a_reply_to_the_same_comment(
    client: Client, article: Article, parent: Comment
) -> None:
    reply = make_reply(parent)
    assert f"?tra-loi={reply.pk}" not in rendered_thread(article)
    page = text_of(client.get(write_address(article, reply)))
    assert f'name="parent" value="{parent.pk}"' in page


@pytest.mark.parametrize(
    ("state", "is_reply", "is_same_article", "is_allowed"),
    [
        (state, is_reply, is_same, state == State.PUBLISHED and not is_reply and is_same)
        for state in State
        for is_reply in (False, True)
        for is_same in (False, True)
    ],
)
def test_only_a_published_comment_of_the_article_that_is_no_reply_is_replied_to(
    article: Article,
    parent: Comment,
    state: State,
    is_reply: bool,
    is_same_article: bool,
    is_allowed: bool,
) -> None:
    target = make_comment(
        article if is_same_article else None, state=state, parent=parent if is_reply else None
    )
    assert rules.can_reply(target, article) is is_allowed
    words = {"name": "A", "title": "B", "content": "C", "phone": ""}
    if is_allowed:
        assert (
            actions.submit_comment(article, None, parent=target, **words).comment.parent == target
        )
    else:
        with pytest.raises(StaleState):
            actions.submit_comment(article, None, parent=target, **words)


@pytest.mark.parametrize("number", ["x", "-1", "0", "999999", "9" * 30, "٣", "1\x00"])
def test_a_made_up_parent_is_explained_and_nothing_is_sent(
    client: Client, article: Article, number: str
) -> None:
    page = client.get(f"/huong-dan/{article.slug}/binh-luan/").content.decode()
    response = client.post(
        f"/huong-dan/{article.slug}/binh-luan/", fill_comment(page, parent=number)
    )
    assert response.status_code == 200
    assert "không còn trên trang" in text_of(response)
    assert "Tôi đã đọc cho cả nhà nghe." in text_of(response)
    assert 'name="parent"' not in text_of(response)
    assert not Comment.objects.exists()


def test_a_parent_that_was_taken_down_meanwhile_leaves_what_was_typed(
    client: Client, article: Article, parent: Comment
) -> None:
    page = client.get(write_address(article, parent)).content.decode()
    filled = fill_comment(page, parent=str(parent.pk))
    actions.withdraw_comment(parent)
    again = client.post(f"/huong-dan/{article.slug}/binh-luan/", filled)
    assert "không còn trên trang" in text_of(again)
    filled = fill_comment(again.content.decode())
    assert client.post(f"/huong-dan/{article.slug}/binh-luan/", filled).status_code == 303
    assert Comment.objects.latest("pk").parent is None


def test_where_comments_are_closed_nobody_is_asked_to_reply(
    client: Client, article: Article, parent: Comment
) -> None:
    ThreadSetting.objects.create(article=article, mode=ThreadSetting.Mode.CLOSED)
    assert "tra-loi" not in rendered_thread(article)
    assert "không nhận bình luận" in text_of(client.get(write_address(article, parent)))


# --- its place ----------------------------------------------------------------------------------
def test_a_comment_taken_down_keeps_its_place_while_its_replies_stand(
    client: Client, article: Article, parent: Comment
) -> None:
    reply = make_reply(parent, title="Báo ở cuối trang")
    by = make_user("moderator")
    actions.decline_comment(parent, by=by, rule=HouseRule.objects.get(number=1), reason="Vì.")
    for page in (rendered_thread(article), text_of(client.get(f"/binh-luan/{parent.pk}/"))):
        assert "không theo quy tắc nên không còn trên trang" in page
        assert "Xin hỏi" not in page
        assert "Báo tin sai ở đâu?" not in page
        assert parent.name not in page
        assert "Báo ở cuối trang" in page
    assert "Bình luận (1)" in rendered_thread(article)
    actions.withdraw_comment(reply)
    assert "không còn trên trang" not in rendered_thread(article)
    assert client.get(f"/binh-luan/{parent.pk}/").status_code == 404


def test_a_comment_its_writer_took_back_says_so(article: Article, parent: Comment) -> None:
    make_reply(parent)
    actions.withdraw_comment(parent)
    assert "Người gửi đã rút bình luận này" in rendered_thread(article)


def test_the_page_shows_the_first_replies_and_where_the_others_are(
    client: Client, article: Article, parent: Comment
) -> None:
    now = timezone.now()
    replies = [
        make_reply(parent, title=f"Lời thứ {place}.", created_at=now + timedelta(minutes=place))
        for place in range(60)
    ]
    page = rendered_thread(article)
    shown = re.findall(r"Lời thứ (\d+)\.", page)
    assert shown == [str(place) for place in range(REPLIES_SHOWN)]
    assert "Xem tất cả 60 trả lời" in page
    first = text_of(client.get(f"/binh-luan/{parent.pk}/"))
    assert "Lời thứ 49." in first
    assert "Lời thứ 50." not in first
    assert address_of(replies[0]) == f"/binh-luan/{parent.pk}/#binh-luan-{replies[0].pk}"
    last = client.get(f"/binh-luan/{replies[59].pk}/")
    assert last.status_code == 302
    assert last.headers["Location"] == address_of(replies[59])
    assert "Lời thứ 59." in text_of(client.get(last.headers["Location"]))


def test_a_comments_own_page_costs_the_same_however_many_replies_it_has(
    client: Client, parent: Comment, django_assert_num_queries: Any
) -> None:
    for more in (1, 40):
        for _ in range(more):
            make_reply(parent)
        with django_assert_num_queries(4):
            client.get(f"/binh-luan/{parent.pk}/")


@pytest.mark.parametrize("state", [State.WAITING, State.DECLINED, State.WITHDRAWN])
def test_what_is_not_published_has_no_page_of_its_own(
    client: Client, parent: Comment, state: State
) -> None:
    for comment in (make_comment(state=state), make_reply(parent, state=state)):
        assert client.get(f"/binh-luan/{comment.pk}/").status_code == 404
    assert client.get(f"/binh-luan/{9**30}/").status_code == 404


def test_comments_of_an_article_that_was_withdrawn_have_no_page(client: Client) -> None:
    comment = make_comment(make_article(state=Article.State.WITHDRAWN), state=State.PUBLISHED)
    assert client.get(f"/binh-luan/{comment.pk}/").status_code == 404


# --- order --------------------------------------------------------------------------------------
def test_comments_are_ordered_newest_oldest_or_most_answered(
    client: Client, article: Article
) -> None:
    now = timezone.now()
    old, answered, official, new = (
        make_comment(
            article, title=title, state=State.PUBLISHED, created_at=now - timedelta(hours=hours)
        )
        for title, hours in (("Cũ.", 4), ("Nhiều.", 3), ("Sở đáp.", 2), ("Mới.", 1))
    )
    for _ in range(2):
        make_reply(answered)
    make_reply(old, state=State.WAITING)
    actions.answer_officially(official, by=make_user("moderator"), text="Xin mời.", signed_as="Sở")
    address = f"/huong-dan/{article.slug}/binh-luan/tat-ca/"
    for asked, expected in {
        "": [new, official, answered, old],
        "cu": [old, answered, official, new],
        "tra-loi": [answered, official, new, old],
        "x": [new, official, answered, old],
    }.items():
        page = text_of(client.get(address, {"thu-tu": asked}))
        found = re.findall(r'<h3 class="comment__title" id="binh-luan-(\d+)-ten">', page)
        assert found == [str(comment.pk) for comment in expected]


def test_the_pages_of_an_order_keep_it(client: Client, article: Article) -> None:
    for _ in range(51):
        make_comment(article, state=State.PUBLISHED)
    address = f"/huong-dan/{article.slug}/binh-luan/tat-ca/"
    assert 'href="?thu-tu=tra-loi&amp;trang=2"' in (
        client.get(address, {"thu-tu": "tra-loi"}).content.decode()
    )


# --- moderation ---------------------------------------------------------------------------------
def test_the_moderator_reads_what_is_replied_to(client: Client, parent: Comment) -> None:
    reply = make_reply(parent, state=State.WAITING)
    sign_in(client, make_user("moderator"))
    for address in ("hang-cho/", f"{reply.pk}/change/"):
        page = text_of(client.get(f"/quan-tri/comments/comment/{address}"))
        assert "Trả lời bình luận:" in page
        assert "Báo tin sai ở đâu?" in page
