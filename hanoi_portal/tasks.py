"""What the worker does for the ground floor. Tasks load by id or by state and call an action; they hold no logic."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from . import import_runs, outbox
from .search import index, misses, spelling


@shared_task
def deliver_outbox() -> int:
    """Send everything that is due. Any number of these may run at once."""
    return outbox.deliver_due()


@shared_task
def sweep_outbox() -> int:
    """Recover what a dead worker held, then send what nobody rang for (beat, every few seconds)."""
    outbox.recover_lapsed(timezone.now())
    return outbox.deliver_due()


@shared_task
def run_import(pk: int) -> None:
    """Load a file that was confirmed in the admin."""
    import_runs.run_once(pk)


@shared_task
def sweep_imports() -> int:
    """Load the files nobody rang for, or whose worker died (beat, every few seconds)."""
    return import_runs.run_waiting()


@shared_task
def clear_sessions() -> None:
    """Delete the rows of sessions that have expired (beat, every night)."""
    call_command("clearsessions")


@shared_task
def refresh_search() -> int:
    """Count the words of what can be found anew, for suggestions and spelling (beat, every hour)."""
    return spelling.refresh_words()


@shared_task
def repair_search() -> int:
    """Put right what the search index missed; forget what was looked for in vain long ago (beat, every night)."""
    misses.forget_old(timezone.localdate())
    return index.rebuild()
