"""Pieces of pages that a process remembers by all that they show: after a purge most of a page is as it was.

A piece is looked up by its whole content, so it cannot be old: what has changed is another piece.
"""

from collections.abc import Callable, Hashable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST = 3000  # of about a kilobyte each

_pieces: dict[Hashable, SafeString] = {}


def remembered(key: Hashable, render: Callable[[], SafeString]) -> SafeString:
    """Return the piece for a key that names its template and holds all that it shows; render it if it is new."""
    if settings.DEBUG:  # whoever changes templates wants to see them change
        return render()
    whole = (get_language(), key)
    piece = _pieces.get(whole)
    if piece is None:
        if len(_pieces) >= MOST:
            _pieces.clear()
        piece = _pieces[whole] = render()
    return piece


def content_of(row: Model, *but: str) -> tuple[Any, ...]:
    """Return all that was loaded of a row, its related rows and lists of rows too; `but` names what is not shown."""
    return tuple(_content(row, but, ()))


def _content(row: Model, but: tuple[str, ...], above: tuple[Model, ...]) -> Iterator[Any]:
    for name, value in vars(row).items():
        if name not in {"_state", *but}:
            yield _flat(value, (*above, row))
    for name, value in row._state.fields_cache.items():
        if name not in but:
            yield name
            yield _flat(value, (*above, row))


def _flat(value: Any, above: tuple[Model, ...]) -> Any:
    if isinstance(value, Model):
        # A reply knows what it replies to, which knows its replies.
        is_above = any(value is each for each in above)
        return value.pk if is_above else tuple(_content(value, (), above))
    if isinstance(value, (list, QuerySet)):
        return tuple(_flat(each, above) for each in value)
    if isinstance(value, dict):  # rows that were loaded beforehand
        return tuple((name, _flat(each, above)) for name, each in value.items())
    return value
