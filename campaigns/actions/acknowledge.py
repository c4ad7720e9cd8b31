"""Acknowledging: the unit says that its work has arrived; reporting and handing down say it along the way."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import NotAllowed
from hanoi_portal.models import HistoryEntry, User

from ..links import NoticeHolder
from ..models import Assignment
from ..rules import State, acts_for

Via = HistoryEntry.Via


def acknowledge(
    assignments: Iterable[Assignment],
    *,
    by: User | NoticeHolder,
    via: str = Via.WEB,
    at: datetime | None = None,
) -> int:
    """Say for the units that the assignments have arrived; return how many were new.

    Acknowledging again, or what has gone further meanwhile, changes nothing. Raises NotAllowed if one is not theirs.
    """
    at = at or timezone.now()
    chosen = sorted(assignments, key=lambda assignment: assignment.pk)
    # One question a unit is enough for an officer; a link is asked about each.
    asked = (
        chosen if isinstance(by, NoticeHolder) else {each.unit_id: each for each in chosen}.values()
    )
    for assignment in asked:
        require_acts_for(by, assignment, at)
    count = 0
    with transaction.atomic():
        for assignment in chosen:
            values = {"state": State.ACKNOWLEDGED, "acknowledged_at": at}
            waiting = Assignment.objects.filter(pk=assignment.pk, state=State.ISSUED)
            if not waiting.update(version=F("version") + 1, **values):
                continue
            count += 1
            record_acknowledged(assignment, by=by, via=via)
    return count


def record_acknowledged(assignment: Assignment, *, by: User | NoticeHolder, via: str) -> None:
    """Write into the history that the work has arrived."""
    history.record(
        "acknowledge",
        assignment,
        by=by,
        via=via,
        from_state=State.ISSUED,
        to_state=State.ACKNOWLEDGED,
    )


def require_acts_for(by: User | NoticeHolder, assignment: Assignment, at: datetime) -> None:
    """Raise NotAllowed unless they are an officer of the unit, or hold an open link to the assignment."""
    if acts_for(by, assignment, at):
        return
    if isinstance(by, NoticeHolder):
        raise NotAllowed(_("Liên kết này không còn dùng được cho nhiệm vụ đó."))
    raise NotAllowed(_("Chỉ cán bộ đầu mối của đơn vị mới làm được việc này."))
