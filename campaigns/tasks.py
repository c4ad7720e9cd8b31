"""What the worker does for campaigns. Tasks hold no logic; each calls an action that may run twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from . import digests, reminders
from .actions import drafts
from .actions.open_periods import open_all_periods

DRAFT_LIFE = timedelta(days=30)


@shared_task
def send_reminders() -> int:
    """Tell units of what is due and overdue (beat, every quarter of an hour; each unit once a working day)."""
    return reminders.send_reminders()


@shared_task
def send_digests() -> int:
    """Send the daily digests (beat, every quarter of an hour; each address once a day)."""
    return digests.send_digests()


@shared_task
def open_periods() -> int:
    """Give the new periods of recurring tasks (beat, every quarter of an hour; each period once)."""
    return open_all_periods()


@shared_task
def purge_drafts() -> int:
    """End the reports that were begun and not touched for thirty days (beat, daily)."""
    return drafts.purge_drafts(timezone.now() - DRAFT_LIFE)
