"""How an article takes comments: before, after, closed, closed after a day; and the public monthly figures."""

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments import actions, rules
from comments.figures import monthly_figures
from comments.models import Comment, HouseRule, ThreadSetting
from guidance.models import Article
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry
from tests.factories import (
    fill_comment,
    make_appeal,
    make_article,
    make_comment,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

State = Comment.State
Mode = ThreadSetting.Mode
FIGURES = "/binh-luan/so-lieu/"


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def make_setting(mode: Mode = Mode.BEFORE, **values: Any) -> ThreadSetting:
    return ThreadSetting.objects.create(article=make_article(), mode=mode, **values)


def send(client: Client, article: Article) -> Comment:
    address = f"{article.get_absolute_url()}binh-luan/"
    client.post(address, fill_comment(client.get(address).content.decode()))
    return Comment.objects.latest("pk")


# --- modes --------------------------------------------------------------------------------------
@pytest.mark.parametrize("days", [None, -1, 0, 1])
@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("state", list(Article.State))
def test_an_article_takes_comments_unless_closed(
    state: Article.State, mode: Mode, days: int | None
) -> None:
    now = timezone.now()
    day = None if days is None else timezone.localdate(now) + timedelta(days=days)
    article = make_article(state=state)
    setting = ThreadSetting(article=article, mode=mode, closes_on=day)
    is_open = state == "published" and mode != Mode.CLOSED and days != -1
    assert rules.can_comment(article, setting, now) == is_open
    assert rules.can_comment(article, None, now) == (state == "published")


@pytest.mark.parametrize("values", [{"mode": Mode.CLOSED}, {"closes_on": date(2018, 12, 31)}])
def test_a_closed_article_says_so_and_keeps_its_comments(
    client: Client, values: dict[str, Any]
) -> None:
    article = make_article()
    address = f"{article.get_absolute_url()}binh-luan/"
    filled = fill_comment(client.get(address).content.decode())
    make_comment(article, state=State.PUBLISHED, title="Còn trên trang")
    setting = ThreadSetting.objects.create(article=article, **values)
    for response in (client.get(address), client.post(address, filled)):
        assert "không nhận bình luận" in text_of(response)
    page = text_of(client.get(article.get_absolute_url()))
    assert "Còn trên trang" in page
    assert "Viết bình luận" not in page
    assert Comment.objects.count() == 1
    with pytest.raises(NotAllowed):
        actions.submit_comment(article, setting, name="A", title="B", content="C", phone="")


def test_where_comments_are_read_afterwards_they_stand_at_once_and_in_the_queue(
    client: Client,
) -> None:
    article = make_setting(Mode.AFTER).article
    assert "hiện ngay" in text_of(client.get(f"{article.get_absolute_url()}binh-luan/"))
    comment = send(client, article)
    assert (comment.state, comment.decided_at) == (State.PUBLISHED, None)
    assert "đã hiện dưới bài" in text_of(client.get("/binh-luan/da-gui/"))
    assert comment.title in text_of(client.get(article.get_absolute_url()))
    assert list(Comment.objects.waiting()) == [comment]


def test_what_was_published_unread_is_kept_or_taken_down_once_and_undone() -> None:
    by = make_user("moderator")
    rule = HouseRule.objects.get(number=1)
    comment = make_comment(state=State.PUBLISHED, decided_at=None)
    seen = Comment.objects.get()
    assert rules.can_publish(by, comment)
    actions.publish_comment(comment, by=by)
    assert not Comment.objects.waiting().exists()
    with pytest.raises(StaleState):
        actions.publish_comment(seen, by=make_user("moderator"))
    actions.undo_decision(comment, by=by)
    stored = Comment.objects.get()
    assert (stored.state, stored.decided_at) == (State.PUBLISHED, None)
    assert actions.publish_comments([stored.pk], by=by) == 1
    other = make_comment(state=State.PUBLISHED, decided_at=None)
    actions.decline_comment(other, by=by, rule=rule, reason="Có lời xúc phạm.")
    assert Comment.objects.get(pk=other.pk).state == State.DECLINED


def test_moderators_set_how_an_article_takes_comments_and_it_is_recorded(client: Client) -> None:
    article = make_article()
    user = make_user("moderator")
    sign_in(client, user)
    client.post(
        "/quan-tri/comments/threadsetting/add/",
        {"article": article.pk, "mode": "closed", "closes_on": ""},
    )
    assert ThreadSetting.objects.get().mode == Mode.CLOSED
    entry = HistoryEntry.objects.about(article).get()
    assert (entry.verb, entry.actor, entry.to_state) == ("set_thread", user, "closed")
    with pytest.raises(NotAllowed):
        actions.save_thread_setting(ThreadSetting.objects.get(), by=make_user("editor"))


# --- figures ------------------------------------------------------------------------------------
def test_the_figures_count_what_became_of_each_months_comments(client: Client) -> None:
    now = timezone.now()
    for hours in (1, 2, 9):
        make_comment(state=State.PUBLISHED, created_at=now - timedelta(hours=hours), decided_at=now)
    make_comment(state=State.WITHDRAWN, created_at=now)
    make_comment(created_at=now)
    by = make_user("moderator")
    overturned = make_appeal()
    actions.answer_appeal(overturned, by=by, is_overturned=True, answer="Đúng.")
    make_appeal(make_comment(state=State.DECLINED, rule=HouseRule.objects.get(number=5)))
    make_comment(created_at=now - timedelta(days=800))
    total = dict.fromkeys(("received", "published", "declined", "appealed", "overturned"), 0)
    months = monthly_figures()
    for month in months:
        for name in total:
            total[name] += getattr(month, name)
        assert month.received == (
            month.published + month.declined + month.withdrawn + month.waiting
        )
    assert total == {
        "received": 7,
        "published": 4,
        "declined": 1,
        "appealed": 2,
        "overturned": 1,
    }
    assert [(5, 1)] in [month.by_rule for month in months]
    page = client.get(FIGURES)
    assert f"{timezone.localdate():%m/%Y}" in text_of(page)
    assert "quy tắc 5" in text_of(page)
    assert not page.cookies


def test_the_figures_are_counted_in_one_query_and_kept_a_while(
    client: Client, django_assert_num_queries: Any
) -> None:
    make_comment(state=State.PUBLISHED)
    with django_assert_num_queries(1):
        client.get(FIGURES)
    with django_assert_num_queries(0):
        client.get(FIGURES)


def test_without_comments_the_figures_say_so(client: Client) -> None:
    assert "Chưa có bình luận nào" in text_of(client.get(FIGURES))


def test_a_comment_at_the_turn_of_the_month_belongs_to_the_month_of_ha_noi() -> None:
    first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    make_comment(created_at=first)
    make_comment(created_at=first - timedelta(seconds=1))
    assert [month.received for month in monthly_figures()] == [1, 1]
    assert monthly_figures()[0].first == first.date()
