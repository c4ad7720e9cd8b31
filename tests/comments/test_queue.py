"""The moderators' queue: promised times, hints, many at once, undo, corrections meanwhile; hiding personal data."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from comments import actions, rules
from comments.hints import count_links, fingerprint, hints_for, personal_data
from comments.models import Appeal, Comment, HouseRule, WatchedWord
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail, User
from hanoi_portal.roles import ROLES
from tests.factories import PASSWORD, make_article, make_comment, make_user, sign_in

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


def seen(comment: Comment) -> str:
    return f"{comment.pk}:{comment.corrections}"


def test_the_oldest_stand_first_with_the_promised_time(client: Client, moderator: User) -> None:
    now = timezone.now()
    make_comment(title="Mới gửi")
    late = make_comment(title="Gửi lâu rồi", created_at=now - timedelta(days=3))
    page = unescape(client.get(QUEUE).content.decode())
    assert page.index("Gửi lâu rồi") < page.index("Mới gửi")
    promised = timezone.localtime(late.created_at + timedelta(hours=48))
    assert f"đã quá hẹn {promised:%H:%M %d/%m/%Y}" in page
    assert page.count("hẹn trả lời trước") == 1


@pytest.mark.parametrize("role", [role for role in ROLES if role != "moderator"])
def test_others_have_no_queue(client: Client, role: str) -> None:
    comment = make_comment()
    sign_in(client, make_user(role))
    assert client.post(QUEUE, {"publish": seen(comment)}).status_code in {302, 403}
    assert Comment.objects.get().state == State.WAITING


def test_one_press_publishes_one_and_another_declines_one(client: Client, moderator: User) -> None:
    first, second = make_comment(), make_comment()
    assert "Đã đăng 1 bình luận." in press(client, publish=seen(first))
    press(
        client, decline=seen(second), **{f"rule-{second.pk}": "3", f"reason-{second.pk}": "Có số."}
    )
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == State.PUBLISHED
    assert (second.state, second.rule, second.reason) == (
        State.DECLINED,
        HouseRule.objects.get(number=3),
        "Có số.",
    )


@pytest.mark.parametrize(
    ("rule", "reason"),
    [("", "Vì."), ("99", "Vì."), ("x", "Vì."), ("1", "\u200b"), ("1", "x" * 501)],
)
def test_declining_without_rule_or_reason_is_explained_and_loses_nothing(
    client: Client, moderator: User, rule: str, reason: str
) -> None:
    comment = make_comment()
    page = press(
        client,
        decline=seen(comment),
        **{f"rule-{comment.pk}": rule, f"reason-{comment.pk}": reason},
    )
    assert "Xin chọn quy tắc" in page or "dài nhất" in page
    assert f">{reason}</textarea>" in page
    assert Comment.objects.get().state == State.WAITING


def test_many_are_decided_at_once(client: Client, moderator: User) -> None:
    comments = [make_comment() for _ in range(5)]
    press(client, **{"publish-many": "1", "pick": [seen(each) for each in comments[:2]]})
    press(
        client,
        **{
            "decline-many": "1",
            "pick": [seen(each) for each in comments[2:4]],
            "rule-many": "5",
            "reason-many": "Quảng cáo.",
        },
    )
    states = list(Comment.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["published"] * 2 + ["declined"] * 2 + ["waiting"]
    assert "Xin chọn ít nhất một bình luận." in press(client, **{"publish-many": "1"})


@pytest.mark.parametrize("bad", ["", "x", "1", "999999:0", "-1:0", "9" * 30 + ":0", "٣:0"])
def test_a_made_up_choice_changes_nothing(client: Client, moderator: User, bad: str) -> None:
    make_comment()
    for name in ("publish", "undo"):
        assert client.post(QUEUE, {name: bad}).status_code == 200
    assert Comment.objects.get().state == State.WAITING


def test_what_its_writer_corrects_meanwhile_is_not_published_unread(
    client: Client, moderator: User
) -> None:
    comment = make_comment()
    before = seen(comment)
    actions.correct_comment(comment, name="Hoa", title="Khác", content="Lời khác hẳn")
    assert "Người gửi vừa sửa lời." in press(client, publish=before)
    review = f"/quan-tri/comments/comment/{comment.pk}/change/"
    page = client.post(review, {"decision": "publish", "seen": "0"}, follow=True)
    assert "vừa sửa lời" in unescape(page.content.decode())
    stale = Comment.objects.get()
    stale.corrections = 0
    with pytest.raises(StaleState):
        actions.publish_comment(stale, by=moderator)
    assert Comment.objects.get().state == State.WAITING
    client.post(review, {"decision": "publish", "seen": "1"})
    assert Comment.objects.get().state == State.PUBLISHED


# --- undo ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("verb", ["publish", "decline"])
def test_a_decision_can_be_undone_for_a_minute(client: Client, moderator: User, verb: str) -> None:
    comment = make_comment(mail="hoa@vidu.example")
    rule = HouseRule.objects.get(number=1)
    if verb == "publish":
        actions.publish_comment(comment, by=moderator)
    else:
        actions.decline_comment(comment, by=moderator, rule=rule, reason="Vì.")
    assert 'name="undo"' in client.get(QUEUE).content.decode()
    assert "Đã hoàn tác" in press(client, undo=seen(comment))
    stored = Comment.objects.get()
    assert (stored.state, stored.decided_at, stored.decided_by, stored.rule, stored.reason) == (
        State.WAITING,
        None,
        None,
        None,
        "",
    )
    assert not OutgoingMail.objects.exists()
    assert [entry.verb for entry in HistoryEntry.objects.about(comment)] == [verb, "undo"]
    actions.publish_comment(stored, by=moderator)  # and decided again, and undone again
    actions.undo_decision(stored, by=moderator)


def test_only_the_own_decision_and_only_within_the_minute() -> None:
    by, other = make_user("moderator"), make_user("moderator")
    comment = make_comment()
    actions.publish_comment(comment, by=by)
    with pytest.raises(StaleState):
        actions.undo_decision(comment, by=other)
    with pytest.raises(NotAllowed):
        actions.undo_decision(comment, by=make_user("editor"))
    assert comment.decided_at is not None
    assert rules.can_undo(by, comment, comment.decided_at + timedelta(seconds=59))
    assert not rules.can_undo(by, comment, comment.decided_at + timedelta(seconds=60))


def test_a_second_decision_or_one_appealed_against_is_not_undone() -> None:
    by = make_user("moderator")
    comment = make_comment()
    rule = HouseRule.objects.get(number=1)
    actions.decline_comment(comment, by=by, rule=rule, reason="Vì.")
    actions.ask_for_review(comment, text="Xin xem lại.")
    with pytest.raises(StaleState):
        actions.undo_decision(comment, by=by)
    assert Appeal.objects.get().state == "open"
    twice = make_comment()
    actions.publish_comment(twice, by=by)
    actions.decline_comment(twice, by=by, rule=rule, reason="Vì.")
    with pytest.raises(StaleState):
        actions.undo_decision(twice, by=by)


# --- hints --------------------------------------------------------------------------------------
def test_hints_tell_what_to_look_at_and_decide_nothing(client: Client, moderator: User) -> None:
    WatchedWord.objects.create(word="Cá độ")
    same = "CÁ  ĐỘ tại http://nha-cai.example và www.x.com, gọi 0912 345 678!!!!!!!"
    first = make_comment(content=same, fingerprint=fingerprint(same))
    second = make_comment(content="khác", fingerprint=fingerprint(same.lower()))
    texts = " | ".join(hint.text for hint in hints_for([first])[first.pk])
    assert "Liên kết: 2" in texts
    assert "0912 345 678" in texts
    assert "Cá độ" in texts
    assert "Một ký tự lặp nhiều lần" in texts
    assert hints_for([first])[first.pk][3].others == (second.pk,)
    page = unescape(client.get(QUEUE).content.decode())
    assert f"số {second.pk}" in page
    assert Comment.objects.filter(state=State.WAITING).count() == 2
    assert hints_for([make_comment()]).popitem()[1] == []


def test_a_watched_word_is_found_as_a_whole_word_only() -> None:
    WatchedWord.objects.create(word="ma")
    hints = hints_for([make_comment(title="Mai", content="Bà nội làm mát nhà")])
    assert list(hints.values()) == [[]]


@pytest.mark.parametrize(
    ("text", "links", "personal"),
    [
        ("Xem https://a.vn/b?c=d nhé", 1, []),
        ("viết cho hoa@vidu.vn", 0, ["hoa@vidu.vn"]),
        ("số 0912.345.678 và +84 912 345 678", 0, ["0912.345.678", "+84 912 345 678"]),
        ("năm 2018, 61 đơn vị, 1.234 người", 0, []),
        ("CCCD 001099012345", 0, ["001099012345"]),
    ],
)
def test_links_and_personal_data_are_recognised(text: str, links: int, personal: list[str]) -> None:
    assert count_links(text) == links
    assert personal_data(text) == personal


# --- hiding personal data -----------------------------------------------------------------------
def test_only_passages_can_be_hidden_and_the_page_says_so(client: Client, moderator: User) -> None:
    comment = make_comment(title="Gọi 0912345678", content="Anh Ba, số 0912345678, nhà số 5.")
    review = f"/quan-tri/comments/comment/{comment.pk}/change/"
    assert 'value="0912345678"' in client.get(review).content.decode()
    client.post(
        review, {"decision": "redact", "seen": "0", "passage": ["0912345678"], "other": "nhà số 5"}
    )
    stored = Comment.objects.get()
    assert stored.title == "Gọi […]"
    assert stored.content == "Anh Ba, số [đã ẩn thông tin cá nhân], [đã ẩn thông tin cá nhân]."
    entry = HistoryEntry.objects.about(comment).get()
    assert entry.verb == "redact"
    assert "0912345678" not in f"{entry.note}{entry.data}"
    actions.publish_comment(stored, by=moderator)
    page = unescape(client.get(comment.article.get_absolute_url()).content.decode())
    assert "đã ẩn thông tin cá nhân của người khác trong bình luận này" in page
    assert "0912345678" not in page


@pytest.mark.parametrize("passages", [[], [" "], ["không có trong bài"]])
def test_hiding_what_is_not_there_is_refused(passages: list[str]) -> None:
    comment = make_comment()
    with pytest.raises(DomainError):
        actions.redact_comment(comment, by=make_user("moderator"), passages=passages)
    with pytest.raises(NotAllowed):
        actions.redact_comment(comment, by=make_user("editor"), passages=passages)
    assert Comment.objects.get().redacted_at is None


# --- how it is used -----------------------------------------------------------------------------
def test_the_queue_asks_as_many_queries_for_twenty_as_for_one(
    client: Client,
    moderator: User,
    django_assert_max_num_queries: Any,
    django_assert_num_queries: Any,
) -> None:
    make_comment(fingerprint=fingerprint("a"))
    client.get(QUEUE)
    with django_assert_max_num_queries(12) as for_one:
        client.get(QUEUE)
    for _ in range(19):
        make_comment(make_article(), fingerprint=fingerprint("a"))
    with django_assert_num_queries(len(for_one)):
        client.get(QUEUE)


@pytest.mark.django_db(transaction=True)
def test_a_thousand_that_wait_cost_no_query_more(
    client: Client,
    moderator: User,
    django_assert_max_num_queries: Any,
    django_assert_num_queries: Any,
) -> None:
    article = make_article()
    make_comment(
        article, parent=make_comment(article, state=State.PUBLISHED), fingerprint=fingerprint("0")
    )
    client.get(QUEUE)
    with django_assert_max_num_queries(12) as for_one:
        client.get(QUEUE)
    now = timezone.now()
    Comment.objects.bulk_create(
        Comment(
            article=article,
            name="Trần An",
            title=f"Ý kiến {place}",
            content=f"Gọi 0912 345 678, xem www.vi-du.example {place % 7}",
            fingerprint=fingerprint(str(place % 7)),
            created_at=now - timedelta(minutes=place),
            receipt_hash=f"{place:064d}",
        )
        for place in range(1000)
    )
    with django_assert_num_queries(len(for_one)):
        page = unescape(client.get(QUEUE).content.decode())
    assert "Còn 1001 bình luận chờ duyệt" in page or "Còn 1.001 bình luận chờ duyệt" in page
    assert page.count("data-queue-row") == 20


def test_the_queue_is_worked_by_keyboard_alone(live_server: Any, page: Page) -> None:
    article = make_article()
    now = timezone.now()
    comments = [
        make_comment(article, title=f"Số {each}", created_at=now + timedelta(seconds=each))
        for each in range(3)
    ]
    user = make_user("moderator", password=PASSWORD)
    page.goto(f"{live_server.url}/dang-nhap/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/quan-tri/**")
    page.goto(f"{live_server.url}{QUEUE}")
    expect(page.locator("[data-queue-keys]")).to_be_visible()
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("p")
    assert Comment.objects.get(pk=comments[1].pk).state == State.PUBLISHED
    expect(page.locator("[data-queue-keys]")).to_be_visible()
    with page.expect_navigation():
        page.keyboard.press("u")
    assert Comment.objects.get(pk=comments[1].pk).state == State.WAITING
    expect(page.locator("[data-queue-keys]")).to_be_visible()
    page.keyboard.press("4")
    page.keyboard.type(" Xin nêu nguồn.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    declined = Comment.objects.get(pk=comments[0].pk)
    assert declined.rule == HouseRule.objects.get(number=4)
    assert declined.reason == f"{declined.rule.sentence} Xin nêu nguồn."
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
