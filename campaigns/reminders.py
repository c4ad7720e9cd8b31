"""Reminding units of what is due and overdue: the ladder of rungs, and the sending, one message per unit and day.

The ladder stands on the current deadline: 7, 3 and 1 working days before; the first working day after; then weekly the
first, second and third đôn đốc; a week later the assignment is on the list of the long overdue and the unit's
responsible people are told too. Each rung is told once for each deadline. What a downtime left out is not caught up
rung by rung: only the highest reached is told. A clock set back finds a higher one told and says nothing.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from hanoi_portal import history
from hanoi_portal.models import HistoryEntry

from . import notices
from .models import Assignment, Membership, Notice, Reminder, Unit
from .models.reminder import Rung
from .rules import REPORTABLE
from .timeliness import day_of
from .working_days import WorkingDays

BEFORE = {Rung.WEEK_BEFORE: 7, Rung.THREE_BEFORE: 3, Rung.DAY_BEFORE: 1}
WEEKLY = (Rung.FIRST_URGE, Rung.SECOND_URGE, Rung.THIRD_URGE, Rung.ESCALATED)
WEEK = timedelta(weeks=1)
LOOK_AHEAD = timedelta(days=40)  # more than 7 working days, however long Tết is
MORNING = time(8)


def ladder(deadline: date, calendar: WorkingDays) -> dict[Rung, date]:
    """Return the working day on which each rung begins; the first day after the deadline counts as overdue."""
    days = {rung: calendar.before(deadline, count) for rung, count in BEFORE.items()}
    day = calendar.first_from(deadline + timedelta(days=1))
    days[Rung.DAY_AFTER] = day
    for rung in WEEKLY:  # each a week after the one before, so that a long Tết leaves none out
        day = days[rung] = calendar.first_from(day + WEEK)
    return days


def rung_reached(days: dict[Rung, date], on: date, given_on: date) -> Rung | None:
    """Return the highest rung that has begun by a day; rungs from before the work was given are not counted.

    Who is given work two days before its deadline has just been told of it.
    """
    reached = [rung for rung, day in days.items() if given_on < day <= on]
    return max(reached, default=None)


def send_reminders(at: datetime | None = None) -> int:
    """Tell each unit, once a working day, of what has reached a new rung; return how many units were told.

    Safe to call at any time and by several at once: the notice's key lets one a day through for each unit.
    """
    at = at or timezone.now()
    on, calendar = day_of(at), WorkingDays.load()
    if not calendar.is_working(on) or timezone.localtime(at).time() < MORNING:
        return 0
    due = list(_due_by_unit(on, calendar))
    return sum(_tell(unit_id, on, reached, at) for unit_id, reached in due)


def long_overdue() -> Q:
    """Return which assignments are on the escalation list: told of the last rung for this deadline, and still open."""
    told = Reminder.objects.filter(
        rung=Rung.ESCALATED, assignment=OuterRef("pk"), due_on=OuterRef("deadline")
    )
    return Q(state__in=REPORTABLE) & Q(Exists(told))


def _due_by_unit(on: date, calendar: WorkingDays) -> Iterator[tuple[int, list[tuple[Any, Rung]]]]:
    """Yield the units that have something at a rung not yet told, and have not been told anything today."""
    told_today = Notice.objects.filter(unique_key__startswith=_key_of(on))
    highest = (
        Reminder.objects.filter(assignment=OuterRef("pk"), due_on=OuterRef("deadline"))
        .order_by()
        .values("assignment")
        .annotate(highest=Max("rung"))
        .values("highest")
    )
    waiting = (
        Assignment.objects.filter(state__in=REPORTABLE, deadline__lte=on + LOOK_AHEAD)
        .filter(unit__in=Unit.objects.open_on(on))
        .exclude(unit__in=told_today.values("unit"))
        .annotate(highest=Coalesce(Subquery(highest), 0))
        .filter(highest__lt=Rung.ESCALATED)
        .select_related("task__plan", "unit")
        .order_by("unit_id", "deadline", "task__code_sort", "pk")
    )
    ladders: dict[date, dict[Rung, date]] = {}
    unit_id = 0
    reached: list[tuple[Any, Rung]] = []
    for assignment in waiting.iterator(chunk_size=2000):
        if assignment.unit_id != unit_id:
            if reached:
                yield unit_id, reached
            unit_id, reached = assignment.unit_id, []
        days = ladders.get(assignment.deadline)
        if days is None:
            days = ladders[assignment.deadline] = ladder(assignment.deadline, calendar)
        rung = rung_reached(days, on, day_of(assignment.issued_at))
        if rung is not None and rung > assignment.highest:
            reached.append((assignment, rung))
    if reached:
        yield unit_id, reached


def _key_of(on: date) -> str:
    """Return how the keys of a day's notices begin."""
    return f"reminder:{on.isoformat()}:"


def _tell(unit_id: int, on: date, reached: list[tuple[Assignment, Rung]], at: datetime) -> int:
    """Write the unit's one notice of the day with its reminders; nothing if another was faster."""
    first = reached[0][0]
    with transaction.atomic():
        notice = notices.tell(
            unit=first.unit,
            plan=first.task.plan,
            event=Notice.Event.REMINDER,
            assignments=[assignment for assignment, _rung in reached],
            also_to=_responsible(unit_id, on)
            if any(rung == Rung.ESCALATED for _assignment, rung in reached)
            else (),
            unique_key=f"{_key_of(on)}{unit_id}",
        )
        if notice.reminders.exists():
            return 0
        Reminder.objects.bulk_create(
            Reminder(
                assignment=assignment,
                rung=rung,
                due_on=assignment.deadline,
                notice=notice,
                created_at=at,
            )
            for assignment, rung in reached
        )
        HistoryEntry.objects.bulk_create(
            history.prepare("remind", assignment, by=None, note=str(rung.label))
            for assignment, rung in reached
        )
    return 1


def _responsible(unit_id: int, on: date) -> list[str]:
    """Return the addresses of the people who answer for the unit."""
    people = Membership.objects.current(on).filter(
        unit_id=unit_id, is_responsible=True, user__is_active=True
    )
    return list(people.exclude(user__email="").values_list("user__email", flat=True))
