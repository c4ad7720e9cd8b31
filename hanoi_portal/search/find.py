"""Answers a search: as typed; else with the last word unfinished; else as raw Telex or VNI; else put right.

A mistyped syllable is mostly another syllable, and in a large store some text has all that were typed. So where they
stand nowhere together, but something like them does, the answer says what may be meant instead.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from ..models import SearchEntry
from . import engine
from .keys import readings
from .query import Groups, Query, Term
from .spelling import put_right
from .tokens import day_tokens, facet_token, words_of

MOST = 200  # results of one search; who needs more says more
KIND = "loai"  # what a result is narrowed by whoever it comes from
ENOUGH = 20  # where so many have the words together, those that only have them apart are left out
EARLIEST, LATEST = date(1945, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Narrowing:
    """What results must be: of a kind, a category …, of certain days."""

    chosen: Collection[tuple[str, str]] = field(default_factory=tuple)
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return bool(self.chosen or self.since or self.until)

    def groups(self) -> Groups:
        """Return what must be met beside the words."""
        groups = [[Term(facet_token(name, value))] for name, value in self.chosen]
        if self.since or self.until:
            first, last = max(self.since or EARLIEST, EARLIEST), min(self.until or LATEST, LATEST)
            # No day at all is met by a token that nothing has.
            tokens = day_tokens(first, last) or ["d:0"]
            groups.append([Term(token) for token in tokens])
        return groups


class How(StrEnum):
    """How results came about: what the page has to explain."""

    AS_TYPED = "as_typed"
    KEYS = "keys"  # the keys pressed were read as Telex or VNI
    PUT_RIGHT = "put_right"  # what was typed finds nothing; something like it does


@dataclass(frozen=True)
class Answer:
    """The ids of what was found, the best first, for which text, and how that came about."""

    ids: Sequence[int]
    text: str
    how: How = How.AS_TYPED
    instead: str = ""  # what may be meant, though what was typed finds something

    @property
    def is_cut(self) -> bool:
        """Whether there may be more."""
        return len(self.ids) >= MOST


NO_NARROWING = Narrowing()


def find(typed: str, at: datetime, narrowing: Narrowing = NO_NARROWING) -> Answer:
    """Return what readers find at a moment."""
    query = Query.read(typed)
    if not query:
        return Answer([], typed)
    ids, is_together = _ids(query, at, narrowing)
    if ids:
        return Answer(ids, typed, instead="" if is_together else _instead(query, at, narrowing))
    for reading in readings(typed):
        if ids := _ids(Query.read(reading), at, narrowing)[0]:
            return Answer(ids, reading, How.KEYS)
    better = put_right(query)
    if better and (ids := _ids(Query.read(better), at, narrowing)[0]):
        return Answer(ids, better, How.PUT_RIGHT)
    return Answer([], typed)


def _ids(query: Query, at: datetime, narrowing: Narrowing) -> tuple[list[int], bool]:
    """Return what is found, and whether the words stand together in it, or the last may still be unfinished."""
    ids = _asked(query.together(), query, at, narrowing)
    is_together = bool(ids)
    if len(ids) < ENOUGH:
        ids += [
            each for each in _asked(query.apart(), query, at, narrowing) if each not in set(ids)
        ]
    if not ids:
        return _asked(query.begun(), query, at, narrowing)[:MOST], True
    return ids[:MOST], is_together


def _instead(query: Query, at: datetime, narrowing: Narrowing) -> str:
    """Return what like the query stands together somewhere; empty where nothing does."""
    if (better := put_right(query)) is None:
        return ""
    other = Query.read(better)
    return better if _asked(other.together(), other, at, narrowing) else ""


def _asked(tiers: Sequence[Groups], query: Query, at: datetime, narrowing: Narrowing) -> list[int]:
    if not tiers:
        return []
    beside = narrowing.groups()
    ids = engine.find([groups + beside for groups in tiers], MOST, at)
    return _with_phrases(ids, query.phrases) if query.phrases else ids


def _with_phrases(ids: Sequence[int], phrases: Sequence[Sequence[str]]) -> list[int]:
    """Return those in which each phrase stands: three words of which both pairs stand somewhere need not be one."""
    wanted = [f" {' '.join(phrase)} " for phrase in phrases]
    texts = SearchEntry.objects.filter(pk__in=ids).values_list("pk", "title", "text", "tags")
    said = {
        pk: f" {' | '.join(map(_folded, (title, text, *tags.splitlines())))} "
        for pk, title, text, tags in texts
    }
    return [each for each in ids if all(phrase in said.get(each, "") for phrase in wanted)]


def _folded(text: str) -> str:
    return " ".join(word.folded for word in words_of(text))
