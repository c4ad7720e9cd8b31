"""Talking about an assignment: note it for the Sở itself, ask the unit, answer. What is asked goes out by mail."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history, outbox
from hanoi_portal.errors import DomainError, NotAllowed
from hanoi_portal.models import User

from .. import notices
from ..links import NoticeHolder
from ..models import Assignment, Notice, Remark
from ..rules import acts_for, can_follow_up

Kind = Remark.Kind


def write_note(assignment: Assignment, *, by: User, text: str) -> Remark:
    """Write down something that only the Sở's people read. Raises NotAllowed, DomainError without words."""
    _require_follow_up(by)
    with transaction.atomic():
        remark = _say(assignment, Kind.NOTE, by, text)
        history.record("write_note", assignment, by=by, data={"remark": remark.pk})
    return remark


def ask_unit(assignment: Assignment, *, by: User, text: str) -> Remark:
    """Ask the unit, by mail; it answers on its desk or through the letter's link. Raises as `write_note`."""
    _require_follow_up(by)
    with transaction.atomic():
        remark = _say(assignment, Kind.QUESTION, by, text)
        plan = assignment.task.plan
        notices.tell(
            unit=assignment.unit,
            plan=plan,
            event=Notice.Event.QUESTION,
            assignments=[assignment],
            words=text,
            unique_key=notices.notice_key("question", plan, assignment.unit, str(remark.pk)),
        )
        history.record("ask_unit", assignment, by=by, note=text, data={"remark": remark.pk})
    return remark


def answer_question(assignment: Assignment, *, by: User | NoticeHolder, text: str) -> Remark:
    """Answer for the unit; who asked last is told by mail. Raises NotAllowed for others, DomainError without words."""
    if not acts_for(by, assignment, timezone.now()):
        raise NotAllowed(_("Chỉ cán bộ đầu mối của đơn vị mới trả lời thay đơn vị."))
    with transaction.atomic():
        remark = _say(assignment, Kind.ANSWER, by, text)
        history.record("answer_question", assignment, by=by, note=text, data={"remark": remark.pk})
        _tell_who_asked(assignment, remark)
    return remark


def _require_follow_up(user: User) -> None:
    if not can_follow_up(user):
        raise NotAllowed(_("Chỉ người theo dõi kế hoạch mới làm được việc này."))


def _say(assignment: Assignment, kind: str, by: User | NoticeHolder, text: str) -> Remark:
    if not text:
        raise DomainError(_("Xin viết nội dung."))
    return Remark.objects.create(
        assignment=assignment,
        kind=kind,
        author=by if isinstance(by, User) else None,
        author_name=str(by)[:400],
        text=text,
    )


def _tell_who_asked(assignment: Assignment, answer: Remark) -> None:
    asked = assignment.remarks.filter(kind=Kind.QUESTION, author__is_active=True)
    last = asked.select_related("author").last()
    if last is None or last.author is None or not last.author.email:
        return
    subject = _("%(unit)s trả lời về nhiệm vụ %(code)s, %(plan)s") % {
        "unit": assignment.unit.name,
        "code": assignment.task.code,
        "plan": assignment.task.plan.number,
    }
    address = f"{settings.SITE_URL}/quan-tri/campaigns/assignment/{assignment.pk}/change/"
    outbox.queue_mail(
        to=[last.author.email],
        subject=subject,
        text=f"{answer.text}\n\n{_('Xem và hỏi tiếp tại:')} {address}\n",
        unique_key=f"answer:{answer.pk}",
    )
