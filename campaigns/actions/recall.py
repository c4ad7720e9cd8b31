"""Taking assignments back, with a reason: they leave the figures, their history and reports stay.

What a district has handed down goes with the district's own. What is done stays done; what was recalled before stays as
it is, so recalling twice does nothing.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import DomainError
from hanoi_portal.models import HistoryEntry, User

from ..models import Assignment, Notice
from ..rules import OPEN, State
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


def preview_recall(
    assignments: Iterable[Assignment], *, reason: str = "", lock: bool = False
) -> Choice:
    """Return which of the assignments would be recalled."""
    changing: list[Assignment] = []
    left: list[Assignment] = []
    for each in read_again(assignments, lock=lock, with_parts=True):
        (changing if each.state in OPEN else left).append(each)
    return Choice(tuple(changing), tuple(left), reason)


def recall(
    assignments: Iterable[Assignment],
    *,
    reason: str,
    by: User,
    expected: str | None = None,
    via: str = HistoryEntry.Via.WEB,
) -> ChangeResult:
    """Take the assignments back and tell each unit once, with the reason.

    `expected` is the fingerprint of the preview that the person confirmed. Raises NotAllowed; DomainError without a
    reason; StaleState when something changed since the preview.
    """
    require_change_given(by)
    if not reason:
        raise DomainError(_("Xin ghi lý do thu hồi, để đơn vị được biết."))
    with transaction.atomic():
        choice = preview_recall(assignments, reason=reason, lock=True)
        if not choice.changing:
            return ChangeResult(0, 0, len(choice.left))
        require_same(choice, expected)
        units = take_back(choice, reason=reason, by=by, via=via)
    return ChangeResult(len(choice.changing), units, len(choice.left))


def take_back(
    choice: Choice, *, reason: str, by: User, via: str, is_from_above: bool = False
) -> int:
    """Write what a recall changes, in the caller's transaction; return how many units are told."""
    change_rows(choice.changing, OPEN, state=State.RECALLED)
    entries = write_entries(
        [
            history.prepare(
                "recall",
                each,
                by=by,
                via=via,
                from_state=each.state,
                to_state=State.RECALLED,
                note=reason,
            )
            for each in choice.changing
        ]
    )
    return tell_units(
        Notice.Event.RECALLED, choice.changing, entries, reason, is_from_above=is_from_above
    )
