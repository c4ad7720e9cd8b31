"""Moving open work on to the unit that came after one that is no more, with a reason: its reports and history go along.

A unit with one successor needs no word about where; of several, the code says to which. What was under way begins there
at "đã giao", what waits for a decision waits on. What is done or recalled stays with the unit that was.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.models import HistoryEntry, User

from ..models import Assignment, Notice, Plan, Unit
from ..rules import OPEN, REPORTABLE, State
from ..timeliness import day_of
from .many import (
    ChangeResult,
    Choice,
    read_again,
    require_change_given,
    require_same,
    tell_units,
    write_entries,
)


def preview_move_on(
    assignments: Iterable[Assignment],
    *,
    successor: str = "",
    reason: str = "",
    lock: bool = False,
    on: date | None = None,
) -> Choice:
    """Return which of the assignments would move on a day (today); those that would carry their new unit."""
    on = on or day_of()
    changing: list[Assignment] = []
    left: list[Assignment] = []
    rows = list(read_again(assignments, lock=lock))
    targets = _targets({each.unit_id for each in rows}, successor, on)
    taken = set(
        Assignment.objects.filter(
            unit__in=targets.values(), task__in={each.task_id for each in rows}
        ).values_list("task_id", "unit_id", "period")
    )
    for each in rows:
        target = targets.get(each.unit_id)
        place = (each.task_id, target.pk if target else 0, each.period)
        if target is None or each.state not in OPEN or place in taken:
            left.append(each)
            continue
        taken.add(place)  # two units that became one do not both bring it the same task
        each.unit = target
        changing.append(each)
    to = [f"{each.pk}>{each.unit_id}" for each in changing]
    return Choice(tuple(changing), tuple(left), "|".join([reason, *to]))


def move_on(
    assignments: Iterable[Assignment],
    *,
    reason: str,
    by: User,
    successor: str = "",
    expected: str | None = None,
    via: str = HistoryEntry.Via.WEB,
    at: datetime | None = None,
) -> ChangeResult:
    """Give the open work of closed units to their successors and tell each of these once.

    `expected` is the fingerprint of the preview that the person confirmed. Raises NotAllowed; DomainError without a
    reason; StaleState when something changed since the preview.
    """
    require_change_given(by)
    at = at or timezone.now()
    if not reason:
        raise DomainError(_("Xin ghi lý do chuyển, để đơn vị được biết."))
    chosen = list(assignments)
    with transaction.atomic():
        # Held by whoever adds to a plan too: nobody gives the successor the same task in the same moment.
        plans = Plan.objects.filter(tasks__assignments__in=[each.pk for each in chosen])
        list(Plan.objects.select_for_update().filter(pk__in=plans.values("pk")).order_by("pk"))
        choice = preview_move_on(
            chosen, successor=successor, reason=reason, lock=True, on=day_of(at)
        )
        if not choice.changing:
            return ChangeResult(0, 0, len(choice.left))
        require_same(choice, expected)
        units = _move(choice, reason=reason, by=by, via=via, at=at)
    return ChangeResult(len(choice.changing), units, len(choice.left))


def _targets(unit_ids: set[int], successor: str, on: date) -> dict[int, Unit]:
    """Return by the id of each closed unit where its work goes: its one open successor, or the one that is named."""
    found: dict[int, list[Unit]] = {}
    closed = Unit.objects.filter(pk__in=unit_ids, closed_on__lt=on)
    links = Unit.successors.through.objects.filter(from_unit__in=closed)
    open_units = Unit.objects.open_on(on).in_bulk(list(links.values_list("to_unit_id", flat=True)))
    for before, after in links.values_list("from_unit_id", "to_unit_id"):
        if after in open_units:
            found.setdefault(before, []).append(open_units[after])
    if successor:
        found = {
            pk: [unit for unit in units if unit.code == successor] for pk, units in found.items()
        }
    return {pk: units[0] for pk, units in found.items() if len(units) == 1}


def _move(choice: Choice, *, reason: str, by: User, via: str, at: datetime) -> int:
    """Write what moving on changes, in the caller's transaction; return how many units are told."""
    before = dict(
        Assignment.objects.filter(pk__in=[each.pk for each in choice.changing]).values_list(
            "pk", "unit__name"
        )
    )
    for unit, mine in choice.by_unit:
        going_on = [each.pk for each in mine if each.state in REPORTABLE]
        waiting = [each.pk for each in mine if each.state == State.REPORTED]
        begun_anew = {"state": State.ISSUED, "issued_at": at, "acknowledged_at": None}
        changed = Assignment.objects.filter(pk__in=going_on, state__in=REPORTABLE).update(
            unit=unit, version=F("version") + 1, **begun_anew
        ) + Assignment.objects.filter(pk__in=waiting, state=State.REPORTED).update(
            unit=unit, version=F("version") + 1
        )
        if changed != len(mine):
            raise StaleState(_("Các phân công vừa có thay đổi. Mời xem lại rồi xác nhận."))
    entries = write_entries(
        [
            history.prepare(
                "move_on",
                each,
                by=by,
                via=via,
                from_state=each.state,
                to_state=State.ISSUED if each.state in REPORTABLE else each.state,
                note=f"{before[each.pk]} → {each.unit.name}\n{reason}",
            )
            for each in choice.changing
        ]
    )
    return tell_units(Notice.Event.MOVED_ON, choice.changing, entries, reason)
