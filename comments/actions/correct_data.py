"""A reader has the own personal data put right: a phone and an address at once, a published name by staff.

Whoever holds the receipt code is the writer; nobody else ever sees a phone or an address, so there is nothing in them
for staff to weigh. A name stands on the page: somebody reads the new one first, in the law's time.
"""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.history import record
from hanoi_portal.models import User

from .. import rules
from ..consent import CONSENT_TEXT, CONSENT_VERSION
from ..models import Comment, DataRequest
from ..phone_clock import read_clock
from .follow import record_reader
from .privacy import close_request, data_due_on, require_answerer

CORRECTION = DataRequest.Kind.CORRECTION


def correct_contact(comment: Comment, *, phone: str, mail: str, has_consented: bool) -> None:
    """Replace phone and address, or take them out where they are empty; at once, as the reader.

    Nothing is kept without consent, nor a phone whose time is over. What became of the request is on record.
    """
    now = timezone.now()
    if not rules.is_contact_correctable(comment):
        raise StaleState(_("Bình luận này không còn lưu số điện thoại, thư điện tử."))
    if (phone or mail) and not has_consented:
        raise DomainError(_("Xin đánh dấu ô đồng ý, hoặc để trống số điện thoại và thư điện tử."))
    if phone and read_clock().is_over(comment.created_at, now):
        raise DomainError(_("Đã quá thời gian lưu số điện thoại; xin để trống ô này."))
    kept = {"phone": phone or None, "mail": mail or None}
    if phone or mail:
        kept |= {
            "consent_version": CONSENT_VERSION,
            "consent_text": str(CONSENT_TEXT),
            "language": get_language(),
        }
    with transaction.atomic():
        changed = Comment.objects.filter(pk=comment.pk, state=comment.state, erased_at=None)
        if not changed.update(**kept):
            raise StaleState(_("Bình luận vừa được xử lý. Xin xem lại trạng thái hiện tại."))
        DataRequest.objects.create(
            comment=comment,
            kind=CORRECTION,
            state=DataRequest.State.DONE,
            due_on=data_due_on(CORRECTION),
            answered_at=now,
        )
        record_reader("correct_contact", comment)
    for name, value in kept.items():
        setattr(comment, name, value)


def ask_for_name(comment: Comment, *, name: str) -> DataRequest:
    """Ask, as the reader, that another name stand above the comment; staff look at it first."""
    if comment.erased_at is not None:
        raise StaleState(_("Dữ liệu của bình luận này đã được xóa."))
    try:
        with transaction.atomic():
            request = DataRequest.objects.create(
                comment=comment, kind=CORRECTION, new_name=name, due_on=data_due_on(CORRECTION)
            )
            record_reader("ask_for_name", comment)
    except IntegrityError:
        raise StaleState(
            _("Yêu cầu sửa họ tên đã được nhận trước đó và đang được xử lý.")
        ) from None
    return request


def correct_as_asked(request: DataRequest, *, by: User) -> None:
    """Put the name that the reader asked for above the comment, and close the request."""
    require_answerer(by)
    if request.kind != CORRECTION:
        raise DomainError(_("Yêu cầu này không phải yêu cầu sửa."))
    with transaction.atomic():
        close_request(request, DataRequest.State.DONE, by=by, answer="")
        changed = Comment.objects.filter(pk=request.comment_id, erased_at=None).update(
            name=request.new_name, corrections=F("corrections") + 1
        )
        if not changed:
            raise StaleState(_("Dữ liệu của bình luận này đã được xóa."))
        record("correct_name", request.comment, by=by)
