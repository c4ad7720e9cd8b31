"""Giving again (giao lại) what was recalled, with a reason: it begins anew at "đã giao", maybe with another deadline.

Reports, history and the first deadline stay; the progress is what was last reported. What is not recalled, is of a
closed unit, or would be due before today or after the deadline of the unit above stays as it is; so giving again twice
gives once.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import DomainError
from hanoi_portal.models import HistoryEntry, User

from ..models import Assignment, Notice, ProgressReport, Unit
from ..rules import REPORTABLE, State
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


def preview_give_again(
    assignments: Iterable[Assignment],
    *,
    deadline: date | None = None,
    reason: str = "",
    lock: bool = False,
    on: date | None = None,
) -> Choice:
    """Return which of the assignments would be given again on a day (today); without a deadline each keeps its own."""
    on = on or day_of()
    wanted = {each.pk for each in assignments}
    above = Assignment.objects.filter(parts__in=wanted).values_list("pk", flat=True)
    # Held together, in the order of their numbers, as everywhere: nobody waits for each other.
    rows = read_again([Assignment(pk=pk) for pk in wanted.union(above)], lock=lock)
    found = {each.pk: each for each in rows}
    open_units = set(Unit.objects.open_on(on).values_list("pk", flat=True))
    changing: list[Assignment] = []
    left: list[Assignment] = []
    givable: set[int] = set()
    for each in found.values():  # what is above has the lower number
        if each.pk not in wanted:
            continue
        due = deadline or each.deadline
        if (
            each.state == State.RECALLED
            and each.unit_id in open_units
            and on <= due
            and _fits_below(each, due, found, givable, deadline)
        ):
            givable.add(each.pk)
            changing.append(each)
        else:
            left.append(each)
    day = deadline.isoformat() if deadline else ""
    return Choice(tuple(changing), tuple(left), f"{day}|{reason}")


def give_again(
    assignments: Iterable[Assignment],
    *,
    reason: str,
    by: User,
    deadline: date | None = None,
    expected: str | None = None,
    via: str = HistoryEntry.Via.WEB,
    at: datetime | None = None,
) -> ChangeResult:
    """Give the recalled assignments again and tell each unit once.

    `expected` is the fingerprint of the preview that the person confirmed. Raises NotAllowed; DomainError without a
    reason or with a day that is over; StaleState when something changed since the preview.
    """
    require_change_given(by)
    at = at or timezone.now()
    if not reason:
        raise DomainError(_("Xin ghi lý do giao lại, để đơn vị được biết."))
    if deadline is not None and deadline < day_of(at):
        raise DomainError(_("Thời hạn mới phải từ hôm nay trở đi."))
    with transaction.atomic():
        choice = preview_give_again(
            assignments, deadline=deadline, reason=reason, lock=True, on=day_of(at)
        )
        if not choice.changing:
            return ChangeResult(0, 0, len(choice.left))
        require_same(choice, expected)
        units = give_back(choice, deadline=deadline, reason=reason, by=by, via=via, at=at)
    return ChangeResult(len(choice.changing), units, len(choice.left))


def give_back(
    choice: Choice,
    *,
    deadline: date | None,
    reason: str,
    by: User,
    via: str,
    at: datetime,
    is_from_above: bool = False,
) -> int:
    """Write what giving again changes, in the caller's transaction; return how many units are told."""
    said = ProgressReport.objects.filter(assignment=OuterRef("pk"), is_final=False)
    change_rows(
        choice.changing,
        {State.RECALLED},
        state=State.ISSUED,
        issued_at=at,
        acknowledged_at=None,
        reported_on=None,
        percent=Coalesce(Subquery(said.order_by("-pk").values("percent")[:1]), 0),
        **({"deadline": deadline} if deadline else {}),
    )
    entries = write_entries(
        [
            history.prepare(
                "give_again",
                each,
                by=by,
                via=via,
                from_state=each.state,
                to_state=State.ISSUED,
                note=reason,
                data={"deadline": [each.deadline.isoformat(), deadline.isoformat()]}
                if deadline and deadline != each.deadline
                else {},
            )
            for each in choice.changing
        ]
    )
    return tell_units(
        Notice.Event.GIVEN_AGAIN, choice.changing, entries, reason, is_from_above=is_from_above
    )


def _fits_below(
    part: Assignment,
    due: date,
    found: Mapping[int, Assignment],
    givable: set[int],
    deadline: date | None,
) -> bool:
    """Tell whether the unit above has the work, or is given it again here, and as long as the part would have."""
    if part.parent_id is None:
        return True
    above = found[part.parent_id]
    if above.pk in givable:
        return due <= (deadline or above.deadline)
    return above.state in REPORTABLE and due <= above.deadline
