"""When a reader's phone is to be erased: as promised when the comment came, and sooner where staff have since
chosen fewer days. More days hold only for what comes later: nobody's phone is kept longer than was agreed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Q
from django.utils.functional import lazy

from .models import PHONE_DAYS_DEFAULT, PhoneKeeping


@dataclass(frozen=True)
class PhoneClock:
    """How many days have held from which moment on, oldest first; before the first, the days by default."""

    changes: tuple[tuple[datetime, int], ...]

    @property
    def days(self) -> int:
        """Return the days in force."""
        return self.changes[-1][1] if self.changes else PHONE_DAYS_DEFAULT

    def is_over(self, created_at: datetime, at: datetime) -> bool:
        """Tell whether the time of a phone that came at one moment is over at another."""
        promised = [days for since, days in self.changes if since <= created_at]
        days = promised[-1] if promised else PHONE_DAYS_DEFAULT
        return created_at <= at - timedelta(days=min(days, self.days))

    def over(self, at: datetime) -> Q:
        """Return the same as a condition on comments."""
        spans = [(None, PHONE_DAYS_DEFAULT), *self.changes, (None, 0)]
        condition = Q(pk__in=[])
        for (since, days), (until, _next) in pairwise(spans):
            part = Q(created_at__lte=at - timedelta(days=min(days, self.days)))
            if since is not None:
                part &= Q(created_at__gte=since)
            if until is not None:
                part &= Q(created_at__lt=until)
            condition |= part
        return condition

    def changed_to(self, days: int, at: datetime) -> "PhoneClock":
        """Return the clock as it would be with other days from a moment on."""
        return PhoneClock((*self.changes, (at, days)))


def read_clock() -> PhoneClock:
    """Return the clock as it stands; one query for a handful of rows."""
    rows = PhoneKeeping.objects.order_by("since", "pk").values_list("since", "days")
    return PhoneClock(tuple(rows))


def days_in_force() -> int:
    """Return for how many days the phone of a comment that comes now is kept."""
    return read_clock().days


# The same for words that are made before the number is known; asks each time.
lazy_days_in_force = lazy(days_in_force, int)
