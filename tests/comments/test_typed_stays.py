"""What moderators and readers typed stays when it cannot be done now; what a decision changed is undone whole."""

from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from comments import actions
from comments.models import Appeal, Comment, CommentReport, HouseRule
from hanoi_portal.errors import DomainError, NotAllowed
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.roles import ROLES
from tests.factories import make_appeal, make_comment, make_user, sign_in

pytestmark = pytest.mark.django_db

State = Comment.State
REASON = "Có lời xúc phạm ở câu đầu."


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def review(comment: Comment) -> str:
    return f"/quan-tri/comments/comment/{comment.pk}/change/"


@pytest.fixture
def moderator(client: Client) -> User:
    user = make_user("moderator")
    sign_in(client, user)
    return user


# --- moderators ---------------------------------------------------------------------------------
def test_a_reason_stays_when_the_reader_corrected_the_words_meanwhile(
    client: Client, moderator: User
) -> None:
    comment = make_comment(corrections=1)
    typed = {"decision": "decline", "seen": "0:", "rule": "2", "reason": REASON}
    response = client.post(review(comment), typed)
    assert response.status_code == 409
    page = text_of(response)
    assert REASON in page
    assert "Người gửi vừa sửa lời." in page
    assert 'name="seen" value="1:"' in page
    assert client.post(review(comment), typed | {"seen": "1:"}).status_code == 302


def test_an_answer_stays_when_the_comment_went_off_the_page(
    client: Client, moderator: User
) -> None:
    comment = make_comment(state=State.WITHDRAWN)
    typed = {"decision": "answer", "text": "Cổng đã tiếp nhận ạ.", "signed_as": "Sở"}
    page = text_of(client.post(review(comment), typed))
    assert "Chỉ trả lời được bình luận đang đăng" in page
    assert "Cổng đã tiếp nhận ạ." in page


def test_a_passage_that_is_not_there_stays_in_its_box_and_out_of_the_session(
    client: Client, moderator: User
) -> None:
    comment = make_comment(content="Anh Ba, số 0912345678.")
    typed = {"decision": "redact", "seen": "0:", "passage": ["0912345678"], "other": "nhà số 55"}
    page = text_of(client.post(review(comment), typed))
    assert "Không tìm thấy trong bình luận: “nhà số 55”." in page
    assert 'value="nhà số 55"' in page
    assert 'value="0912345678" checked' in page
    for session in Session.objects.all():
        assert "nhà số 55" not in str(session.get_decoded())


def test_the_answer_to_an_appeal_stays_when_somebody_else_was_faster(
    client: Client, moderator: User
) -> None:
    appeal = make_appeal()
    actions.answer_appeal(appeal, by=make_user("moderator"), is_overturned=False, answer="Giữ.")
    address = f"/quan-tri/comments/appeal/{appeal.pk}/change/"
    response = client.post(address, {"decision": "overturn", "answer": "Xin lỗi ông/bà."})
    assert response.status_code == 409
    assert "đã được trả lời trước đó" in text_of(response)
    assert "Xin lỗi ông/bà." in text_of(response)
    assert Appeal.objects.get().answer == "Giữ."


def test_the_queue_tells_of_each_comment_why_it_was_not_decided(
    client: Client, moderator: User
) -> None:
    first, second = make_comment(corrections=1), make_comment(corrections=1)
    picked = {"publish-many": "1", "pick": [f"{first.pk}:0:", f"{second.pk}:0:"]}
    page = text_of(client.post("/quan-tri/comments/comment/hang-cho/", picked))
    for comment in (first, second):
        assert f"{comment}: Người gửi vừa sửa lời." in page


# --- hiding, undoing, rules ---------------------------------------------------------------------
def test_what_stands_in_for_one_passage_is_not_hidden_again() -> None:
    comment = make_comment(title="Gọi", content="Số 0912345678, đây là thông tin riêng.")
    by = make_user("moderator")
    actions.redact_comment(comment, by=by, passages=["0912345678", "thông tin"])
    hidden = "[đã ẩn thông tin cá nhân]"
    assert Comment.objects.get().content == f"Số {hidden}, đây là {hidden} riêng."


def test_a_title_never_grows_too_long_by_hiding() -> None:
    comment = make_comment(title="a" * 150)
    with pytest.raises(DomainError, match="quá nhiều lần trong tiêu đề"):
        actions.redact_comment(comment, by=make_user("moderator"), passages=["a"])
    assert Comment.objects.get().title == "a" * 150


def test_undoing_a_decline_opens_the_reports_that_it_closed() -> None:
    by, rule = make_user("moderator"), HouseRule.objects.get(number=1)
    comment = make_comment(state=State.PUBLISHED, decided_at=None)  # published, to be read later
    actions.report_comment(comment, rule=rule, text="Xin xem lại.")
    seen_before = actions.report_comment(comment, rule=rule, text="Đã xem.")
    CommentReport.objects.filter(pk=seen_before.pk).update(
        closed_at=comment.created_at, closed_by=by
    )
    actions.decline_comment(comment, by=by, rule=rule, reason=REASON)
    assert not CommentReport.objects.filter(closed_at=None).exists()
    actions.undo_decision(comment, by=by)
    assert [each.text for each in CommentReport.objects.filter(closed_at=None)] == ["Xin xem lại."]
    assert Comment.objects.reported().get() == comment


def test_every_wording_of_a_rule_is_on_record(client: Client) -> None:
    sign_in(client, make_user("administrator"))
    rule = HouseRule.objects.get(number=1)
    address = f"/quan-tri/comments/houserule/{rule.pk}/change/"
    data = {"title": rule.title, "text": "Lời mới", "sentence": rule.sentence, "is_active": "on"}
    for _time in range(2):  # the second changes nothing
        assert client.post(address, data).status_code == 302
    entry = HistoryEntry.objects.about(rule).get()
    assert entry.verb == "change_rule"
    assert (entry.data["before"]["text"], entry.data["after"]["text"]) == (rule.text, "Lời mới")
    new = {"number": "99", "title": "Mới", "text": "Lời", "sentence": "", "is_active": "on"}
    assert client.post("/quan-tri/comments/houserule/add/", new).status_code == 302
    assert HistoryEntry.objects.about(HouseRule.objects.get(number=99)).get().verb == "add_rule"


@pytest.mark.parametrize("role", [None, *ROLES])
def test_only_who_runs_the_portal_words_the_rules(role: str | None) -> None:
    rule = HouseRule.objects.get(number=1)
    rule.text = "Lời khác"
    if role == "administrator":
        actions.save_house_rule(rule, by=make_user(role))
        return
    with pytest.raises(NotAllowed):
        actions.save_house_rule(rule, by=make_user(role))
    assert HouseRule.objects.get(number=1).text != "Lời khác"


# --- readers ------------------------------------------------------------------------------------
def test_over_the_limit_of_look_ups_the_words_wait_in_the_page(
    client: Client, settings: Any
) -> None:
    settings.COMMENT_LIMITS = settings.COMMENT_LIMITS | {"lookups": 0}
    typed = {"code": "7K3M-9QXW-42TP", "act": "correct", "content": "Lời mới\ncủa tôi", "x": "y"}
    response = client.post("/binh-luan/tra-cuu/", typed)
    assert response.status_code == 429
    page = text_of(response)
    assert 'name="act" value="correct"' in page
    assert 'name="content" value="Lời mới\ncủa tôi"' in page
    assert "7K3M-9QXW-42TP" in page
    assert 'name="x"' not in page
    assert "những gì đã gõ vẫn còn" in page
