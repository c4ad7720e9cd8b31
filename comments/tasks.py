"""What the worker does for comments."""

from celery import shared_task

from . import actions
from .human_check import codes


@shared_task
def sweep_codes() -> int:
    """Delete codes of the human check whose time is over (beat)."""
    return codes.sweep()


@shared_task
def erase_old_phones() -> int:
    """Erase phones and addresses whose time is over (beat)."""
    return actions.erase_old_phones() + actions.erase_old_mails()
