"""What the worker does for guidance. Tasks hold no logic; each calls an action that may run twice."""

from celery import shared_task
from django.utils import timezone

from . import actions, view_counts
from .actions.autosave import forget_old_words as forget


@shared_task
def turn_articles() -> int:
    """Publish what was scheduled for now and end what was to end (beat, every minute)."""
    now = timezone.now()
    return actions.publish_due(now) + actions.expire_due(now)


@shared_task
def bring_in_views() -> int:
    """Add up the views that waited (beat, every minute)."""
    return view_counts.bring_in()


@shared_task
def remind_reviews() -> int:
    """Mail the owners of what is due for review (beat, every hour; each once for each day of review)."""
    return actions.remind_reviews(timezone.localdate())


@shared_task
def forget_old_words() -> int:
    """Delete what was typed, never saved and not touched for a month (beat, every day)."""
    return forget(timezone.now())
