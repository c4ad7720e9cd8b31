"""What a district changes of what it handed down: the deadline of one part, not past its own, or the recall of one.

Each is told to the unit once, with the reason, in the district's name. The first deadline stays beside the new one.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User

from ..models import Assignment
from ..rules import handed_it_down
from ..timeliness import day_of
from .change_deadline import move_deadlines, preview_deadline
from .many import Choice
from .recall import preview_recall, take_back


def recall_part(
    part: Assignment,
    *,
    reason: str,
    by: User,
    expected: int | None = None,
    via: str = HistoryEntry.Via.WEB,
    at: datetime | None = None,
) -> None:
    """Take back what was handed down to a unit, and tell it why.

    `expected` is the version that the person saw. Raises NotAllowed; DomainError without a reason; StaleState when it
    changed since, is done, or is recalled.
    """
    _require_giver(by, part, day_of(at or timezone.now()))
    if not reason:
        raise DomainError(_("Xin ghi lý do thu hồi, để đơn vị được biết."))
    with transaction.atomic():
        choice = preview_recall([part], reason=reason, lock=True)
        _require_as_seen(choice, expected)
        take_back(choice, reason=reason, by=by, via=via, is_from_above=True)


def move_part(
    part: Assignment,
    *,
    deadline: date,
    reason: str,
    by: User,
    expected: int | None = None,
    via: str = HistoryEntry.Via.WEB,
    at: datetime | None = None,
) -> None:
    """Give a unit below another deadline, from today to the district's own, and tell it why.

    `expected` is the version that the person saw. Raises NotAllowed; DomainError without a reason or with a day that
    does not fit; StaleState when it changed since, is done, or is recalled.
    """
    today = day_of(at or timezone.now())
    _require_giver(by, part, today)
    assert part.parent is not None
    if not reason:
        raise DomainError(_("Xin ghi lý do đổi thời hạn, để đơn vị được biết."))
    with transaction.atomic():
        # Held to the end: the district's own deadline does not move away under the new one.
        own = Assignment.objects.select_for_update().get(pk=part.parent.pk)
        if not today <= deadline <= own.deadline:
            text = _("Thời hạn cho cấp dưới phải từ hôm nay đến hết %(last)s.")
            raise DomainError(text % {"last": f"{own.deadline:%d/%m/%Y}"})
        if deadline == part.deadline:
            raise DomainError(_("Đơn vị đang có đúng thời hạn này."))
        choice = preview_deadline([part], deadline=deadline, reason=reason, lock=True)
        _require_as_seen(choice, expected)
        move_deadlines(choice, deadline=deadline, reason=reason, by=by, via=via, is_from_above=True)


def _require_giver(by: User, part: Assignment, on: date) -> None:
    if not handed_it_down(by, part, on):
        raise NotAllowed(_("Chỉ cán bộ của đơn vị đã giao tiếp mới thay đổi được việc này."))


def _require_as_seen(choice: Choice, expected: int | None) -> None:
    """Raise StaleState unless the part is open still and the one that the person saw."""
    if not choice.changing or expected not in {None, choice.changing[0].version}:
        raise StaleState(_("Nhiệm vụ này vừa được người khác thay đổi. Xin xem lại trước khi gửi."))
