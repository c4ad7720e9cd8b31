"""Public monthly figures, made by the system from the comments themselves: nobody types them.

A month's row is about the comments that came in that month, wherever they have got to: received is published, declined,
withdrawn and waiting together. What was imported from the old site came there, not here, and is not counted.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from django.core.cache import cache
from django.utils import timezone

from .models import Appeal, Comment
from .waiting import say_wait

MONTHS = 12
KEPT_FOR = 600  # seconds: the page is public, the counting is not free
_CACHE_KEY = "comments:figures:v1"


@dataclass
class Month:
    """What became of the comments of one month."""

    first: date
    states: Counter[str] = field(default_factory=Counter)
    rules: Counter[int] = field(default_factory=Counter)
    appealed: int = 0
    overturned: int = 0
    waits: list[timedelta] = field(default_factory=list)

    @property
    def received(self) -> int:
        """Return how many came."""
        return self.states.total()

    @property
    def published(self) -> int:
        """Return how many stand on their page."""
        return self.states[Comment.State.PUBLISHED]

    @property
    def declined(self) -> int:
        """Return how many were declined."""
        return self.states[Comment.State.DECLINED]

    @property
    def withdrawn(self) -> int:
        """Return how many their writers took back."""
        return self.states[Comment.State.WITHDRAWN]

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return self.states[Comment.State.WAITING]

    @property
    def by_rule(self) -> list[tuple[int, int]]:
        """Return (number of the rule, how many were declined by it), by number."""
        return sorted(self.rules.items())

    @property
    def usual_wait(self) -> str:
        """Return the median time to a decision, in words."""
        if not self.waits:
            return ""
        return say_wait(timedelta(seconds=median(wait.total_seconds() for wait in self.waits)))


def monthly_figures() -> list[Month]:
    """Return the last twelve months, the latest first, from the one in which the first comment came; at most ten
    minutes old. What was imported from the old site was received there.
    """
    kept: list[Month] | None = cache.get(_CACHE_KEY)
    if kept is None:
        kept = count_months(timezone.now())
        cache.set(_CACHE_KEY, kept, KEPT_FOR)
    return kept


def count_months(now: datetime) -> list[Month]:
    """Return the figures as of a moment: its month and the eleven before, without empty ones at the beginning."""
    since = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _month in range(MONTHS - 1):
        since = (since - timedelta(days=1)).replace(day=1)
    months = {day: Month(day) for day in _months_from(since.date(), timezone.localdate(now))}
    rows = Comment.objects.filter(created_at__range=(since, now), old_number=None).values_list(
        "created_at", "first_decided_at", "state", "rule__number", "appeal__state"
    )
    for created_at, decided_at, state, rule, appeal in rows.iterator():
        first = timezone.localdate(created_at).replace(day=1)
        month = months[first]
        month.states[state] += 1
        if rule is not None:
            month.rules[rule] += 1
        month.appealed += appeal is not None
        month.overturned += appeal == Appeal.State.OVERTURNED
        if decided_at is not None:
            month.waits.append(decided_at - created_at)
    shown = list(months.values())
    while shown and not shown[0].received:
        del shown[0]
    return shown[::-1]


def _months_from(first: date, until: date) -> Iterator[date]:
    """Return the first day of each month, the present one too."""
    while first <= until:
        yield first
        first = (first + timedelta(days=31)).replace(day=1)
