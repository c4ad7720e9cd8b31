"""Questions to the database that are put into SQL once in a process, and then asked with other values.

Django makes the SQL of a queryset anew each time, which for the pages that are asked for most costs more than the
answer. The queryset stays the one place where the question is written; tests hold both against each other.
"""

import copy
import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models

Row = TypeVar("Row", bound=models.Model)
Value = int | str | datetime.datetime


@dataclass(frozen=True)
class _Place:
    """Where the value of this number stands among the parameters."""

    number: int


class Prepared(Generic[Row]):
    """The question that `build(*values)` puts as a queryset; `ask(*values)` returns its rows.

    `examples` are values of the same kinds, unlike each other and unlike everything else in the question: where they
    stand in the SQL, the values of each asking are put. No value may change the shape of the question.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Row]], *examples: Value) -> None:
        self._build = build
        self._examples = examples
        self._made: tuple[models.QuerySet[Row], Any, str, tuple[Any, ...]] | None = None

    def ask(self, *values: Value) -> list[Row]:
        """Ask; one query, as the queryset would."""
        if self._made is None:
            self._made = self._make()
        queryset, compiler, sql, places = self._made
        given = [_adapted(value) for value in values]
        params = tuple(
            given[place.number] if isinstance(place, _Place) else place for place in places
        )
        own = copy.copy(compiler)
        own.connection = connection  # that of this thread
        own.as_sql = lambda *_args, **_kwargs: (sql, params)
        query = copy.copy(queryset.query)
        query.get_compiler = lambda *_args, **_kwargs: own  # type: ignore[method-assign]
        return list(type(queryset)(queryset.model, query, using=DEFAULT_DB_ALIAS))

    def _make(self) -> tuple[models.QuerySet[Row], Any, str, tuple[Any, ...]]:
        queryset = self._build(*self._examples)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        numbers = {_adapted(value): _Place(number) for number, value in enumerate(self._examples)}
        places = tuple(numbers.get(param, param) for param in params)
        missing = set(numbers.values()) - set(places)
        assert not missing, f"values that do not stand in the question: {missing}"
        return queryset, compiler, sql, places


def _adapted(value: Value) -> Any:
    """Return the value as the database is given it."""
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
