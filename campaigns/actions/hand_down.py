"""Handing down (giao tiếp): a district gives its assignment on to its communes, each with its own state and evidence.

The district stays answerable: its figure rolls up from theirs (`with_parts`), it decides on their reports, and reports
itself to who gave it the work. A commune that has the task already is left as it is: handing down twice adds nothing.
One from which it was recalled is given it again.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User

from ..models import Assignment, Notice, Plan, Unit, UnitContact
from ..models.plan import Role
from ..rules import REPORTABLE, State, is_for_handing_down, speaks_for
from ..timeliness import day_of
from .acknowledge import record_acknowledged
from .give_again import give_back
from .many import Choice, read_again, tell_units, write_entries


@dataclass(frozen=True)
class HandDownPreview:
    """What handing down would do: the units that are given the work, given it again, and those that have it."""

    assignment: Assignment
    units: tuple[Unit, ...]
    again: tuple[Unit, ...]
    already: tuple[Unit, ...]
    without_address: tuple[Unit, ...]
    details: str

    @property
    def fingerprint(self) -> str:
        """A word for exactly this preview: another content has another word."""
        codes = [unit.code for unit in (*self.units, *self.again, *self.without_address)]
        lines = [f"{self.assignment.pk}|{self.assignment.version}", self.details, *codes]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class HandDownResult:
    """How many units were given the work, and how many of them have no address."""

    units: int
    without_address: int


def units_below(assignment: Assignment, on: date) -> list[Unit]:
    """Return the units to which the assignment can be handed down: the open children of its unit."""
    return list(Unit.objects.open_on(on).filter(parent=assignment.unit_id).order_by("name_sort"))


def units_having(assignment: Assignment) -> set[int]:
    """Return the ids of the units that have an assignment of the same task and period, recalled ones too."""
    same = Assignment.objects.filter(task=assignment.task_id, period=assignment.period)
    return set(same.values_list("unit_id", flat=True))


def recalled_parts(assignment: Assignment) -> QuerySet[Assignment]:
    """Return what was handed down of the assignment and recalled: it can be given again."""
    return Assignment.objects.filter(parent=assignment, state=State.RECALLED)


def preview_hand_down(
    assignment: Assignment, codes: Collection[str], *, deadline: date, words: str = "", on: date
) -> HandDownPreview:
    """Return what handing the assignment down to the units of these codes would do on a day."""
    chosen = [unit for unit in units_below(assignment, on) if unit.code in codes]
    taken_back = set(recalled_parts(assignment).values_list("unit_id", flat=True))
    having = units_having(assignment) - taken_back
    told = set(
        UnitContact.objects.filter(is_active=True, unit__in=chosen).values_list(
            "unit_id", flat=True
        )
    )
    units = tuple(unit for unit in chosen if unit.pk not in having | taken_back)
    again = tuple(unit for unit in chosen if unit.pk in taken_back)
    return HandDownPreview(
        assignment=assignment,
        units=units,
        again=again,
        already=tuple(unit for unit in chosen if unit.pk in having),
        without_address=tuple(unit for unit in (*units, *again) if unit.pk not in told),
        details=f"{deadline.isoformat()}|{words}",
    )


def hand_down(
    assignment: Assignment,
    codes: Collection[str],
    *,
    deadline: date,
    by: User,
    words: str = "",
    expected: str | None = None,
    via: str = HistoryEntry.Via.WEB,
    at: datetime | None = None,
) -> HandDownResult:
    """Give the assignment on to the units of these codes, each told once; the work is then under way.

    `expected` is the fingerprint of the preview that the officer confirmed. Handing down what was not acknowledged
    acknowledges it. Raises NotAllowed; DomainError for a day that does not fit; StaleState when something changed.
    """
    at = at or timezone.now()
    today = day_of(at)
    if not (is_for_handing_down(assignment) and speaks_for(by, assignment.unit, today)):
        raise NotAllowed(_("Chỉ cán bộ của đơn vị chủ trì mới giao tiếp được nhiệm vụ này."))
    if assignment.state not in REPORTABLE:
        raise StaleState(_("Nhiệm vụ này không còn giao tiếp được: đã báo cáo, xong hoặc thu hồi."))
    if not today <= deadline <= assignment.deadline:
        text = _("Thời hạn cho cấp dưới phải từ hôm nay đến hết %(last)s.")
        raise DomainError(text % {"last": f"{assignment.deadline:%d/%m/%Y}"})
    with transaction.atomic():
        # Held by whoever adds to the plan too: nobody gives a commune the same task in the same moment.
        Plan.objects.select_for_update().get(pk=assignment.task.plan_id)
        was = _start(assignment, at)
        preview = preview_hand_down(assignment, codes, deadline=deadline, words=words, on=today)
        if expected is not None and expected != preview.fingerprint:
            raise StaleState(_("Vừa có thay đổi. Mời xem lại rồi xác nhận."))
        if not (preview.units or preview.again):
            raise DomainError(_("Các đơn vị được chọn đều đã được giao nhiệm vụ này."))
        parts = Assignment.objects.bulk_create(
            Assignment(
                task=assignment.task,
                period=assignment.period,
                unit=unit,
                parent=assignment,
                role=Role.LEAD,
                first_deadline=deadline,
                deadline=deadline,
                issued_at=at,
            )
            for unit in preview.units
        )
        count = len(parts) + len(preview.again)
        _write_own_history(assignment, was, count, by, via, words)
        entries = write_entries(
            [
                history.prepare("issue", each, by=by, via=via, to_state=State.ISSUED)
                for each in parts
            ]
        )
        tell_units(Notice.Event.HANDED_DOWN, parts, entries, words)
        if preview.again:
            _give_again(assignment, preview.again, deadline, words, by=by, via=via, at=at)
        Assignment.objects.filter(pk=assignment.pk).update(
            state=State.IN_PROGRESS, version=F("version") + 1
        )
    assignment.state, assignment.version = State.IN_PROGRESS, assignment.version + 1
    return HandDownResult(count, len(preview.without_address))


def _give_again(
    assignment: Assignment,
    units: Collection[Unit],
    deadline: date,
    words: str,
    *,
    by: User,
    via: str,
    at: datetime,
) -> None:
    """Give the units again what was recalled from them, in the name of the unit above."""
    rows = read_again(recalled_parts(assignment).filter(unit__in=units), lock=True)
    give_back(
        Choice(tuple(rows), ()),
        deadline=deadline,
        reason=words,
        by=by,
        via=via,
        at=at,
        is_from_above=True,
    )


def _start(assignment: Assignment, at: datetime) -> str:
    """Take hold of the row while it is what its officer saw; return the state that it was in."""
    seen = Assignment.objects.filter(
        pk=assignment.pk, state=assignment.state, version=assignment.version
    )
    when = at if assignment.state == State.ISSUED else F("acknowledged_at")
    if not seen.update(acknowledged_at=when):
        raise StaleState(_("Nhiệm vụ này vừa được người khác thay đổi. Xin xem lại trước khi gửi."))
    return assignment.state


def _write_own_history(
    assignment: Assignment, was: str, count: int, by: User, via: str, words: str
) -> None:
    if was == State.ISSUED:
        record_acknowledged(assignment, by=by, via=via)
        was = State.ACKNOWLEDGED
    history.record(
        "hand_down",
        assignment,
        by=by,
        via=via,
        from_state=was,
        to_state=State.IN_PROGRESS,
        note=words,
        data={"units": count},
    )
