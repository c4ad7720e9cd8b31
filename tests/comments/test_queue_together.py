"""The moderators' queue with several at work: stale tabs, double clicks, pages, what is chosen and undone together."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from comments import actions
from comments.admin.seen import mark_of
from comments.blocks import appeals_card
from comments.models import Comment, HouseRule, OfficialAnswer
from hanoi_portal.errors import NotAllowed
from hanoi_portal.models import HistoryEntry, User
from tests.factories import (
    PASSWORD,
    make_appeal,
    make_article,
    make_comment,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

QUEUE = "/quan-tri/comments/comment/hang-cho/"
State = Comment.State


@pytest.fixture
def moderator(client: Client) -> User:
    user = make_user("moderator")
    sign_in(client, user)
    return user


def press(client: Client, **typed: Any) -> str:
    return unescape(client.post(QUEUE, typed, follow=True).content.decode())


def decide(comment: Comment, verb: str, by: User) -> None:
    if verb == "publish":
        actions.publish_comment(comment, by=by)
    else:
        rule = HouseRule.objects.get(number=1)
        actions.decline_comment(comment, by=by, rule=rule, reason="Có lời xúc phạm.")


# --- stale tabs ---------------------------------------------------------------------------------
@pytest.mark.parametrize("first", ["publish", "decline"])
@pytest.mark.parametrize("second", ["publish", "decline"])
def test_a_stale_tab_does_not_overrule_what_another_has_decided(
    client: Client, moderator: User, first: str, second: str
) -> None:
    comment = make_comment()
    mark, version = mark_of(comment), comment.version
    other = make_user("moderator")
    decide(comment, first, other)
    typed = {f"rule-{comment.pk}": "5", f"reason-{comment.pk}": "Quảng cáo."}
    page = press(client, **{second: mark, **typed})
    assert f"{comment}: {other} đã xử lý lúc" in page
    review = f"/quan-tri/comments/comment/{comment.pk}/change/"
    data = {"decision": second, "seen": version, "rule": "5", "reason": "Quảng cáo."}
    assert client.post(review, data).status_code == 409
    assert Comment.objects.get().decided_by == other
    assert HistoryEntry.objects.about(comment).count() == 1


def test_a_reason_for_what_another_has_decided_is_shown_and_not_lost(
    client: Client, moderator: User
) -> None:
    comment = make_comment()
    mark = mark_of(comment)
    decide(comment, "publish", make_user("moderator"))
    typed = {f"rule-{comment.pk}": "5", f"reason-{comment.pk}": "Lý do gõ rất lâu."}
    page = press(client, decline=mark, **typed)
    assert "Lý do đã gõ, chưa được ghi:" in page
    assert "Lý do gõ rất lâu." in page


def test_an_undo_pressed_twice_undoes_one_decision(client: Client, moderator: User) -> None:
    comment = make_comment()
    decide(comment, "publish", moderator)
    mark = mark_of(comment)
    assert "Đã hoàn tác" in press(client, undo=mark)
    assert "vừa trở lại hàng chờ" in press(client, undo=mark)
    decide(Comment.objects.get(), "decline", moderator)
    assert "đã xử lý lúc" in press(client, undo=mark)
    assert Comment.objects.get().state == State.DECLINED


def test_whose_decision_was_overturned_does_not_decline_the_comment_again() -> None:
    first, second = make_user("moderator"), make_user("moderator")
    rule = HouseRule.objects.get(number=1)
    comment = make_comment()
    decide(comment, "decline", first)
    appeal = make_appeal(Comment.objects.get())
    actions.answer_appeal(appeal, by=second, is_overturned=True, answer="Bình luận hợp lệ.")
    with pytest.raises(NotAllowed, match="người khác xem xét"):
        actions.decline_comment(Comment.objects.get(), by=first, rule=rule, reason="Vẫn không.")
    assert Comment.objects.get().state == State.PUBLISHED
    actions.decline_comment(
        Comment.objects.get(), by=make_user("moderator"), rule=rule, reason="Có lời đe dọa."
    )
    assert Comment.objects.get().state == State.DECLINED


def test_the_card_of_appeals_leads_to_those_it_counts(client: Client, moderator: User) -> None:
    comments = [make_comment() for _ in range(2)]
    decide(comments[0], "decline", moderator)
    decide(comments[1], "decline", make_user("moderator"))
    for comment in comments:
        make_appeal(comment)
    card = appeals_card(moderator)
    assert card is not None
    page = unescape(client.get(card.url).content.decode())
    assert (card.value, page.count("Đề nghị xem lại bình luận số")) == (1, 1)


def test_an_official_answer_is_not_written_over_unread(client: Client, moderator: User) -> None:
    comment = make_comment(state=State.PUBLISHED)
    review = f"/quan-tri/comments/comment/{comment.pk}/change/"
    assert 'name="answer_seen" value=""' in client.get(review).content.decode()
    actions.answer_officially(
        comment, by=make_user("moderator"), text="Sở đã trả lời.", signed_as="Sở"
    )
    data = {"decision": "answer", "text": "Lời của tôi.", "signed_as": "Sở", "answer_seen": ""}
    response = client.post(review, data)
    page = unescape(response.content.decode())
    assert response.status_code == 409
    assert "Sở đã trả lời." in page
    assert "Lời của tôi.</textarea>" in page
    assert OfficialAnswer.objects.get().text == "Sở đã trả lời."
    (mark,) = re.findall(r'name="answer_seen" value="(\w+)"', page)
    assert client.post(review, data | {"answer_seen": mark}).status_code == 302
    assert OfficialAnswer.objects.get().text == "Lời của tôi."


# --- many ---------------------------------------------------------------------------------------
def test_what_was_chosen_and_typed_for_many_stays_when_something_is_missing(
    client: Client, moderator: User
) -> None:
    chosen, other = make_comment(), make_comment()
    page = press(
        client,
        **{
            "decline-many": "1",
            "pick": mark_of(chosen),
            "rule-many": "5",
            "reason-many": " ",
        },
    )
    assert "Xin chọn quy tắc" in page
    assert f'value="{mark_of(chosen)}" checked' in page
    assert f'value="{mark_of(other)}" checked' not in page
    assert page.count('<option value="5" data-sentence') == 3
    assert page.count(" selected>") == 1


def test_what_was_just_decided_is_undone_together(client: Client, moderator: User) -> None:
    comments = [make_comment() for _ in range(3)]
    press(client, **{"publish-many": "1", "pick": [mark_of(each) for each in comments]})
    marks = [mark_of(each) for each in Comment.objects.all()]
    page = unescape(client.get(QUEUE).content.decode())
    assert all(f'name="decided" value="{mark}"' in page for mark in marks)
    press(client, **{"undo-many": "1", "decided": marks})
    assert set(Comment.objects.values_list("state", "decided_by")) == {(State.WAITING, None)}


def test_what_is_hard_to_decide_does_not_bar_the_way_to_the_rest(
    client: Client, moderator: User
) -> None:
    now = timezone.now()
    for place in range(45):
        make_comment(title=f"Số {place:02d}.", created_at=now + timedelta(minutes=place))
    pages = [unescape(client.get(f"{QUEUE}?p={p}").content.decode()) for p in ("1", "3", "x")]
    assert "Số 00." in pages[0]
    assert "Bình luận 41–45 trong 45." in pages[1]
    assert "Số 44." in pages[1]
    assert "Số 00." in pages[2]
    last = Comment.objects.get(title="Số 44.")
    response = client.post(f"{QUEUE}?p=3", {"publish": mark_of(last)})
    assert response.headers["Location"] == f"{QUEUE}?p=3"


# --- in a browser -------------------------------------------------------------------------------
def test_the_place_stays_and_a_key_held_down_or_a_double_click_decides_once(
    live_server: Any, page: Page
) -> None:
    article = make_article()
    now = timezone.now()
    for each in range(9):
        make_comment(article, title=f"Số {each}", created_at=now + timedelta(seconds=each))
    user = make_user("moderator", password=PASSWORD)
    page.goto(f"{live_server.url}/dang-nhap/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/quan-tri/**")
    page.goto(f"{live_server.url}{QUEUE}")
    focused = page.locator("[data-queue-row]:focus h2")
    page.keyboard.press("j")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.down("p")
        page.keyboard.down("p")  # as a key that is held down repeats
    expect(focused).to_have_text("Số 3")
    page.keyboard.down("p")
    page.keyboard.up("p")
    expect(focused).to_have_text("Số 3")
    with page.expect_navigation():
        page.get_by_role("button", name="Đăng", exact=True).nth(2).dblclick()
    expect(page.locator(".messagelist li")).to_have_text("Đã đăng 1 bình luận.")
    published = Comment.objects.filter(state=State.PUBLISHED)
    assert sorted(published.values_list("title", flat=True)) == ["Số 2", "Số 3"]
    page.keyboard.press("a")
    expect(page.locator("[data-queue-count]")).to_have_text("(7)")
    page.keyboard.press("x")
    page.keyboard.press("m")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Comment.objects.filter(state=State.WAITING).count() == 1
    with page.expect_navigation():
        page.keyboard.press("Shift+U")
    assert not Comment.objects.filter(state=State.PUBLISHED).exists()
