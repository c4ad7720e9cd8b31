"""Keeping what is typed before it is saved. Nobody's text changes by it, so it has no row in the history."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from hanoi_portal.models import User

from ..models import Autosave

KEPT_FOR = timedelta(days=30)


def keep_words(
    *,
    by: User,
    kind: str,
    thing_id: int,
    seen: str,
    fields: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Keep what the person has typed in a form; without `fields` only that the form is still open."""
    now = timezone.now()
    values: dict[str, object] = {"seen_at": now}
    if fields is not None:
        values |= {"fields": dict(fields), "saved_at": now, "seen": seen[:80]}
    Autosave.objects.update_or_create(user=by, kind=kind, thing_id=thing_id, defaults=values)


def drop_words(*, by: User, kind: str, thing_id: int) -> None:
    """Forget what the person had typed in a form: it is saved, or not wanted."""
    Autosave.objects.of_form(kind, thing_id).filter(user=by).delete()


def forget_old_words(at: datetime) -> int:
    """Delete what nobody has touched for a month; return how many."""
    count, _each = Autosave.objects.filter(seen_at__lt=at - KEPT_FOR).delete()
    return count
