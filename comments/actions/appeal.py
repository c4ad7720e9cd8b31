"""A reader asks that a decline be looked at again; somebody else answers, in writing, once."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.history import record
from hanoi_portal.models import User

from .. import rules
from ..models import Appeal, Comment
from .follow import record_reader
from .tell import tell_decision


def ask_for_review(comment: Comment, *, text: str) -> Appeal:
    """Ask, as the reader, that the decline be read by somebody else. Once for each comment."""
    if not text.strip():
        raise DomainError(_("Xin viết vì sao nên xem lại."))
    if not rules.is_appealable(comment, timezone.now()):
        raise StaleState(_("Bình luận này không còn đề nghị xem lại được."))
    try:
        with transaction.atomic():
            still = Comment.objects.select_for_update().filter(
                pk=comment.pk, state=Comment.State.DECLINED, decided_at=comment.decided_at
            )
            if not still.exists():
                raise StaleState(_("Bình luận vừa được xử lý. Xin xem lại trạng thái hiện tại."))
            appeal = Appeal.objects.create(
                comment=comment, text=text, declined_by_id=comment.decided_by_id
            )
            record_reader("ask_for_review", comment)
    except IntegrityError:
        raise StaleState(_("Đề nghị xem lại đã được nhận trước đó.")) from None
    return appeal


def answer_appeal(appeal: Appeal, *, by: User, is_overturned: bool, answer: str) -> None:
    """Publish the comment after all, or uphold the decline; either way with a written answer to the reader."""
    if not rules.can_answer_appeal(by, appeal):
        if appeal.state != Appeal.State.OPEN:
            raise StaleState(_("Đề nghị này đã được trả lời trước đó."))
        raise NotAllowed(
            _("Người đã quyết định không đăng không tự xem lại: đề nghị này do người khác trả lời.")
        )
    if not answer.strip():
        raise DomainError(_("Xin viết câu trả lời cho người gửi."))
    now = timezone.now()
    comment = appeal.comment
    state = Appeal.State.OVERTURNED if is_overturned else Appeal.State.UPHELD
    with transaction.atomic():
        changed = Appeal.objects.filter(pk=appeal.pk, state=Appeal.State.OPEN).update(
            state=state, answer=answer, answered_by=by, answered_at=now
        )
        if not changed:
            raise StaleState(_("Đề nghị này đã được trả lời trước đó."))
        if is_overturned:
            published = Comment.objects.filter(
                pk=comment.pk, state=Comment.State.DECLINED, erased_at=None
            ).update(
                state=Comment.State.PUBLISHED, decided_at=now, decided_by=by, rule=None, reason=""
            )
            if not published:
                raise StaleState(_("Bình luận này không còn để đăng: người gửi đã xóa hoặc rút."))
            comment.state, comment.decided_at, comment.decided_by = Comment.State.PUBLISHED, now, by
        record(
            "overturn" if is_overturned else "uphold",
            comment,
            by=by,
            from_state=Comment.State.DECLINED.value,
            to_state=comment.state,
            note=answer,
        )
        tell_decision(comment)
