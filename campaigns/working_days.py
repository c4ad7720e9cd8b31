"""Working days in Việt Nam: Monday to Friday, without the holidays on file, with the weekend days worked instead."""

from dataclasses import dataclass
from datetime import date, timedelta

from .models import Holiday

SATURDAY = 5
FIRST_MONTH_OF_ASKING = 11  # the next year's days off are announced by then
DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingDays:
    """A calendar; `load` reads it once for many questions."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    @classmethod
    def load(cls) -> "WorkingDays":
        """Read the holidays on file, in one query."""
        rows = list(Holiday.objects.values_list("day", "is_worked"))
        return cls(
            off=frozenset(day for day, is_worked in rows if not is_worked),
            worked=frozenset(day for day, is_worked in rows if is_worked),
        )

    def is_working(self, day: date) -> bool:
        """Tell whether offices work on a day."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)

    def before(self, day: date, count: int) -> date:
        """Return the day from which so many working days are left until (and with) the given one.

        "7 working days before Friday the 14th" is Wednesday the 5th: seven working days later it is due.
        """
        while count:
            day -= DAY
            count -= self.is_working(day)
        return day

    def first_from(self, day: date) -> date:
        """Return the day itself if offices work on it, or the next on which they do."""
        while not self.is_working(day):
            day += DAY
        return day


def year_without_holidays(on: date) -> int | None:
    """Return the year for which no holiday is on file: this one, or from November the next; None when all is there."""
    years = [on.year, on.year + 1] if on.month >= FIRST_MONTH_OF_ASKING else [on.year]
    known = set(Holiday.objects.filter(day__year__in=years).values_list("day__year", flat=True))
    return next((year for year in years if year not in known), None)
