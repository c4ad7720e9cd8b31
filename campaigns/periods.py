"""The periods of recurring tasks: which there are, when each opens and is due. Pure: reads no rows and no clock.

A task is done once a calendar month or quarter, from the plan's first day to the task's deadline (never beyond the
plan's last day). The first and the last period are cut where the plan begins and ends.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MONTHS = {"monthly": 1, "quarterly": 3}
QUARTERS = ("I", "II", "III", "IV")
NAMES = {
    "monthly": gettext_lazy("Tháng %(number)s/%(year)s"),
    "quarterly": gettext_lazy("Quý %(number)s/%(year)s"),
}


@dataclass(frozen=True)
class Period:
    """One period: `key` is what an assignment keeps ("2026-11", "2026-Q4"), `due` its deadline."""

    key: str
    opens: date
    due: date

    @property
    def name(self) -> str:
        """The period in words."""
        return name_of(self.key)


def name_of(key: str) -> str:
    """Return a period's key in words, such as "Tháng 11/2026"; empty for a one-off task."""
    if not key:
        return ""
    year, _dash, rest = key.partition("-")
    if rest.startswith("Q"):
        return str(NAMES["quarterly"]) % {"number": QUARTERS[int(rest[1:]) - 1], "year": year}
    return str(NAMES["monthly"]) % {"number": int(rest), "year": year}


def periods(recurrence: str, first: date, last: date) -> Iterator[Period]:
    """Yield the periods between two days, in order; none for a one-off task."""
    if recurrence not in MONTHS:
        return
    day = first
    while day <= last:
        period = _containing(recurrence, day)
        yield Period(period.key, day, min(period.due, last))
        day = period.due + timedelta(days=1)


def period_on(recurrence: str, first: date, last: date, on: date) -> Period | None:
    """Return the period that is open on a day; None outside of the task's time, and for a one-off task."""
    if recurrence not in MONTHS or not first <= on <= last:
        return None
    period = _containing(recurrence, on)
    return Period(period.key, max(period.opens, first), min(period.due, last))


def period_to_give(recurrence: str, first: date, last: date, on: date) -> Period | None:
    """Return the period that is given when a plan is issued on a day; None for a one-off task.

    Before the plan's time it is the first one. After it, the last: the preview warns that it is overdue at once. What
    was over before the plan was issued is not asked for.
    """
    return period_on(recurrence, first, last, min(max(on, first), max(first, last)))


def _containing(recurrence: str, day: date) -> Period:
    """Return the whole calendar period that a day is in."""
    length = MONTHS[recurrence]
    number = (day.month - 1) // length
    month = number * length + 1
    end_month = month + length - 1
    end = date(day.year, end_month, monthrange(day.year, end_month)[1])
    key = f"{day.year}-{month:02}" if length == 1 else f"{day.year}-Q{number + 1}"
    return Period(key, date(day.year, month, 1), end)


def words_of_next(upcoming: list[Period]) -> str:
    """Return the coming periods in one line: when each opens and is due."""
    return "; ".join(
        _("%(name)s: mở %(opens)s, hạn %(due)s")
        % {
            "name": period.name,
            "opens": f"{period.opens:%d/%m/%Y}",
            "due": f"{period.due:%d/%m/%Y}",
        }
        for period in upcoming
    )
