"""Moving the deadline of some or all assignments, with a reason. The first deadline is kept for ever beside it.

Each unit is told once of all that changed for it. What is done or recalled, and what has that deadline already, stays
as it is; so the same change a second time does nothing. What was handed down is never due after what it is a part of.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import DomainError
from hanoi_portal.models import HistoryEntry, User

from ..models import Assignment, Notice
from ..rules import OPEN
from ..timeliness import day_of
from .many import (
    ChangeResult,
    Choice,
    change_rows,
    read_again,
    require_change_given,
    require_same,
    tell_units,
    write_entries,
)


def preview_deadline(
    assignments: Iterable[Assignment], *, deadline: date, reason: str = "", lock: bool = False
) -> Choice:
    """Return which of the assignments would change, with what was handed down of them and would be due after them.

    What was handed down does not get longer than the unit above has.
    """
    wanted = {each.pk for each in assignments}
    above = Assignment.objects.filter(parts__in=wanted).values_list("pk", flat=True)
    rows = read_again([Assignment(pk=pk) for pk in wanted.union(above)], lock=lock, with_parts=True)
    found = {each.pk: each for each in rows}  # what is above has the lower number
    moved: set[int] = set()
    changing: list[Assignment] = []
    left: list[Assignment] = []
    for each in found.values():
        parent = found.get(each.parent_id or 0)
        is_open = each.state in OPEN and each.deadline != deadline
        if each.pk in wanted:
            is_moving = is_open and (
                parent is None or parent.pk in moved or deadline <= parent.deadline
            )
            (changing if is_moving else left).append(each)
        else:
            is_moving = is_open and each.parent_id in moved and each.deadline > deadline
            if is_moving:
                changing.append(each)
        if is_moving:
            moved.add(each.pk)
    return Choice(tuple(changing), tuple(left), f"{deadline.isoformat()}|{reason}")


def change_deadlines(
    assignments: Iterable[Assignment],
    *,
    deadline: date,
    reason: str,
    by: User,
    expected: str | None = None,
    via: str = HistoryEntry.Via.WEB,
    at: datetime | None = None,
) -> ChangeResult:
    """Give the assignments another current deadline and tell their units why.

    `expected` is the fingerprint of the preview that the person confirmed. Raises NotAllowed; DomainError without a
    reason or with a day that is over; StaleState when something changed since the preview.
    """
    require_change_given(by)
    if not reason:
        raise DomainError(_("Xin ghi lý do đổi thời hạn, để đơn vị được biết."))
    if deadline < day_of(at or timezone.now()):
        raise DomainError(_("Thời hạn mới phải từ hôm nay trở đi."))
    with transaction.atomic():
        choice = preview_deadline(assignments, deadline=deadline, reason=reason, lock=True)
        if not choice.changing:
            return ChangeResult(0, 0, len(choice.left))
        require_same(choice, expected)
        units = move_deadlines(choice, deadline=deadline, reason=reason, by=by, via=via)
    return ChangeResult(len(choice.changing), units, len(choice.left))


def move_deadlines(
    choice: Choice,
    *,
    deadline: date,
    reason: str,
    by: User,
    via: str,
    is_from_above: bool = False,
) -> int:
    """Write what another deadline changes, in the caller's transaction; return how many units are told."""
    change_rows(choice.changing, OPEN, deadline=deadline)
    entries = write_entries(
        [
            history.prepare(
                "change_deadline",
                each,
                by=by,
                via=via,
                note=reason,
                data={"deadline": [each.deadline.isoformat(), deadline.isoformat()]},
            )
            for each in choice.changing
        ]
    )
    return tell_units(
        Notice.Event.DEADLINE_CHANGED,
        choice.changing,
        entries,
        reason,
        is_from_above=is_from_above,
    )
