"""Moderators decide: who may, from which state, what is recorded, what the reader and the public see."""

import threading
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from comments import actions, rules
from comments.blocks import moderation_card
from comments.models import Comment, HouseRule
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.roles import ROLES
from tests.factories import allow, make_article, make_comment, make_user, sign_in

pytestmark = pytest.mark.django_db

QUEUE = "/quan-tri/comments/comment/"
STATES = list(Comment.State)


def review(comment: Comment) -> str:
    return f"{QUEUE}{comment.pk}/change/"


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


# --- rules --------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", [None, *ROLES])
def test_only_moderators_decide_and_only_what_is_not_decided_so(
    role: str | None, state: Comment.State
) -> None:
    user = make_user(role)
    comment = make_comment(state=state)
    is_moderator = role == "moderator"
    assert rules.can_moderate(user) == is_moderator
    may_publish, may_decline = state in {"waiting", "declined"}, state in {"waiting", "published"}
    assert rules.can_publish(user, comment) == (is_moderator and may_publish)
    assert rules.can_decline(user, comment) == (is_moderator and may_decline)
    assert rules.can_view_phone(user, comment) == is_moderator


def test_a_moderator_who_has_left_decides_nothing() -> None:
    user = make_user("moderator", is_active=False)
    comment = make_comment()
    assert not rules.can_publish(user, comment)
    assert not rules.can_decline(user, comment)
    assert not rules.can_view_phone(user, comment)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "moderator"])
def test_no_action_obeys_another_role(role: str) -> None:
    user = make_user(role)
    comment = make_comment(phone="+84912345678")
    rule = HouseRule.objects.get(number=1)
    with pytest.raises(NotAllowed):
        actions.publish_comment(comment, by=user)
    with pytest.raises(NotAllowed):
        actions.publish_comments([comment.pk], by=user)
    with pytest.raises(NotAllowed):
        actions.decline_comment(comment, by=user, rule=rule, reason="Vì")
    with pytest.raises(NotAllowed):
        actions.reveal_phone(comment, by=user)
    comment.refresh_from_db()
    assert comment.state == Comment.State.WAITING
    assert not HistoryEntry.objects.about(comment).exists()


def test_being_refused_is_403_where_nobody_catches_it() -> None:
    with pytest.raises(PermissionDenied):
        actions.publish_comment(make_comment(), by=make_user("editor"))


def test_a_moderator_without_the_permission_for_phones_sees_none() -> None:
    user = allow(make_user(is_staff=True), "comments.moderate_comment", "comments.view_comment")
    comment = make_comment(phone="+84912345678")
    assert rules.can_publish(user, comment)
    assert not rules.can_view_phone(user, comment)


# --- actions ------------------------------------------------------------------------------------
def test_publishing_shows_the_comment_and_leaves_a_history_row() -> None:
    by = make_user("moderator")
    comment = make_comment()
    actions.publish_comment(comment, by=by)
    stored = Comment.objects.get(pk=comment.pk)
    assert stored.state == Comment.State.PUBLISHED
    assert stored.decided_by == by
    assert stored.decided_at is not None
    entry = HistoryEntry.objects.about(comment).get()
    assert (entry.verb, entry.actor, entry.from_state, entry.to_state) == (
        "publish",
        by,
        "waiting",
        "published",
    )


def test_declining_keeps_the_rule_and_the_reason() -> None:
    by = make_user("moderator")
    comment = make_comment()
    rule = HouseRule.objects.get(number=3)
    actions.decline_comment(comment, by=by, rule=rule, reason="Có số điện thoại của người khác.")
    stored = Comment.objects.get(pk=comment.pk)
    assert (stored.state, stored.rule, stored.reason) == (
        Comment.State.DECLINED,
        rule,
        "Có số điện thoại của người khác.",
    )
    entry = HistoryEntry.objects.about(comment).get()
    assert (entry.verb, entry.data, entry.note) == ("decline", {"rule": 3}, stored.reason)


def test_history_holds_nothing_that_the_reader_wrote() -> None:
    by = make_user("moderator")
    comment = make_comment(
        name="Tên riêng", title="Đầu đề riêng", content="Lời riêng", phone="+84912345678"
    )
    actions.publish_comment(comment, by=by)
    actions.reveal_phone(comment, by=by)
    for entry in HistoryEntry.objects.about(comment):
        written = f"{entry.subject_name} {entry.note} {entry.data} {entry}"
        assert "riêng" not in written
        assert "912345678" not in written


def test_a_decision_can_be_put_right_both_ways() -> None:
    by = make_user("moderator")
    comment = make_comment()
    rule = HouseRule.objects.get(number=1)
    actions.decline_comment(comment, by=by, rule=rule, reason="Nhầm.")
    actions.publish_comment(comment, by=by)
    stored = Comment.objects.get(pk=comment.pk)
    assert (stored.state, stored.rule, stored.reason) == (Comment.State.PUBLISHED, None, "")
    actions.decline_comment(comment, by=by, rule=rule, reason="Có lời xúc phạm.")
    assert HistoryEntry.objects.about(comment).count() == 3


