"""Pieces of pages that a process remembers by all that they show: after a purge most of a page is as it was.

A piece is looked up by its whole content, so it cannot be old: what has changed is another piece.
"""

import datetime
from collections.abc import Callable, Hashable
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# About as many bytes as all pieces and their keys may take together; a key is about as long as its piece.
ROOM = 32 * 1024 * 1024
_KEEPING = 1000  # bytes that a piece takes besides its characters

_pieces: dict[Hashable, SafeString] = {}
_room_taken = 0
_SIMPLE = frozenset({str, int, float, bool, type(None), datetime.datetime, datetime.date})


def remembered(key: Hashable, render: Callable[[], SafeString]) -> SafeString:
    """Return the piece for a key that names its template and holds all that it shows; render it if it is new."""
    if settings.DEBUG:  # whoever changes templates wants to see them change
        return render()
    whole = (get_language(), key)
    piece = _pieces.get(whole)
    if piece is None:
        piece = render()
        _remember(whole, piece)
    return piece


def forget() -> None:
    """Forget all pieces: the process is as if it had just begun."""
    global _room_taken
    _pieces.clear()
    _room_taken = 0


def _remember(whole: Hashable, piece: SafeString) -> None:
    # Two threads that render the same piece count it twice: then there is room for a little less.
    global _room_taken
    taken = 2 * len(piece) + _KEEPING
    if _room_taken + taken > ROOM:
        forget()
    _room_taken += taken
    _pieces[whole] = piece


def content_of(row: Model, *but: str) -> tuple[Any, ...]:
    """Return all that was loaded of a row, its related rows and lists of rows too; `but` names what is not shown."""
    return _content(row, but, ())


def flat(value: Any) -> Any:
    """Return a value as something that can be looked up: rows by all that was loaded of them, lists as tuples."""
    return _flat(value, ())


def _content(row: Model, but: tuple[str, ...], above: tuple[Model, ...]) -> tuple[Any, ...]:
    above = (*above, row)
    own = [
        value if type(value) in _SIMPLE else _flat(value, above)
        for name, value in vars(row).items()
        if name != "_state" and name not in but
    ]
    for name, value in row._state.fields_cache.items():
        if name not in but:
            own += (name, value if value is None else _flat(value, above))
    return tuple(own)


def _flat(value: Any, above: tuple[Model, ...]) -> Any:
    if type(value) in _SIMPLE:
        return value
    if isinstance(value, Model):
        # A reply knows what it replies to, which knows its replies.
        is_above = any(value is each for each in above)
        return value.pk if is_above else _content(value, (), above)
    if isinstance(value, (list, tuple, QuerySet)):
        return tuple(_flat(each, above) for each in value)
    if isinstance(value, dict):  # rows that were loaded beforehand
        return tuple((name, _flat(each, above)) for name, each in value.items())
    return value
