"""Writes history: every action ends with `record` (or `prepare`, for many rows at once)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from .models import HistoryEntry, User
from .registry import registry


class LinkHolder:
    """Somebody who acts through a link that was mailed, without an account; `str()` says through which."""


def prepare(
    verb: str,
    subject: models.Model,
    *,
    by: User | LinkHolder | None,
    via: str = HistoryEntry.Via.WEB,
    from_state: str = "",
    to_state: str = "",
    note: str = "",
    data: dict[str, Any] | None = None,
) -> HistoryEntry:
    """Return an unsaved entry, for `HistoryEntry.objects.bulk_create`. `by=None` is the system itself."""
    if isinstance(by, LinkHolder):
        via = HistoryEntry.Via.LINK
    elif by is None:
        via = HistoryEntry.Via.SYSTEM
    return HistoryEntry(
        actor=by if isinstance(by, User) else None,
        actor_name=(str(by) if by else _("Hệ thống"))[:200],
        via=via,
        verb=verb,
        subject_type=subject._meta.label,
        subject_id=subject.pk,
        subject_name=str(subject)[:300],
        from_state=from_state,
        to_state=to_state,
        note=note,
        data=data or {},
    )


def record(verb: str, subject: models.Model, **details: Any) -> HistoryEntry:
    """Write one history entry, in the caller's transaction, and tell who listens. Arguments as of `prepare`."""
    entry = prepare(verb, subject, **details)
    entry.save()
    for listener in registry.change_listeners:
        listener(subject)
    return entry
