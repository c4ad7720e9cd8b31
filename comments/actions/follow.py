"""What a reader who holds the receipt code does to the own comment: correct, withdraw, copy, ask for erasure.

The code is the authority: whoever calls these has checked it. There is no account, so the history calls the
actor "Người gửi".
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import StaleState
from hanoi_portal.history import prepare
from hanoi_portal.models import HistoryEntry

from .. import rules
from ..hints import fingerprint
from ..models import Appeal, Comment, DataRequest
from .privacy import data_due_on
from .tell import leave_untold


def correct_comment(comment: Comment, *, name: str, title: str, content: str) -> None:
    """Replace the words while nobody has decided and the time for it lasts."""
    if not rules.is_correctable(comment, timezone.now()):
        raise StaleState(_("Đã hết thời gian sửa, hoặc bình luận vừa được xử lý."))
    with transaction.atomic():
        changed = Comment.objects.filter(
            pk=comment.pk,
            state=comment.state,
            decided_at=None,
            corrections=comment.corrections,
        ).update(
            name=name,
            title=title,
            content=content,
            fingerprint=fingerprint(content),
            redacted_at=None,
            corrections=F("corrections") + 1,
        )
        if not changed:
            raise StaleState(_("Đã hết thời gian sửa, hoặc bình luận vừa được xử lý."))
        record_reader("correct", comment)
    comment.name, comment.title, comment.content = name, title, content
    comment.corrections += 1


def withdraw_comment(comment: Comment) -> None:
    """Take the comment back for good: off the page if it was there, out of the queue if it waited."""
    if comment.state not in rules.WITHDRAWABLE:
        raise StaleState(_("Bình luận này không còn trên trang và không còn chờ duyệt."))
    with transaction.atomic():
        _take_back(comment)
    comment.state = Comment.State.WITHDRAWN


def give_copy(comment: Comment) -> dict[str, str]:
    """Return all that is kept about the reader, at once: the right to a copy. Words → values, in order."""
    with transaction.atomic():
        now = timezone.now()
        DataRequest.objects.create(
            comment=comment,
            kind=DataRequest.Kind.COPY,
            state=DataRequest.State.DONE,
            due_on=data_due_on(DataRequest.Kind.COPY),
            answered_at=now,
        )
        record_reader("give_copy", comment)
    moments = {"created_at": comment.created_at, "decided_at": comment.decided_at}
    shown = {
        name: timezone.localtime(at).strftime("%H:%M %d/%m/%Y") if at else ""
        for name, at in moments.items()
    }
    copy = {
        _("Bài"): comment.article.title,
        _("Trả lời bình luận số"): str(comment.parent_id or ""),
        _("Họ tên"): comment.name,
        _("Số điện thoại"): comment.phone or "",
        _("Thư điện tử"): comment.mail or "",
        _("Ngôn ngữ"): str(comment.get_language_display()),
        _("Lời đồng ý"): comment.consent_text,
        _("Bản lời đồng ý"): comment.consent_version,
        _("Tiêu đề"): comment.title,
        _("Nội dung"): comment.content,
        _("Trạng thái"): str(comment.get_state_display()),
        _("Gửi lúc"): shown["created_at"],
        _("Xử lý lúc"): shown["decided_at"],
        _("Quy tắc"): str(comment.rule or ""),
        _("Lý do không đăng"): comment.reason,
    }
    renaming = comment.data_requests.exclude(new_name="").last()
    if renaming is not None:
        copy[_("Họ tên đề nghị sửa")] = renaming.new_name
    appeal = Appeal.objects.of(comment)
    if appeal is not None:
        copy |= {_("Đề nghị xem lại"): appeal.text, _("Trả lời đề nghị"): appeal.answer}
    return copy


def ask_for_erasure(comment: Comment) -> DataRequest:
    """Ask that everything the reader wrote be erased; from now on the law's clock runs.

    Who asks for that wants nobody to read it meanwhile: what stands on the page or waits for it is taken back at once.
    """
    if comment.erased_at is not None:
        raise StaleState(_("Dữ liệu của bình luận này đã được xóa."))
    try:
        with transaction.atomic():
            request = DataRequest.objects.create(
                comment=comment,
                kind=DataRequest.Kind.ERASURE,
                due_on=data_due_on(DataRequest.Kind.ERASURE),
            )
            record_reader("ask_for_erasure", comment)
            is_taken_back = comment.state in rules.WITHDRAWABLE
            if is_taken_back:
                _take_back(comment)
    except IntegrityError:
        raise StaleState(_("Yêu cầu xóa đã được nhận trước đó và đang được xử lý.")) from None
    if is_taken_back:
        comment.state = Comment.State.WITHDRAWN
    return request


def _take_back(comment: Comment) -> None:
    """Withdraw the comment as it was seen; in the caller's transaction."""
    before, after = comment.state, Comment.State.WITHDRAWN
    changed = Comment.objects.filter(pk=comment.pk, state=before).update(
        state=after, phone=None, mail=None
    )
    if not changed:
        raise StaleState(_("Bình luận vừa được xử lý. Xin xem lại trạng thái hiện tại."))
    leave_untold(comment)
    record_reader("withdraw", comment, from_state=before, to_state=after.value)


def record_reader(verb: str, comment: Comment, **details: Any) -> HistoryEntry:
    """Write a history entry whose actor is the reader."""
    entry = prepare(verb, comment, by=None, **details)
    entry.actor_name, entry.via = _("Người gửi"), HistoryEntry.Via.WEB
    entry.save()
    return entry
