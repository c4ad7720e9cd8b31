"""How long readers wait for a decision: what is promised, and what is measured."""

from datetime import datetime, timedelta
from statistics import median

from django.conf import settings
from django.utils.translation import ngettext

from .models import Comment

LAST = 100  # decisions that are looked at
ENOUGH = 5  # fewer say nothing


def promised_by(comment: Comment) -> datetime:
    """Return when the comment is to be decided at the latest."""
    return comment.created_at + timedelta(hours=settings.COMMENT_PROMISE_HOURS)


def usual_wait() -> timedelta | None:
    """Return the median wait of the latest decisions, or None while there are too few.

    What was imported from the old site waited there, not here.
    """
    here = Comment.objects.recently_decided().filter(old_number=None)
    times = here.filter(first_decided_at__isnull=False).values_list(
        "created_at", "first_decided_at"
    )
    waits = [decided_at - created_at for created_at, decided_at in times[:LAST]]
    return median(waits) if len(waits) >= ENOUGH else None


def say_wait(wait: timedelta | None) -> str:
    """Return the wait in words ("khoảng 3 giờ"), empty for None."""
    if wait is None:
        return ""
    minutes = max(1, round(wait.total_seconds() / 60))
    if minutes < 60:
        return ngettext("khoảng %(n)d phút", "khoảng %(n)d phút", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours < 24:
        return ngettext("khoảng %(n)d giờ", "khoảng %(n)d giờ", hours) % {"n": hours}
    days = round(hours / 24)
    return ngettext("khoảng %(n)d ngày", "khoảng %(n)d ngày", days) % {"n": days}
