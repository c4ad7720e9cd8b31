"""More time: the unit asks with a reason and a day; whoever judges its reports grants, grants another day, refuses.

A request that waits changes nothing: what is overdue stays overdue and is urged, so that asking is no way to be silent.
A granted day becomes the current deadline; the first one is kept for ever beside it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User

from .. import notices
from ..links import NoticeHolder
from ..models import Assignment, ExtensionRequest, Notice
from ..rules import OPEN, REPORTABLE, acts_for, decides_on
from ..timeliness import day_of
from .many import change_rows

Decision = ExtensionRequest.Decision
LONGEST = timedelta(days=2 * 366)  # from today: further than that is a slip of the finger


def ask_extension(
    assignment: Assignment,
    *,
    by: User | NoticeHolder,
    day: date,
    reason: str,
    via: str = HistoryEntry.Via.WEB,
    at: datetime | None = None,
) -> ExtensionRequest:
    """Ask for the unit to have until the end of a day.

    Raises NotAllowed; DomainError without a reason or with a day that does not fit; StaleState when a request waits
    already, or the work is not going on any more. The assignment's version stays: a report that is being written does
    not grow stale by this.
    """
    at = at or timezone.now()
    if not acts_for(by, assignment, at):
        raise NotAllowed(_("Chỉ cán bộ đầu mối của đơn vị mới làm được việc này."))
    if not reason:
        raise DomainError(_("Xin ghi lý do xin gia hạn."))
    try:
        with transaction.atomic():
            row = Assignment.objects.select_for_update().get(pk=assignment.pk)
            if row.state not in REPORTABLE:
                raise StaleState(
                    _("Nhiệm vụ này không xin gia hạn được nữa: đã báo cáo hoặc đã thu hồi.")
                )
            require_later(row, day, day_of(at))
            asked = ExtensionRequest.objects.create(
                assignment=row,
                author=by if isinstance(by, User) else None,
                author_name=str(by)[:400],
                created_at=at,
                deadline_then=row.deadline,
                day=day,
                reason=reason,
            )
            history.record(
                "ask_extension",
                assignment,
                by=by,
                via=via,
                note=reason,
                data={"request": asked.pk, "day": day.isoformat()},
            )
    except IntegrityError as error:
        raise StaleState(_("Đã có một đề nghị gia hạn đang chờ trả lời.")) from error
    return asked


def grant_extensions(
    requests: Iterable[ExtensionRequest],
    *,
    by: User,
    day: date | None = None,
    words: str = "",
    via: str = HistoryEntry.Via.WEB,
    at: datetime | None = None,
) -> int:
    """Give each the day that it asks for, or all of them `day`; tell each unit once; return how many were granted.

    Of several, those that are decided already are left as they are; of one, that is StaleState. Raises NotAllowed;
    DomainError when a day does not fit, and then nothing is granted.
    """
    return _decide(requests, Decision.GRANTED, by=by, day=day, words=words, via=via, at=at)


def refuse_extensions(
    requests: Iterable[ExtensionRequest],
    *,
    by: User,
    words: str,
    via: str = HistoryEntry.Via.WEB,
    at: datetime | None = None,
) -> int:
    """Leave the deadlines as they are and say why. Raises and returns as `grant_extensions`; words are required."""
    if not words:
        raise DomainError(_("Xin ghi lý do không đồng ý, để đơn vị được biết."))
    return _decide(requests, Decision.REFUSED, by=by, day=None, words=words, via=via, at=at)


def require_later(assignment: Assignment, day: date, today: date) -> None:
    """Raise DomainError unless the day gives the assignment more time, from today on and within reason."""
    if day <= assignment.deadline:
        text = _("Ngày xin gia hạn phải sau thời hạn hiện nay (%(deadline)s).")
        raise DomainError(text % {"deadline": f"{assignment.deadline:%d/%m/%Y}"})
    if day < today:
        raise DomainError(_("Ngày gia hạn phải từ hôm nay trở đi."))
    if day > today + LONGEST:
        raise DomainError(_("Ngày gia hạn quá xa. Xin xem lại năm."))


# --- parts --------------------------------------------------------------------------------------
def _decide(
    requests: Iterable[ExtensionRequest],
    decision: str,
    *,
    by: User,
    day: date | None,
    words: str,
    via: str,
    at: datetime | None,
) -> int:
    at = at or timezone.now()
    wanted = [each.pk for each in requests]
    with transaction.atomic():
        found = list(
            ExtensionRequest.objects.filter(pk__in=wanted)
            .select_related(
                "assignment__task__plan", "assignment__unit", "assignment__parent__unit"
            )
            .order_by("pk")
        )
        # Only then look at what they stand on: each assignment as it is now, until the end of this.
        rows = (
            Assignment.objects.select_for_update()
            .order_by("pk")
            .in_bulk({each.assignment_id for each in found})
        )
        if not found or not all(decides_on(by, each.assignment, day_of(at)) for each in found):
            raise NotAllowed(_("Chỉ nơi giao nhiệm vụ mới trả lời đề nghị gia hạn."))
        decided = []
        for each in found:
            assignment = rows[each.assignment_id]
            before = each.assignment.deadline = assignment.deadline
            if assignment.state not in OPEN or not _claim(each, decision, by, day, words, at):
                if len(found) == 1:
                    raise StaleState(_("Đề nghị này đã được trả lời, hoặc không còn cần nữa."))
                continue
            if decision == Decision.GRANTED:
                _give(each, day_of(at))
            _write(each, before, by, via)
            decided.append(each)
        _tell(decided)
    return len(decided)


def _claim(
    request: ExtensionRequest, decision: str, by: User, day: date | None, words: str, at: datetime
) -> bool:
    """Decide on the request if nobody has; tell whether nobody had."""
    values = {
        "decision": decision,
        "granted_day": (day or request.day) if decision == Decision.GRANTED else None,
        "decided_at": at,
        "decided_by": by,
        "words": words,
    }
    if not ExtensionRequest.objects.filter(pk=request.pk, decision="").update(**values):
        return False
    for name, value in values.items():
        setattr(request, name, value)
    return True


def _give(request: ExtensionRequest, today: date) -> None:
    """Make the granted day the assignment's deadline."""
    assignment, day = request.assignment, request.granted_day
    assert day is not None
    try:
        require_later(assignment, day, today)
    except DomainError as error:
        raise DomainError(f"{assignment}: {error}") from error
    above = assignment.parent
    if above is not None and day > above.deadline:
        text = _("%(assignment)s: thời hạn cho cấp dưới không được muộn hơn %(last)s.")
        raise DomainError(text % {"assignment": assignment, "last": f"{above.deadline:%d/%m/%Y}"})
    change_rows([assignment], OPEN, deadline=day)
    assignment.deadline = day


