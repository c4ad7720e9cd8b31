"""What readers made of an article, for its editors: how often it was opened, whom it served, what was missing."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum

from .models import REASONS, Answer, Article, Feedback, ViewCount

DAYS = 90


@dataclass(frozen=True)
class Heard:
    """Sums of the last `DAYS` days; `reasons` are words and counts, the most frequent first."""

    views: int
    yes: int
    no: int
    reasons: tuple[tuple[Any, int], ...]


def heard(article: Article, on: date) -> Heard:
    """Return what readers made of the article up to a day; two queries."""
    since = on - timedelta(days=DAYS)
    views = ViewCount.objects.filter(article=article, day__gt=since)
    answers = Feedback.objects.filter(article=article, day__gt=since).order_by()
    counts = Counter(dict(answers.values_list("answer").annotate(total=Sum("count"))))
    given = [(each.label, counts[each]) for each in REASONS if counts[each]]
    return Heard(
        views=views.aggregate(total=Sum("count"))["total"] or 0,
        yes=counts[Answer.YES],
        no=counts[Answer.NO],
        reasons=tuple(sorted(given, key=lambda pair: -pair[1])),
    )
