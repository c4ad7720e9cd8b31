"""What the verbs on many assignments share: which of them change, for which units, and telling each unit once.

A preview and the doing read the same `Choice`; its fingerprint says whether what a person confirmed is still what would
be done.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User

from .. import notices
from ..models import Assignment, Notice, Unit
from ..rules import can_change_given

ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Choice:
    """Assignments that a verb changes, and those that it leaves as they are; `details` is what the verb is told."""

    changing: tuple[Assignment, ...]
    left: tuple[Assignment, ...]
    details: str = ""

    @property
    def by_unit(self) -> list[tuple[Unit, list[Assignment]]]:
        """Return what changes, unit by unit: each is told once of all its own."""
        units: dict[int, tuple[Unit, list[Assignment]]] = {}
        for each in self.changing:
            units.setdefault(each.unit_id, (each.unit, []))[1].append(each)
        return sorted(units.values(), key=lambda pair: pair[0].name_sort)

    @property
    def unit_count(self) -> int:
        """How many units are told."""
        return len({each.unit_id for each in self.changing})

    @property
    def fingerprint(self) -> str:
        """A word for exactly this choice of these versions: another content has another word."""
        lines = [f"{each.pk}|{each.version}|{each.state}" for each in self.changing]
        return hashlib.sha256("\n".join([self.details, *lines]).encode()).hexdigest()


@dataclass(frozen=True)
class ChangeResult:
    """How many assignments changed, how many units are told of it, and how many were left as they are."""

    changed: int
    units: int
    left: int


def require_change_given(user: User) -> None:
    """Raise NotAllowed unless the user may change what was given."""
    if not can_change_given(user):
        raise NotAllowed(_("Bạn không có quyền thay đổi việc đã giao cho các đơn vị."))


def read_again(
    assignments: Iterable[Assignment], *, lock: bool, with_parts: bool = False
) -> QuerySet[Assignment]:
    """Return the assignments as they are now, with what letters and pages need; `lock` holds them to the end.

    `with_parts` adds what was handed down of them.
    """
    pks = [each.pk for each in assignments]
    wanted = Q(pk__in=pks)
    if with_parts:
        wanted |= Q(parent__in=pks)
    rows = Assignment.objects.filter(wanted)
    rows = rows.select_related("task__plan", "unit").order_by("pk")
    return rows.select_for_update(of=("self",)) if lock else rows


def require_same(choice: Choice, expected: str | None) -> None:
    """Raise StaleState if the choice is not the one that was confirmed."""
    if expected is not None and expected != choice.fingerprint:
        raise StaleState(_("Các phân công vừa có thay đổi. Mời xem lại rồi xác nhận."))


def change_rows(assignments: Sequence[Assignment], states: Iterable[str], **values: object) -> None:
    """Change all of the rows, each from one of the states; StaleState if one of them is in another state by now."""
    pks = [each.pk for each in assignments]
    for start in range(0, len(pks), ROWS_AT_ONCE):
        batch = pks[start : start + ROWS_AT_ONCE]
        rows = Assignment.objects.filter(pk__in=batch, state__in=list(states))
        if rows.update(version=F("version") + 1, **values) != len(batch):
            raise StaleState(_("Các phân công vừa có thay đổi. Mời xem lại rồi xác nhận."))


def write_entries(entries: list[HistoryEntry]) -> dict[int, HistoryEntry]:
    """Write the history rows of a change; return them by assignment id."""
    written = HistoryEntry.objects.bulk_create(entries, batch_size=ROWS_AT_ONCE)
    return {entry.subject_id: entry for entry in written}


def tell_units(
    event: Notice.Event,
    assignments: Iterable[Assignment],
    entries: dict[int, HistoryEntry],
    words: str = "",
    *,
    is_from_above: bool = False,
) -> int:
    """Tell each unit once for each plan; return how many units that is.

    The first history row of a unit's changes says which occasion this is.
    """
    told: dict[tuple[int, int], list[Assignment]] = {}
    for each in assignments:
        told.setdefault((each.task.plan_id, each.unit_id), []).append(each)
    for mine in told.values():
        first = mine[0]
        plan = first.task.plan
        notices.tell(
            unit=first.unit,
            plan=plan,
            event=event,
            assignments=mine,
            words=words,
            is_from_above=is_from_above,
            unique_key=notices.notice_key(event, plan, first.unit, str(entries[first.pk].pk)),
        )
    return len({unit_id for _plan_id, unit_id in told})