def test_declining_needs_a_sentence_and_a_rule_that_holds() -> None:
    by = make_user("moderator")
    comment = make_comment()
    rule = HouseRule.objects.get(number=1)
    with pytest.raises(DomainError):
        actions.decline_comment(comment, by=by, rule=rule, reason=" \n")
    rule.is_active = False
    with pytest.raises(DomainError):
        actions.decline_comment(comment, by=by, rule=rule, reason="Vì")
    assert Comment.objects.get(pk=comment.pk).state == Comment.State.WAITING


def test_the_database_itself_refuses_a_decline_without_a_reason() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_comment(state=Comment.State.DECLINED, reason="")


def test_the_database_itself_refuses_a_phone_without_consent() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_comment(phone="+84912345678", consent_version="")


def test_who_comes_second_is_told_so() -> None:
    comment = make_comment()
    seen_by_the_second = Comment.objects.get(pk=comment.pk)
    actions.publish_comment(comment, by=make_user("moderator"))
    with pytest.raises(StaleState):
        actions.decline_comment(
            seen_by_the_second,
            by=make_user("moderator"),
            rule=HouseRule.objects.get(number=1),
            reason="Vì",
        )
    with pytest.raises(StaleState):
        actions.publish_comment(comment, by=make_user("moderator"))
    assert Comment.objects.get(pk=comment.pk).state == Comment.State.PUBLISHED
    assert HistoryEntry.objects.about(comment).count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_simultaneous_decisions_are_one() -> None:
    comment = make_comment()
    moderators = [make_user("moderator") for _ in range(8)]
    gate = threading.Barrier(8)
    outcomes: list[str] = []

    def decide(by: User) -> None:
        own = Comment.objects.get(pk=comment.pk)
        gate.wait()
        try:
            actions.publish_comment(own, by=by)
            outcomes.append("published")
        except StaleState:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[by]) for by in moderators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["published"] + ["too late"] * 7
    assert HistoryEntry.objects.about(comment).count() == 1


def test_many_are_published_at_once_and_only_those_that_wait() -> None:
    by = make_user("moderator")
    article = make_article()
    waiting = [make_comment(article) for _ in range(3)]
    declined = make_comment(article, state=Comment.State.DECLINED)
    pks = [comment.pk for comment in [*waiting, declined]]
    assert actions.publish_comments(pks, by=by) == 3
    assert actions.publish_comments(pks, by=by) == 0
    assert Comment.objects.published().count() == 3
    assert Comment.objects.get(pk=declined.pk).state == Comment.State.DECLINED
    assert all(HistoryEntry.objects.about(comment).count() == 1 for comment in waiting)


def test_each_look_at_a_phone_is_recorded() -> None:
    by = make_user("moderator")
    comment = make_comment(phone="+84912345678")
    assert actions.reveal_phone(comment, by=by) == "+84912345678"
    assert actions.reveal_phone(comment, by=by) == "+84912345678"
    assert HistoryEntry.objects.about(comment).filter(verb="view_phone", actor=by).count() == 2


# --- the admin ----------------------------------------------------------------------------------
@pytest.fixture
def moderator(client: Client) -> User:
    user = make_user("moderator")
    sign_in(client, user)
    return user


@pytest.mark.parametrize("role", [role for role in ROLES if role != "moderator"])
def test_other_roles_cannot_open_the_queue(client: Client, role: str) -> None:
    comment = make_comment()
    sign_in(client, make_user(role))
    for address in (QUEUE, review(comment)):
        for response in (client.get(address), client.post(address, {"decision": "publish"})):
            assert response.status_code in {302, 403}
    assert Comment.objects.get().state == Comment.State.WAITING


def test_nobody_signed_in_is_led_to_sign_in(client: Client) -> None:
    comment = make_comment()
    for address in (QUEUE, review(comment)):
        assert client.get(address).status_code == 302
        assert client.post(address, {"decision": "publish"}).status_code == 302
    assert Comment.objects.get().state == Comment.State.WAITING


def test_the_queue_shows_what_waits_oldest_first(client: Client, moderator: User) -> None:
    now = timezone.now()
    article = make_article()
    make_comment(article, title="Mới gửi", created_at=now)
    make_comment(article, title="Gửi trước", created_at=now - timedelta(days=1))
    make_comment(article, title="Đã lên trang", state=Comment.State.PUBLISHED)
    page = text_of(client.get(QUEUE))
    assert page.index("Gửi trước") < page.index("Mới gửi")
    assert "Đã lên trang" not in page
    assert "Đã lên trang" in text_of(client.get(QUEUE, {"state": "published"}))
    everything = text_of(client.get(QUEUE, {"state": "all"}))
    assert "Đã lên trang" in everything
    assert "Mới gửi" in everything


def test_the_queue_asks_as_many_queries_for_thirty_as_for_one(
    client: Client,
    moderator: User,
    django_assert_max_num_queries: Any,
    django_assert_num_queries: Any,
) -> None:
    make_comment()
    client.get(QUEUE)  # content types and the like are asked for once
    with django_assert_max_num_queries(8) as for_one:
        client.get(QUEUE)
    for _ in range(29):
        make_comment(make_article())
    with django_assert_num_queries(len(for_one)):
        client.get(QUEUE)


