"""A unit's own step before a final report goes out: its head approves what an officer wrote, or sends it back.

Until then nothing is a report: what was written stays the officer's draft, marked as submitted, so that the Sở sees it,
and its day counts, only once the head has sent it. Changing the draft takes the submission back.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import User
from hanoi_portal.outbox import queue_mail

from ..links import NoticeHolder
from ..models import Assignment, Membership, ProgressReport, ReportDraft, Unit
from ..rules import REPORTABLE, acts_for, is_head_of
from ..timeliness import day_of
from .drafts import By, NewerDraft, draft_of
from .progress import Beside, report_progress


def submit_report(
    assignment: Assignment, *, by: By, stamp: str, keys: Sequence[str], at: datetime | None = None
) -> ReportDraft:
    """Put the writer's draft, with the chosen files, before the unit's head, who is told by mail.

    Raises NotAllowed; NewerDraft when the draft is not the one of that stamp; StaleState when the work has ended.
    """
    at = at or timezone.now()
    if not acts_for(by, assignment, at):
        raise NotAllowed(_("Chỉ cán bộ đầu mối của đơn vị mới viết báo cáo của đơn vị."))
    if assignment.state not in REPORTABLE:
        raise StaleState(_("Nhiệm vụ này không nhận báo cáo nữa: đã báo cáo hoặc đã thu hồi."))
    draft = draft_of(assignment, by)
    if draft is None:
        raise StaleState(_("Không tìm thấy bản nháp để trình. Xin gửi lại."))
    with transaction.atomic():
        rows = ReportDraft.objects.filter(pk=draft.pk, stamp=stamp)
        values = {"submitted_at": at, "submitted_keys": list(keys), "head_words": ""}
        if not rows.update(**values):
            raise NewerDraft(draft)
        history.record("submit_report", assignment, by=by)
        _tell_heads(assignment, draft, day_of(at))
    draft.refresh_from_db()
    return draft


def approve_report(
    draft: ReportDraft,
    *,
    by: User,
    text: str,
    beside: Beside,
    stamp: str,
    at: datetime | None = None,
) -> ProgressReport:
    """Send the submitted report as the unit's, under its writer's name. `text` and `beside` are the draft, read.

    Raises NotAllowed; StaleState when it was changed, taken back or answered, or the work has ended.
    """
    at = at or timezone.now()
    assignment = draft.assignment
    _require_head(by, assignment.unit, at)
    with transaction.atomic():
        _require_submitted(draft, stamp)
        history.record("head_approve", assignment, by=by)
        return report_progress(
            assignment, by=by, is_final=True, percent=100, text=text, beside=beside, at=at
        )


def send_back(
    draft: ReportDraft, *, by: User, words: str, stamp: str, at: datetime | None = None
) -> None:
    """Give the draft back with words, by mail too. Raises as `approve_report`, and DomainError without words."""
    at = at or timezone.now()
    assignment = draft.assignment
    _require_head(by, assignment.unit, at)
    if not words:
        raise DomainError(_("Xin ghi cần sửa gì."))
    with transaction.atomic():
        _require_submitted(draft, stamp)
        ReportDraft.objects.filter(pk=draft.pk).update(submitted_at=None, head_words=words)
        history.record("head_return", assignment, by=by, note=words)
        _tell_writer(draft, words)


def switch_approval(unit: Unit, *, is_on: bool, by: User, at: datetime | None = None) -> None:
    """Have the head approve final reports from now on, or not. Raises NotAllowed; the same again changes nothing."""
    at = at or timezone.now()
    _require_head(by, unit, at)
    with transaction.atomic():
        if Unit.objects.filter(pk=unit.pk).exclude(head_approves=is_on).update(head_approves=is_on):
            history.record("head_approves_on" if is_on else "head_approves_off", unit, by=by)


def writer_of(draft: ReportDraft) -> By:
    """Return who wrote the draft: a person, or whoever holds a letter's link."""
    if draft.user is not None:
        return draft.user
    assert draft.notice is not None  # a draft has one holder, says its constraint
    return NoticeHolder(draft.notice)


# --- parts --------------------------------------------------------------------------------------
def _require_head(user: User, unit: Unit, at: datetime) -> None:
    if not is_head_of(user, unit, day_of(at)):
        raise NotAllowed(_("Chỉ lãnh đạo đơn vị mới làm được việc này."))


def _require_submitted(draft: ReportDraft, stamp: str) -> None:
    """Hold the draft to the end of the transaction; StaleState if it is not what the head saw."""
    rows = ReportDraft.objects.select_for_update().filter(pk=draft.pk, stamp=stamp)
    if not rows.filter(submitted_at__isnull=False).exists():
        raise StaleState(_("Bản trình vừa được sửa, rút lại hoặc đã được duyệt. Xin xem lại."))


def _tell_heads(assignment: Assignment, draft: ReportDraft, on: date) -> None:
    heads = Membership.objects.current(on).filter(
        unit=assignment.unit, is_head=True, user__is_active=True
    )
    addresses = list(heads.exclude(user__email="").values_list("user__email", flat=True))
    if not addresses:
        return
    told = {"code": assignment.task.code, "plan": assignment.task.plan.number}
    queue_mail(
        to=addresses,
        subject=_("Báo cáo nhiệm vụ %(code)s, %(plan)s chờ lãnh đạo đơn vị duyệt") % told,
        text=f"{assignment.task.title}\n\n{_('Xem, duyệt hoặc trả lại tại:')} {_address(draft)}\n",
    )


def _tell_writer(draft: ReportDraft, words: str) -> None:
    assignment, writer = draft.assignment, writer_of(draft)
    if isinstance(writer, User):
        addresses = [writer.email] if writer.is_active and writer.email else []
    else:
        addresses = writer.notice.mail.recipients if writer.notice.mail else []
    if not addresses:
        return
    told = {"code": assignment.task.code, "plan": assignment.task.plan.number}
    address = f"{settings.SITE_URL}{assignment.get_absolute_url()}"
    queue_mail(
        to=addresses,
        subject=_("Lãnh đạo đơn vị đề nghị sửa báo cáo nhiệm vụ %(code)s, %(plan)s") % told,
        text=f"{words}\n\n{_('Sửa và trình lại tại:')} {address}\n",
    )


def _address(draft: ReportDraft) -> str:
    return f"{settings.SITE_URL}{reverse('approval', args=[draft.pk])}"
