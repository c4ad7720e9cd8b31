"""Personal data: looks at a phone, erasure when it is asked for, erasure when its time is over.

The clocks (`COMMENT_DATA_REQUEST_DAYS`) are those of Nghị định 356/2025/NĐ-CP; docs/decisions/0010-binh-luan.md.
"""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.history import record
from hanoi_portal.models import User

from .. import rules
from ..models import Appeal, Comment, DataRequest
from .tell import leave_untold


def data_due_on(kind: str) -> date:
    """Return the last day on which a request that comes today must be carried out."""
    return timezone.localdate() + timedelta(days=settings.COMMENT_DATA_REQUEST_DAYS[kind])


def reveal_phone(comment: Comment, *, by: User) -> str:
    """Return the phone number for somebody who may see it, and record that it was looked at."""
    if not rules.can_view_phone(by, comment):
        raise NotAllowed(_("Tài khoản này không có quyền xem số điện thoại."))
    phone = comment.phone or ""
    if phone:
        record("view_phone", comment, by=by)
    return phone


def erase_as_asked(request: DataRequest, *, by: User) -> None:
    """Erase all that the reader wrote, off the page too, and close the request. It cannot be undone.

    What staff decided, by which rule, stays: it is not about the reader, and the public figures are made of it.
    """
    require_answerer(by)
    if request.kind != DataRequest.Kind.ERASURE:
        raise DomainError(_("Yêu cầu này không phải yêu cầu xóa."))
    now = timezone.now()
    with transaction.atomic():
        close_request(request, DataRequest.State.DONE, by=by, answer="")
        comment = request.comment
        before = comment.state
        after = before if before == Comment.State.DECLINED else Comment.State.WITHDRAWN
        Comment.objects.filter(pk=comment.pk).update(
            name="",
            title="",
            content="",
            fingerprint="",
            phone=None,
            mail=None,
            state=after,
            erased_at=now,
        )
        Appeal.objects.filter(comment=comment).update(text="")
        corrections = DataRequest.objects.filter(comment=comment, kind=DataRequest.Kind.CORRECTION)
        corrections.update(new_name="")
        corrections.filter(state=DataRequest.State.OPEN).update(
            state=DataRequest.State.DONE, answered_by=by, answered_at=now
        )
        leave_untold(comment)
        record("erase", comment, by=by, from_state=before, to_state=after)


def refuse_request(request: DataRequest, *, by: User, answer: str) -> None:
    """Say in writing why what was asked cannot be done (now); the reader reads it with the receipt code."""
    require_answerer(by)
    if not answer.strip():
        raise DomainError(_("Xin ghi lý do để người gửi hiểu."))
    with transaction.atomic():
        close_request(request, DataRequest.State.REFUSED, by=by, answer=answer)
        record(f"refuse_{request.kind}", request.comment, by=by, note=answer)


def erase_old_mails() -> int:
    """Erase the addresses to which nothing more will be sent, as the consent promised; return how many."""
    before = timezone.now() - timedelta(days=settings.COMMENT_APPEAL_DAYS)
    return (
        Comment.objects.filter(mail__isnull=False, decided_at__lte=before)
        .exclude(appeal__state=Appeal.State.OPEN)
        .update(mail=None)
    )


def require_answerer(user: User) -> None:
    """Refuse whoever is not trusted with requests about personal data."""
    if not rules.can_answer_data_requests(user):
        raise NotAllowed(_("Tài khoản này không có quyền xử lý yêu cầu về dữ liệu cá nhân."))


def close_request(request: DataRequest, state: DataRequest.State, *, by: User, answer: str) -> None:
    """Close what waits, once; in the caller's transaction."""
    changed = DataRequest.objects.filter(pk=request.pk, state=DataRequest.State.OPEN).update(
        state=state, answered_by=by, answered_at=timezone.now(), answer=answer
    )
    if not changed:
        raise StaleState(_("Yêu cầu này đã được xử lý trước đó."))