def test_the_moderator_reads_the_comment_with_its_article(client: Client, moderator: User) -> None:
    article = make_article(summary="Tóm tắt để hiểu bối cảnh.")
    comment = make_comment(article, content="Dòng một\n\n<b>Dòng hai</b>")
    page = client.get(review(comment)).content.decode()
    assert "Tóm tắt để hiểu bối cảnh." in unescape(page)
    assert article.title in unescape(page)
    assert "&lt;b&gt;Dòng hai&lt;/b&gt;" in page
    assert "Không để lại số điện thoại." in unescape(page)


def test_publishing_leads_to_the_next_that_waits(client: Client, moderator: User) -> None:
    first, second = make_comment(), make_comment()
    response = client.post(review(first), {"decision": "publish"})
    assert response.headers["Location"] == review(second)
    response = client.post(review(second), {"decision": "publish"})
    assert response.headers["Location"] == QUEUE
    assert Comment.objects.published().count() == 2


def test_declining_asks_for_rule_and_reason_beside_the_fields(
    client: Client, moderator: User
) -> None:
    comment = make_comment()
    response = client.post(review(comment), {"decision": "decline", "rule": "", "reason": "\u200b"})
    page = text_of(response)
    assert response.status_code == 200
    assert "Xin chọn quy tắc." in page
    assert "Xin ghi lý do để người gửi hiểu." in page
    rule = HouseRule.objects.get(number=2)
    client.post(
        review(comment), {"decision": "decline", "rule": rule.pk, "reason": "Có lời tục tĩu."}
    )
    comment.refresh_from_db()
    assert (comment.state, comment.rule, comment.reason) == (
        Comment.State.DECLINED,
        rule,
        "Có lời tục tĩu.",
    )


def test_a_decision_that_comes_too_late_is_told_in_words(client: Client, moderator: User) -> None:
    comment = make_comment(state=Comment.State.PUBLISHED)
    response = client.post(review(comment), {"decision": "publish"})
    assert response.status_code == 409
    assert "đã được đăng trước đó" in text_of(response)


def test_an_unknown_decision_changes_nothing(client: Client, moderator: User) -> None:
    comment = make_comment()
    assert client.post(review(comment), {"decision": "xóa"}).status_code == 200
    assert client.post(review(comment), {}).status_code == 200
    assert Comment.objects.get().state == Comment.State.WAITING


def test_a_comment_that_is_not_there_leads_back(client: Client, moderator: User) -> None:
    assert client.get(f"{QUEUE}999999/change/").status_code == 302


def test_the_phone_is_shown_only_after_asking_for_it(client: Client, moderator: User) -> None:
    comment = make_comment(phone="+84912345678")
    assert "912345678" not in client.get(review(comment)).content.decode()
    assert "912345678" not in client.get(QUEUE).content.decode()
    page = client.post(review(comment), {"decision": "phone"}).content.decode()
    assert "+84912345678" in page
    assert HistoryEntry.objects.about(comment).get().actor == moderator


def test_the_list_publishes_many_at_once(client: Client, moderator: User) -> None:
    comments = [make_comment() for _ in range(3)]
    response = client.post(
        QUEUE,
        {
            "action": "publish_selected",
            "_selected_action": [str(comment.pk) for comment in comments],
        },
        follow=True,
    )
    assert "Đã đăng 3 bình luận." in text_of(response)
    assert Comment.objects.published().count() == 3


def test_nobody_adds_edits_or_deletes_comments_in_the_admin(client: Client) -> None:
    comment = make_comment()
    sign_in(client, make_user(is_staff=True, is_superuser=True))
    assert client.get(f"{QUEUE}add/").status_code == 403
    assert client.post(f"{QUEUE}{comment.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(review(comment), {"content": "Sửa lời người khác", "_save": "1"})
    assert Comment.objects.get().content == comment.content


def test_a_house_rule_keeps_its_number_and_is_never_deleted(client: Client) -> None:
    sign_in(client, make_user("administrator"))
    rule = HouseRule.objects.get(number=1)
    address = f"/quan-tri/comments/houserule/{rule.pk}/"
    client.post(
        f"{address}change/",
        {"number": "77", "title": "Tên mới", "text": "Lời mới", "is_active": "on"},
    )
    rule.refresh_from_db()
    assert (rule.number, rule.title) == (1, "Tên mới")
    assert client.post(f"{address}delete/", {"post": "yes"}).status_code == 403


def test_the_card_tells_moderators_alone_how_many_wait() -> None:
    moderator = make_user("moderator")
    empty = moderation_card(moderator)
    assert empty is not None
    assert (empty.value, empty.is_urgent) == (0, False)
    make_comment(created_at=timezone.now() - timedelta(days=3))
    make_comment()
    card = moderation_card(moderator)
    assert card is not None
    assert (card.value, card.is_urgent) == (2, True)
    assert moderation_card(make_user("editor")) is None
