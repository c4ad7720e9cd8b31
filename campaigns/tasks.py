"""What the worker does for campaigns. Tasks hold no logic; each calls an action that may run twice."""

from celery import shared_task

from . import reminders


@shared_task
def send_reminders() -> int:
    """Tell units of what is due and overdue (beat, every quarter of an hour; each unit once a working day)."""
    return reminders.send_reminders()
