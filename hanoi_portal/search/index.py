"""Keeps the index: every change of something that readers may find is taken over in the same transaction.

Two things tell of a change: a saved or deleted row (`post_save`, `post_delete`, tags and the like through
`m2m_changed`), and a history entry about it, which every action writes last, also where it changed rows by
`update()`. What comes in bulk without either is put right each night, and by `manage.py rebuild_search`.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, time
from itertools import islice
from typing import Any, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_migrate, post_save
from django.utils import timezone, translation

from ..models import SearchEntry
from ..registry import registry
from . import engine
from .find import KIND
from .sources import Record, Source
from .tokens import tokens_of

BATCH = 500
# Goes up when tokens are made otherwise: then nothing stored is as it should be.
FORMAT = 2
# The migrations after which nothing of the index is as it should be.
MADE_BY = {"0002_search", "0003_search_tags"}

T = TypeVar("T")
Progress = Callable[[Source, int], None]


def listen() -> None:
    """Listen to what changes; once, when the process starts."""
    post_save.connect(_saved, dispatch_uid="search_saved")
    post_delete.connect(_deleted, dispatch_uid="search_deleted")
    m2m_changed.connect(_related, dispatch_uid="search_related")
    post_migrate.connect(_migrated, dispatch_uid="search_migrated")
    registry.change_listeners.append(note_change)


def note_change(subject: models.Model) -> None:
    """Take over what has become of a thing, and of what it is a part of."""
    for source in registry.search_sources:
        if isinstance(subject, source.model):
            refresh(source, [subject.pk])
        for part, owners in source.parts.items():
            if isinstance(subject, part):
                refresh(source, owners(subject))


def refresh(source: Source, ids: Collection[int]) -> int:
    """Take over what has become of the things with these ids; return how many entries changed."""
    if not ids:
        return 0
    with translation.override(settings.LANGUAGE_CODE):  # whoever's page brought this about
        there = dict(source.read(ids))
    gone = SearchEntry.objects.filter(kind=source.kind, object_id__in=ids).exclude(
        object_id__in=there
    )
    return _delete(gone) + _write(source, list(there.items()))


def rebuild(on_progress: Progress | None = None, *, anew: bool = False) -> int:
    """Put right what differs, of all sources; `anew` writes all of it. Return how many entries changed."""
    with translation.override(settings.LANGUAGE_CODE):
        return _rebuild(on_progress, anew=anew)


def _rebuild(on_progress: Progress | None, *, anew: bool) -> int:
    known = {source.kind for source in registry.search_sources}
    changed = _delete(SearchEntry.objects.exclude(kind__in=known))
    if anew:
        changed += _delete(SearchEntry.objects.all())
    for source in registry.search_sources:
        done = 0
        seen: set[int] = set()
        for batch in _batches(source.read(None)):
            with transaction.atomic():
                changed += _write(source, batch)
            seen.update(each for each, _record in batch)
            done += len(batch)
            if on_progress:
                on_progress(source, done)
        entries = SearchEntry.objects.filter(kind=source.kind)
        stale = set(entries.values_list("object_id", flat=True)) - seen
        for part in _batches(sorted(stale)):
            # Read again: it may have become public while the others were read.
            changed += refresh(source, part)
    return changed


def _write(source: Source, records: Collection[tuple[int, Record]]) -> int:
    entries = SearchEntry.objects.filter(kind=source.kind)
    had = dict(
        entries.filter(object_id__in=[each for each, _ in records]).values_list(
            "object_id", "digest"
        )
    )
    rows: list[SearchEntry] = []
    changed: list[Record] = []
    for each, record in records:
        digest = _digest(record)
        if had.get(each) == digest:
            continue
        changed.append(record)
        rows.append(
            SearchEntry(
                kind=source.kind,
                object_id=each,
                title=record.title[:700],
                url=record.url,
                text=record.text,
                tags="\n".join(record.tags),
                date=_moment(record.on),
                has_time=isinstance(record.on, datetime),
                shown_from=record.shown_from,
                shown_until=record.shown_until,
                digest=digest,
            )
        )
    if not rows:
        return 0
    with transaction.atomic():
        names = ["title", "url", "text", "tags", "date", "has_time"]
        names += ["shown_from", "shown_until", "digest"]
        written = SearchEntry.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["kind", "object_id"], update_fields=names
        )
        engine.write(
            engine.Row(row.pk, _tokens(source, record), row.shown_from, row.shown_until)
            for row, record in zip(written, changed, strict=True)
        )
    return len(rows)


def _tokens(source: Source, record: Record) -> set[str]:
    on = record.on
    day = timezone.localtime(on).date() if isinstance(on, datetime) else on
    facets = [(KIND, source.kind), *record.facets]
    return tokens_of(record.title, record.text, record.number, day, facets, record.tags)


def _delete(entries: models.QuerySet[SearchEntry]) -> int:
    # By ids: SQLite would otherwise walk the table once more for each row's trigger.
    count = 0
    for ids in _batches(list(entries.values_list("pk", flat=True))):
        count += SearchEntry.objects.filter(pk__in=ids).delete()[0]
    return count


def _digest(record: Record) -> str:
    told = repr((FORMAT, record, sorted(record.facets), sorted(record.tags)))
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def _moment(on: Any) -> datetime | None:
    if on is None or isinstance(on, datetime):
        return on
    return timezone.make_aware(datetime.combine(on, time()))


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _saved(instance: Any, raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        note_change(instance)


def _deleted(instance: Any, **_kwargs: Any) -> None:
    note_change(instance)


def _related(instance: Any, action: str, **_kwargs: Any) -> None:
    if action.startswith("post_"):
        note_change(instance)


def _migrated(sender: Any, plan: Any = (), **_kwargs: Any) -> None:
    """Fill the index right after its tables were made or changed in a portal that has something to find already."""
    if sender.label == "hanoi_portal" and any(
        each.app_label == sender.label and each.name in MADE_BY and not is_backward
        for each, is_backward in plan
    ):
        rebuild()
