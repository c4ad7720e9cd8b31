"""What happens to an assignment after it is acknowledged: report, accept, return.

Pages, the admin and commands all call these. Each change starts from the version of the assignment that its author saw;
whoever comes second gets StaleState and nothing is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from guidance.models import Article
from hanoi_portal import history
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.uploads import CheckedFile, storing

from .. import notices
from ..links import NoticeHolder
from ..models import Assignment, CitedPage, Evidence, Notice, ProgressReport
from ..report_fields import Cited
from ..rules import REPORTABLE, State, can_follow_up, decides_on, needs_head
from ..timeliness import day_of
from .acknowledge import record_acknowledged, require_acts_for
from .drafts import finish_draft

Via = HistoryEntry.Via


@dataclass(frozen=True)
class Beside:
    """What a report may carry beside its words and new files.

    `kept` are the keys of files that came ahead with the author's draft; `draft` is the stamp of the draft that was
    on the author's page. `writer` is who wrote it, where the unit's head sends it.
    """

    indicator_value: Decimal | None = None
    difficulties: str = ""
    cited: Sequence[Cited] = ()
    articles: Sequence[Article] = ()
    kept: Sequence[str] = ()
    draft: str = ""
    writer: User | NoticeHolder | None = None


def report_progress(
    assignment: Assignment,
    *,
    by: User | NoticeHolder,
    is_final: bool,
    percent: int,
    text: str,
    files: Sequence[CheckedFile] = (),
    beside: Beside | None = None,
    expected: int | None = None,
    via: str = Via.WEB,
    at: datetime | None = None,
) -> ProgressReport:
    """Write what the unit says, with its evidence; a final report (100 %) then waits for the Sở.

    Reporting what was not acknowledged acknowledges it, in a history row of its own; its author's draft ends.
    `expected` is the version that the author saw. Raises NotAllowed; StaleState when a report waits already, the end
    has come, or somebody was faster.
    """
    at = at or timezone.now()
    beside = beside or Beside()
    require_acts_for(by, assignment, at)
    writer = beside.writer or by
    person = writer if isinstance(writer, User) else None
    if assignment.state not in REPORTABLE:
        raise StaleState(_closed_sentence(assignment))
    if is_final and needs_head(by, assignment.unit, day_of(at)):
        raise NotAllowed(_("Báo cáo hoàn thành của đơn vị do lãnh đạo đơn vị duyệt rồi mới gửi."))
    seen = assignment.state
    reached = State.REPORTED if is_final else State.IN_PROGRESS
    values: dict[str, Any] = {
        "state": reached,
        "percent": 100 if is_final else percent,
        "reported_on": day_of(at) if is_final else None,
    }
    if seen == State.ISSUED:
        values["acknowledged_at"] = at
    with storing(person) as store, transaction.atomic():
        _change(assignment, expected, **values)
        report = ProgressReport.objects.create(
            assignment=assignment,
            author=person,
            author_name="" if person else str(writer)[:200],
            created_at=at,
            is_final=is_final,
            percent=values["percent"],
            text=text,
            indicator_value=beside.indicator_value,
            difficulties=beside.difficulties,
        )
        came_ahead = finish_draft(assignment, by=writer, stamp=beside.draft, keys=beside.kept)
        for stored in [*came_ahead, *map(store, files)]:
            Evidence.objects.create(report=report, stored=stored)
        CitedPage.objects.bulk_create(
            CitedPage(report=report, url=page.url, title=page.title, published_on=page.published_on)
            for page in beside.cited
        )
        report.articles.set(beside.articles)
        if seen == State.ISSUED:
            record_acknowledged(assignment, by=by, via=via)
            seen = State.ACKNOWLEDGED
        history.record(
            "report_final" if is_final else "report_progress",
            assignment,
            by=by,
            via=via,
            from_state=seen,
            to_state=reached,
            data={
                "report": report.pk,
                "percent": report.percent,
                "files": len(came_ahead) + len(files),
                **({"cited": len(beside.cited)} if beside.cited else {}),
            },
        )
    return report


def accept_reports(
    assignments: Iterable[Assignment],
    *,
    by: User,
    expected: int | None = None,
    via: str = Via.WEB,
    at: datetime | None = None,
) -> int:
    """Accept the final reports that wait; tell each unit once, whatever the number; return how many were accepted.

    Of several, those that do not wait any more are left as they are; of one, that is StaleState.
    """
    at = at or timezone.now()
    chosen = sorted(assignments, key=lambda assignment: assignment.pk)
    _require_decides(by, chosen, at)
    accepted: dict[tuple[int, int], list[tuple[Assignment, ProgressReport]]] = {}
    with transaction.atomic():
        for assignment in chosen:
            try:
                _require_waiting(assignment)
                _change(assignment, expected, state=State.COMPLETED, percent=100, completed_at=at)
            except StaleState:
                if len(chosen) == 1:
                    raise
                continue
            report = _decide(assignment, ProgressReport.Decision.ACCEPTED, by, at)
            history.record(
                "accept_report",
                assignment,
                by=by,
                via=via,
                from_state=State.REPORTED,
                to_state=State.COMPLETED,
                data={"report": report.pk},
            )
            key = (assignment.task.plan_id, assignment.unit_id)
            accepted.setdefault(key, []).append((assignment, report))
        for decided in accepted.values():
            _tell(Notice.Event.ACCEPTED, decided)
    return sum(len(decided) for decided in accepted.values())


def return_report(
    assignment: Assignment,
    *,
    by: User,
    reason: str,
    expected: int | None = None,
    via: str = Via.WEB,
    at: datetime | None = None,
) -> ProgressReport:
    """Give the final report that waits back to the unit, with the reason; the work goes on.

    Its percentage goes back to what the unit had reported before. Raises NotAllowed, StaleState, DomainError without a
    reason.
    """
    at = at or timezone.now()
    _require_decides(by, [assignment], at)
    if not reason:
        raise DomainError(_("Xin ghi lý do trả lại, để đơn vị biết cần bổ sung gì."))
    _require_waiting(assignment)
    before = assignment.reports.filter(is_final=False).order_by("-pk").first()
    with transaction.atomic():
        _change(
            assignment,
            expected,
            state=State.IN_PROGRESS,
            reported_on=None,
            percent=before.percent if before else 0,
        )
        report = _decide(assignment, ProgressReport.Decision.RETURNED, by, at, reason)
        history.record(
            "return_report",
            assignment,
            by=by,
            via=via,
            from_state=State.REPORTED,
            to_state=State.IN_PROGRESS,
            note=reason,
            data={"report": report.pk},
        )
        _tell(Notice.Event.RETURNED, [(assignment, report)], reason)
    return report


# --- the steps that actions share ---------------------------------------------------------------
def _require_decides(user: User, assignments: Sequence[Assignment], at: datetime) -> None:
    """Whoever follows up decides on all; a unit decides on what it handed down itself."""
    if can_follow_up(user):
        return
    if not assignments or not all(decides_on(user, each, day_of(at)) for each in assignments):
        raise NotAllowed(_("Chỉ nơi giao nhiệm vụ mới duyệt hoặc trả lại báo cáo."))


def _require_waiting(assignment: Assignment) -> None:
    if assignment.state != State.REPORTED:
        raise StaleState(_("Không còn báo cáo nào của phân công này chờ duyệt."))


def _closed_sentence(assignment: Assignment) -> str:
    sentences = {
        State.REPORTED: _(
            "Báo cáo hoàn thành đã được gửi và đang chờ duyệt, nên chưa gửi thêm được."
        ),
        State.COMPLETED: _("Nhiệm vụ này đã được duyệt hoàn thành, không cần báo cáo thêm."),
        State.RECALLED: _("Nhiệm vụ này đã được thu hồi, không cần báo cáo nữa."),
    }
    return sentences[State(assignment.state)]


def _change(assignment: Assignment, expected: int | None, **values: Any) -> None:
    """Change the row if it still is what its author saw, and the object with it; StaleState otherwise."""
    seen = assignment.version if expected is None else expected
    rows = Assignment.objects.filter(pk=assignment.pk, state=assignment.state, version=seen)
    if not rows.update(version=F("version") + 1, **values):
        raise StaleState(_("Nhiệm vụ này vừa được người khác thay đổi. Xin xem lại trước khi gửi."))
    for name, value in {**values, "version": seen + 1}.items():
        setattr(assignment, name, value)


def _decide(
    assignment: Assignment, decision: str, by: User, at: datetime, reason: str = ""
) -> ProgressReport:
    """Write the decision on the report that waits: the latest, which `_change` has just claimed."""
    report = assignment.reports.filter(is_final=True, decision="").latest("pk")
    report.decision = decision
    report.decided_at, report.decided_by, report.reason = at, by, reason
    report.save(update_fields=["decision", "decided_at", "decided_by", "reason"])
    return report


def _tell(
    event: Notice.Event, decided: Sequence[tuple[Assignment, ProgressReport]], words: str = ""
) -> None:
    """Tell the unit once. A report is decided once, so the first one's number says which occasion this is."""
    first, report = decided[0]
    plan = first.task.plan
    notices.tell(
        unit=first.unit,
        plan=plan,
        event=event,
        assignments=[assignment for assignment, _report in decided],
        words=words,
        unique_key=notices.notice_key(event, plan, first.unit, str(report.pk)),
    )