def _write(request: ExtensionRequest, before: date, by: User, via: str) -> None:
    is_granted = request.decision == Decision.GRANTED
    data: dict[str, Any] = {"request": request.pk}
    if is_granted:
        data["deadline"] = [before.isoformat(), request.assignment.deadline.isoformat()]
    history.record(
        "grant_extension" if is_granted else "refuse_extension",
        request.assignment,
        by=by,
        via=via,
        note=request.words,
        data=data,
    )


def _tell(decided: Sequence[ExtensionRequest]) -> None:
    """Tell each unit once for each plan; the first request's number says which occasion this is."""
    told: dict[tuple[int, int], list[ExtensionRequest]] = {}
    for each in decided:
        told.setdefault((each.assignment.task.plan_id, each.assignment.unit_id), []).append(each)
    for mine in told.values():
        first = mine[0].assignment
        plan = first.task.plan
        said = [_answer(each) for each in mine]
        notices.tell(
            unit=first.unit,
            plan=plan,
            event=Notice.Event.EXTENSION,
            assignments=[each.assignment for each in mine],
            words="\n".join([*said, *([mine[0].words] if mine[0].words else [])]),
            unique_key=notices.notice_key("extension", plan, first.unit, str(mine[0].pk)),
        )


def _answer(request: ExtensionRequest) -> str:
    """Say in one line what became of a request."""
    told = {
        "code": request.assignment.task.code,
        "asked": f"{request.day:%d/%m/%Y}",
        "day": f"{request.assignment.deadline:%d/%m/%Y}",
    }
    if request.decision == Decision.REFUSED:
        text = _("Nhiệm vụ %(code)s: không đồng ý gia hạn đến %(asked)s; thời hạn vẫn là %(day)s.")
    elif request.is_other_day:
        text = _("Nhiệm vụ %(code)s: gia hạn đến hết %(day)s (đơn vị đề nghị %(asked)s).")
    else:
        text = _("Nhiệm vụ %(code)s: đồng ý gia hạn đến hết %(day)s như đề nghị.")
    return text % told
