"""Questions to the database, and new rows for it, that are put into SQL once in a process and sent with other values.

Django makes the SQL of a queryset, and of a row, anew each time, which for what is asked for most costs more than the
answer. Queryset and model stay the one place where it is written; tests hold both against each other.
"""

import copy
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.sql import InsertQuery

Row = TypeVar("Row", bound=models.Model)
Value = int | str | datetime.datetime
# What is sent for the values of one asking: the SQL and its parameters.
_Question = Callable[[Sequence[Any]], tuple[str, Any]]


# Of a column: the name it has on a row, and the field that must prepare what stands there, if it must.
_Column = tuple[str, Any]


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
        self._made: tuple[models.QuerySet[Row], Any, _Question] | None = None

    def ask(self, *values: Value) -> list[Row]:
        """Ask; one query, as the queryset would."""
        if self._made is None:
            self._made = self._make()
        queryset, compiler, question = self._made
        sql, params = question([_adapted(value) for value in values])
        own = copy.copy(compiler)
        own.connection = connection  # that of this thread
        own.as_sql = lambda *_args, **_kwargs: (sql, params)
        query = copy.copy(queryset.query)
        query.get_compiler = lambda *_args, **_kwargs: own  # type: ignore[method-assign]
        return list(type(queryset)(queryset.model, query, using=DEFAULT_DB_ALIAS))

    def _make(self) -> tuple[models.QuerySet[Row], Any, _Question]:
        queryset = self._build(*self._examples)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        numbers = {_adapted(value): _Place(number) for number, value in enumerate(self._examples)}
        places = tuple(numbers.get(param, param) for param in params)
        missing = set(numbers.values()) - set(places)
        assert not missing, f"values that do not stand in the question: {missing}"
        if connection.vendor == "postgresql":
            return queryset, compiler, _planned(sql, places, len(numbers))

        def question(given: Sequence[Any]) -> tuple[str, Any]:
            return sql, tuple(
                given[place.number] if isinstance(place, _Place) else place for place in places
            )

        return queryset, compiler, question


def _planned(sql: str, places: Sequence[Any], count: int) -> _Question:
    """Return the question with its constants written out: an index may hold of these alone (`WHERE state = …`)."""
    names = [f"value_{number}" for number in range(count)]
    with connection.cursor() as cursor:
        written = [
            f"%({names[place.number]})s"
            if isinstance(place, _Place)
            else cursor.mogrify("%s", [place]).decode().replace("%", "%%")
            for place in places
        ]
    # What is no place for a value must stay as it is until `Planned` puts in the numbers.
    planned = Planned(sql.replace("%%", "%%%%") % tuple(written), *names)
    return lambda given: planned.statement(dict(zip(names, given, strict=True)))


class Planned:
    """A question in SQL with `%(name)s` for each of its values; PostgreSQL plans it once in each connection.

    Only for what reads: the page cache knows writes by their SQL (`page_cache.purging`).
    """

    def __init__(self, sql: str, *names: str) -> None:
        self._sql, self._names = sql, names
        self._numbered = sql % {name: f"${number}" for number, name in enumerate(names, start=1)}
        self._places = ", ".join(["%s"] * len(names))

    def statement(self, values: Mapping[str, Any]) -> tuple[str, Any]:
        """Return what to send with this thread's connection, and its parameters."""
        if connection.vendor != "postgresql":
            return self._sql, values
        name = connection.plan(self._numbered)  # type: ignore[attr-defined]
        return f"EXECUTE {name} ({self._places})", [values[name] for name in self._names]


class PreparedInsert(Generic[Row]):
    """`add(row)` keeps a new row of the model, as `row.save(force_insert=True)` does; one query.

    For a model without parents whose key the database gives. Nobody is told by signal (`post_save`).
    """

    # What goes to the database as it stands on the row: Django's preparing would give back the same.
    AS_IT_IS = (
        models.CharField,
        models.TextField,
        models.ForeignKey,
        models.PositiveSmallIntegerField,
    )

    def __init__(self, model: type[Row]) -> None:
        self._model = model
        self._made: tuple[str, list[_Column]] | None = None

    def add(self, row: Row) -> None:
        """Insert the row; it gets its key, and is no longer one that is still to be added."""
        if self._made is None:
            self._made = self._make(row)
        sql, columns = self._made
        params = []
        for name, field in columns:
            value = getattr(row, name) if field is None else field.pre_save(row, add=True)
            if field is not None and value is not None:
                value = field.get_db_prep_save(value, connection)
            params.append(value)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            (row.pk,) = cursor.fetchone()
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    def _make(self, row: Row) -> tuple[str, list[_Column]]:
        meta = self._model._meta
        fields = [field for field in meta.local_concrete_fields if field is not meta.pk]
        query = InsertQuery(self._model)
        query.insert_values(fields, [row])
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        compiler.returning_fields = [meta.pk]
        ((sql, _params),) = compiler.as_sql()
        columns = [
            (field.attname, None if type(field) in self.AS_IT_IS else field) for field in fields
        ]
        return sql, columns


def _adapted(value: Value) -> Any:
    """Return the value as the database is given it."""
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
