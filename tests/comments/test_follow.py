"""What a reader does from the receipt page: correct, withdraw, ask for a review, a copy, erasure; and the mail."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from html import unescape
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from comments import actions, rules
from comments.blocks import appeals_card, data_requests_card
from comments.consent import CONSENT_VERSION
from comments.models import Appeal, Comment, DataRequest, HouseRule
from comments.receipts import hash_code, make_code
from comments.tasks import erase_old_phones
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail, User
from hanoi_portal.outbox import deliver_due
from hanoi_portal.roles import ROLES
from tests.factories import fill_comment, make_article, make_comment, make_user, sign_in

pytestmark = pytest.mark.django_db

ADDRESS = "/binh-luan/tra-cuu/"
APPEALS = "/quan-tri/comments/appeal/"
REQUESTS = "/quan-tri/comments/datarequest/"
State = Comment.State


def followed(**values: Any) -> tuple[Comment, str]:
    code = make_code()
    return make_comment(receipt_hash=hash_code(code), **values), code


def act(client: Client, code: str, what: str = "", **typed: str) -> str:
    response = client.post(ADDRESS, {"code": code, "act": what, **typed})
    assert response.status_code == 200
    assert not response.cookies
    return unescape(response.content.decode())


def declined(by: User | None = None, **values: Any) -> tuple[Comment, str]:
    comment, code = followed(**values)
    actions.decline_comment(
        comment,
        by=by or make_user("moderator"),
        rule=HouseRule.objects.get(number=1),
        reason="Có lời xúc phạm người khác.",
    )
    return comment, code


def make_appeal(by: User | None = None, **values: Any) -> Appeal:
    comment, _code = declined(by, **values)
    return actions.ask_for_review(comment, text="Tôi chỉ nói về việc.")


# --- correct ------------------------------------------------------------------------------------
def test_words_can_be_put_right_for_a_quarter_of_an_hour(client: Client) -> None:
    comment, code = followed(name="Hoa")
    assert "Sửa được đến" in act(client, code)
    boxes = act(client, code, "correct")
    assert f'value="{comment.title}"' in boxes
    page = act(client, code, "correct", name="Hoa Sữa", title="Sửa lại", content="Lời mới")
    assert "Đã lưu lời mới" in page
    stored = Comment.objects.get()
    assert (stored.name, stored.title, stored.content) == ("Hoa Sữa", "Sửa lại", "Lời mới")
    entry = HistoryEntry.objects.about(comment).get()
    assert (entry.verb, entry.actor, entry.actor_name) == ("correct", None, "Người gửi")
    assert "Lời mới" not in f"{entry.note}{entry.data}{entry}"


def test_a_wrong_correction_keeps_what_was_typed(client: Client) -> None:
    comment, code = followed()
    page = act(client, code, "correct", name="Hoa", title="\u200b", content="Giữ lời này")
    assert "Xin nhập tiêu đề." in page
    assert "Giữ lời này" in page
    assert Comment.objects.get().content == comment.content


@pytest.mark.parametrize("state", [state for state in State if state != State.WAITING])
def test_what_is_decided_is_not_corrected(client: Client, state: State) -> None:
    comment, code = followed(state=state)
    page = act(client, code, "correct", name="A", title="B", content="C")
    assert "Đã hết thời gian sửa" in page
    assert Comment.objects.get().content == comment.content


def test_after_a_quarter_of_an_hour_it_is_too_late_to_correct(client: Client) -> None:
    _comment, code = followed(created_at=timezone.now() - rules.CORRECTABLE_FOR)
    assert "Sửa được đến" not in act(client, code)
    assert "Đã hết thời gian sửa" in act(client, code, "correct", name="A", title="B", content="C")


def test_a_decision_between_reading_and_correcting_wins() -> None:
    comment = make_comment()
    seen = Comment.objects.get()
    actions.publish_comment(comment, by=make_user("moderator"))
    with pytest.raises(StaleState):
        actions.correct_comment(seen, name="A", title="B", content="C")
    assert Comment.objects.get().title == comment.title


# --- withdraw -----------------------------------------------------------------------------------
@pytest.mark.parametrize("state", list(State))
def test_what_stands_or_waits_can_be_withdrawn_once(client: Client, state: State) -> None:
    comment, code = followed(state=state, phone="+84912345678")
    may = state in {State.WAITING, State.PUBLISHED}
    assert ("Rút bình luận này" in act(client, code)) == may
    assert ("Đã rút bình luận." in act(client, code, "withdraw")) == may
    stored = Comment.objects.get()
    assert stored.state == (State.WITHDRAWN if may or state == State.WITHDRAWN else state)
    assert (stored.phone is None) == may
    assert "Đã rút bình luận." not in act(client, code, "withdraw")
    page = client.get(comment.article.get_absolute_url()).content.decode()
    assert comment.title not in unescape(page)


def test_nobody_publishes_or_declines_what_was_withdrawn() -> None:
    comment = make_comment(state=State.WITHDRAWN)
    by = make_user("moderator")
    assert not rules.can_publish(by, comment)
    assert not rules.can_decline(by, comment)
    assert actions.publish_comments([comment.pk], by=by) == 0


# --- appeal -------------------------------------------------------------------------------------
def test_a_decline_can_be_appealed_against_once(client: Client) -> None:
    _comment, code = declined()
    assert "Gửi đề nghị" in act(client, code)
    page = act(client, code, "review", text="Tôi chỉ nói về việc.")
    assert "Đã nhận đề nghị." in page
    assert "Gửi đề nghị" not in page
    assert "Đã nhận đề nghị." not in act(client, code, "review", text="Lần nữa")
    assert Appeal.objects.get().text == "Tôi chỉ nói về việc."


def test_an_empty_appeal_is_explained_beside_its_box(client: Client) -> None:
    _comment, code = declined()
    assert "Xin viết vì sao nên xem lại." in act(client, code, "review", text=" ")
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("state", [state for state in State if state != State.DECLINED])
def test_only_a_decline_can_be_appealed_against(client: Client, state: State) -> None:
    _comment, code = followed(state=state)
    assert "Gửi đề nghị" not in act(client, code)
    act(client, code, "review", text="Vì sao?")
    assert not Appeal.objects.exists()


def test_after_a_month_a_decline_stands(client: Client, settings: Any) -> None:
    comment, code = declined()
    Comment.objects.update(
        decided_at=timezone.now() - timedelta(days=configured.COMMENT_APPEAL_DAYS)
    )
    assert "Gửi đề nghị" not in act(client, code)
    comment.refresh_from_db()
    with pytest.raises(StaleState):
        actions.ask_for_review(comment, text="Xin xem lại.")


@pytest.mark.parametrize("state", list(Appeal.State))
@pytest.mark.parametrize("role", [None, *ROLES])
def test_an_open_appeal_is_answered_by_moderators_alone(
    role: str | None, state: Appeal.State
) -> None:
    appeal = make_appeal()
    appeal.state = state
    assert rules.can_answer_appeal(make_user(role), appeal) == (
        role == "moderator" and state == "open"
    )


def test_who_declined_does_not_answer_the_appeal() -> None:
    decliner = make_user("moderator")
    appeal = make_appeal(decliner)
    assert not rules.can_answer_appeal(decliner, appeal)
    with pytest.raises(NotAllowed):
        actions.answer_appeal(appeal, by=decliner, is_overturned=True, answer="Đúng.")
    with pytest.raises(StaleState):  # nor goes round it
        actions.publish_comment(appeal.comment, by=decliner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.update(answered_by=decliner)
    card = appeals_card(decliner)
    assert card is not None
    assert card.value == 0
    other = appeals_card(make_user("moderator"))
    assert other is not None
    assert (other.value, other.is_urgent) == (1, True)
    assert appeals_card(make_user("editor")) is None


def test_an_appeal_that_succeeds_publishes_the_comment_and_is_answered(client: Client) -> None:
    comment, code = declined()
    appeal = actions.ask_for_review(comment, text="Tôi chỉ nói về việc.")
    by = make_user("moderator")
    actions.answer_appeal(appeal, by=by, is_overturned=True, answer="Lời này nói về việc.")
    stored = Comment.objects.get()
    assert (stored.state, stored.decided_by, stored.rule, stored.reason) == (
        State.PUBLISHED,
        by,
        None,
        "",
    )
    page = act(client, code)
    assert "Lời này nói về việc." in page
    assert "Đã đăng theo đề nghị" in page
    assert HistoryEntry.objects.about(comment).last().verb == "overturn"  # type: ignore[union-attr]


def test_an_appeal_that_fails_is_answered_in_writing_and_once(client: Client) -> None:
    comment, code = declined()
    appeal = actions.ask_for_review(comment, text="Tôi chỉ nói về việc.")
    by = make_user("moderator")
    with pytest.raises(DomainError):
        actions.answer_appeal(appeal, by=by, is_overturned=False, answer=" ")
    seen = Appeal.objects.get()
    actions.answer_appeal(appeal, by=by, is_overturned=False, answer="Có lời hạ thấp người.")
    with pytest.raises(StaleState):
        actions.answer_appeal(seen, by=by, is_overturned=True, answer="Khác.")
    assert Comment.objects.get().state == State.DECLINED
    page = act(client, code)
    assert "Có lời hạ thấp người." in page
    assert "Gửi đề nghị" not in page


# --- copy and erasure ---------------------------------------------------------------------------
def test_a_copy_holds_all_that_is_kept_and_is_recorded(client: Client) -> None:
    comment, code = followed(phone="+84912345678", mail="hoa@vidu.example", consent_text="Đồng ý.")
    response = client.post(ADDRESS, {"code": code, "act": "copy"})
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    assert "no-store" in response.headers["Cache-Control"]
    copy = response.content.decode()
    for kept in (comment.name, comment.title, comment.content, "+84912345678", "hoa@vidu.example"):
        assert kept in copy
    request = DataRequest.objects.get()
    assert (request.kind, request.state) == ("copy", "done")
    assert HistoryEntry.objects.about(comment).get().verb == "give_copy"


def test_erasure_is_asked_for_once_and_its_last_day_is_told(client: Client) -> None:
    comment, code = followed(state=State.PUBLISHED)
    due = timezone.localdate() + timedelta(days=20)
    page = act(client, code, "erase")
    assert f"chậm nhất ngày {due:%d/%m/%Y}" in page
    assert "đã được nhận trước đó" in act(client, code, "erase")
    assert DataRequest.objects.get().due_on == due
    card = data_requests_card(make_user("moderator"))
    assert card is not None
    assert (card.value, card.is_urgent) == (1, False)
    assert data_requests_card(make_user("administrator")) is None
    assert Comment.objects.get().title == comment.title


@pytest.mark.parametrize("state", list(State))
def test_who_asks_for_erasure_is_off_the_page_and_out_of_the_queue_at_once(
    client: Client, state: State
) -> None:
    comment, code = followed(state=state, phone="+84912345678", mail="hoa@vidu.example")
    assert "Đã nhận yêu cầu xóa dữ liệu" in act(client, code, "erase")
    stored = Comment.objects.get()
    assert stored.state == (state if state == State.DECLINED else State.WITHDRAWN)
    assert not Comment.objects.published().exists()
    assert not Comment.objects.waiting().exists()
    if state == State.WAITING:
        with pytest.raises(StaleState):  # a moderator who had the page open
            actions.publish_comment(comment, by=make_user("moderator"))


def test_erasure_asked_of_a_comment_that_was_just_decided_changes_nothing() -> None:
    comment = make_comment()
    Comment.objects.update(state=State.PUBLISHED)
    with pytest.raises(StaleState, match="vừa được xử lý"):
        actions.ask_for_erasure(comment)
    assert not DataRequest.objects.exists()
    assert comment.state == State.WAITING


@pytest.mark.parametrize("state", list(State))
def test_erasure_takes_every_word_of_the_reader_away(client: Client, state: State) -> None:
    comment, code = followed(
        state=state, phone="+84912345678", mail="hoa@vidu.example", title="Đầu đề riêng"
    )
    request = actions.ask_for_erasure(comment)
    actions.erase_as_asked(request, by=make_user("moderator"))
    stored = Comment.objects.get()
    assert (stored.name, stored.title, stored.content) == ("", "", "")
    assert (stored.phone, stored.mail) == (None, None)
    assert stored.state == (state if state == State.DECLINED else State.WITHDRAWN)
    page = act(client, code)
    assert "đã được xóa lúc" in page
    assert "riêng" not in page.replace("Quyền riêng tư", "")
    with pytest.raises(StaleState):
        actions.erase_as_asked(request, by=make_user("moderator"))


def test_a_refusal_to_erase_is_written_and_the_reader_may_ask_again(client: Client) -> None:
    comment, code = followed()
    request = actions.ask_for_erasure(comment)
    by = make_user("moderator")
    with pytest.raises(DomainError):
        actions.refuse_request(request, by=by, answer="")
    actions.refuse_request(request, by=by, answer="Cơ quan điều tra đang yêu cầu giữ.")
    page = act(client, code)
    assert "Cơ quan điều tra đang yêu cầu giữ." in page
    assert "Đã nhận yêu cầu xóa dữ liệu." in act(client, code, "erase")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "moderator"])
def test_other_roles_erase_nothing(role: str) -> None:
    request = actions.ask_for_erasure(make_comment())
    user = make_user(role)
    with pytest.raises(NotAllowed):
        actions.erase_as_asked(request, by=user)
    with pytest.raises(NotAllowed):
        actions.refuse_request(request, by=user, answer="Không.")
    assert Comment.objects.get().erased_at is None


# --- the admin ----------------------------------------------------------------------------------
def test_a_moderator_answers_an_appeal_in_the_admin(client: Client) -> None:
    appeal = make_appeal()
    sign_in(client, make_user("moderator"))
    address = f"{APPEALS}{appeal.pk}/change/"
    assert "Tôi chỉ nói về việc." in unescape(client.get(address).content.decode())
    page = client.post(address, {"decision": "uphold", "answer": " "}).content.decode()
    assert "Xin viết câu trả lời" in unescape(page)
    client.post(address, {"decision": "overturn", "answer": "Lời này nói về việc."})
    assert Comment.objects.get().state == State.PUBLISHED
    late = client.post(address, {"decision": "uphold", "answer": "Thôi."}, follow=True)
    assert "đã được trả lời trước đó" in unescape(late.content.decode())


def test_who_declined_sees_the_appeal_without_a_button(client: Client) -> None:
    decliner = make_user("moderator")
    appeal = make_appeal(decliner)
    sign_in(client, decliner)
    address = f"{APPEALS}{appeal.pk}/change/"
    assert 'name="decision"' not in client.get(address).content.decode()
    client.post(address, {"decision": "overturn", "answer": "Tự xem."})
    assert Comment.objects.get().state == State.DECLINED


def test_staff_erase_or_refuse_in_the_admin(client: Client) -> None:
    first, second = actions.ask_for_erasure(make_comment()), actions.ask_for_erasure(make_comment())
    sign_in(client, make_user("moderator"))
    assert "còn 20 ngày" in unescape(client.get(REQUESTS).content.decode())
    page = client.post(f"{REQUESTS}{first.pk}/change/", {"decision": "refuse", "answer": ""})
    assert "Xin viết câu trả lời" in unescape(page.content.decode())
    client.post(f"{REQUESTS}{first.pk}/change/", {"decision": "refuse", "answer": "Đang xác minh."})
    client.post(f"{REQUESTS}{second.pk}/change/", {"decision": "erase"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.answer, second.state) == ("refused", "Đang xác minh.", "done")
    assert second.comment.erased_at is not None


@pytest.mark.parametrize("address", [APPEALS, REQUESTS])
def test_the_lists_ask_as_many_queries_for_ten_as_for_one(
    client: Client, address: str, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, make_user("moderator"))
    for each in range(10):
        actions.ask_for_erasure(make_appeal().comment)
        if each == 0:
            client.get(address)
            with django_assert_max_num_queries(9) as for_one:
                client.get(address)
    with django_assert_num_queries(len(for_one)):
        client.get(address)


# --- the mail -----------------------------------------------------------------------------------
def test_an_address_is_kept_encrypted_and_only_with_consent(client: Client) -> None:
    article = make_article()
    address = f"/huong-dan/{article.slug}/binh-luan/"
    for consent in ({}, {"consent": "on"}):
        filled = fill_comment(client.get(address).content.decode(), mail="Hoa@vidu.example")
        assert client.post(address, filled | consent).status_code == 303
    without, with_consent = Comment.objects.order_by("pk")
    assert (without.mail, without.consent_version) == (None, "")
    assert (with_consent.mail, with_consent.consent_version) == (
        "Hoa@vidu.example",
        CONSENT_VERSION,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT mail FROM comments_comment WHERE id = %s", [with_consent.pk])
        assert "vidu" not in cursor.fetchone()[0]


def test_a_wrong_address_is_explained_beside_its_box(client: Client) -> None:
    address = f"/huong-dan/{make_article().slug}/binh-luan/"
    filled = fill_comment(client.get(address).content.decode(), mail="hoa@")
    page = unescape(client.post(address, filled).content.decode())
    assert "Địa chỉ này chưa đúng." in page
    assert 'value="hoa@"' in page


def test_a_decision_is_told_by_mail_without_a_word_of_the_comment(
    settings: Any, mailoutbox: Any
) -> None:
    comment = make_comment(mail="hoa@vidu.example", title="Đầu đề riêng")
    silent = make_comment()
    by = make_user("moderator")
    actions.publish_comment(comment, by=by)
    actions.publish_comment(silent, by=by)
    row = OutgoingMail.objects.get()
    assert "hoa@vidu.example" not in f"{row.recipients}{row.text}{row}{row.unique_key}"
    later = timezone.now() + timedelta(minutes=2)
    assert deliver_due(lambda: later) == 1
    (message,) = mailoutbox
    assert message.to == ["hoa@vidu.example"]
    assert comment.article.title in message.body
    assert "/binh-luan/tra-cuu/" in message.body
    assert "riêng" not in message.body + message.alternatives[0][0]


def test_many_published_at_once_are_each_told() -> None:
    comments = [make_comment(mail="hoa@vidu.example") for _ in range(3)]
    actions.publish_comments([each.pk for each in comments], by=make_user("moderator"))
    assert {row.about_id for row in OutgoingMail.objects.all()} == {each.pk for each in comments}


def test_an_address_is_erased_when_nothing_more_will_be_sent() -> None:
    month = timezone.now() - timedelta(days=configured.COMMENT_APPEAL_DAYS, minutes=1)
    old = make_comment(mail="hoa@vidu.example", state=State.PUBLISHED, decided_at=month)
    fresh = make_comment(mail="hoa@vidu.example", state=State.PUBLISHED)
    waiting = make_comment(mail="hoa@vidu.example", created_at=month)
    appeal = make_appeal(mail="hoa@vidu.example")
    Comment.objects.filter(pk=appeal.comment_id).update(decided_at=month)
    assert erase_old_phones() == 1
    left = Comment.objects.filter(mail__isnull=False).values_list("pk", flat=True)
    assert set(left) == {fresh.pk, waiting.pk, appeal.comment_id}
    assert Comment.objects.get(pk=old.pk).mail is None


@pytest.mark.parametrize("goes", ["withdrawn", "erased"])
def test_nothing_is_sent_to_who_has_taken_the_comment_back(goes: str) -> None:
    comment = make_comment(mail="hoa@vidu.example")
    actions.publish_comment(comment, by=make_user("moderator"))
    if goes == "withdrawn":
        actions.withdraw_comment(comment)
    else:
        actions.erase_as_asked(actions.ask_for_erasure(comment), by=make_user("moderator"))
    assert not OutgoingMail.objects.exists()


def test_the_mail_waits_while_the_decision_can_be_undone() -> None:
    comment = make_comment(mail="hoa@vidu.example")
    actions.publish_comment(comment, by=make_user("moderator"))
    assert comment.decided_at is not None
    assert OutgoingMail.objects.get().due_at == comment.decided_at + timedelta(minutes=1)


# --- at once ------------------------------------------------------------------------------------
def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Do all at the same moment, each over a connection of its own; return how each ended."""
    gate = threading.Barrier(len(acts))
    outcomes: list[str] = []

    def run(act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            act()
            outcomes.append("done")
        except StaleState:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_eight_simultaneous_answers_to_an_appeal_are_one() -> None:
    pk = make_appeal().pk
    users = [make_user("moderator") for _ in range(8)]

    def answer(by: User) -> None:
        appeal = Appeal.objects.select_related("comment").get(pk=pk)
        actions.answer_appeal(appeal, by=by, is_overturned=True, answer="Đúng.")

    assert at_once(*[partial(answer, by) for by in users]) == ["done"] + ["too late"] * 7
    assert HistoryEntry.objects.filter(verb="overturn").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_appeal_and_a_change_of_mind_at_once_leave_no_appeal_about_a_published_comment() -> None:
    for _time in range(5):
        by = make_user("moderator")
        comment, _code = declined(by)
        first, second = (Comment.objects.get(pk=comment.pk) for _each in range(2))
        outcomes = at_once(
            partial(actions.ask_for_review, first, text="Xin xem lại."),
            partial(actions.publish_comment, second, by=by),
        )
        assert outcomes == ["done", "too late"]
        comment.refresh_from_db()
        is_open = Appeal.objects.filter(comment=comment, state="open").exists()
        assert is_open == (comment.state == State.DECLINED)


@pytest.mark.django_db(transaction=True)
def test_of_eight_simultaneous_requests_for_erasure_one_is_kept() -> None:
    pk = make_comment().pk
    outcomes = at_once(
        *[lambda: actions.ask_for_erasure(Comment.objects.get(pk=pk)) for _each in range(8)]
    )
    assert outcomes == ["done"] + ["too late"] * 7
    assert DataRequest.objects.count() == 1
