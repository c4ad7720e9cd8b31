"""The index in the database: the one module that knows which database it is.

`portal_search_index` holds, by the id of a SearchEntry, its tokens: on PostgreSQL a tsvector with a GIN index, on
SQLite an FTS5 table. Both are made by a migration, and both lose a row with its entry (a trigger).

Ids rise with time, so "the best of the newest" is bounded work however large the index grows: FTS5 walks its lists
from the newest back and stops; GIN cannot stop, so every row also has a token for its block of 4,096 ids, and the
function `portal_search` (search/schema.py) asks the newest blocks first.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from .query import Groups, Term

BLOCK_BITS = 12


def write(rows: Iterable[tuple[int, Collection[str]]]) -> None:
    """Write the tokens of entries, in place of what they had."""
    if connection.vendor == "postgresql":
        statement = (
            "INSERT INTO portal_search_index (id, tokens) VALUES (%s, array_to_tsvector(%s::text[])) "
            "ON CONFLICT (id) DO UPDATE SET tokens = EXCLUDED.tokens"
        )
        values: list[tuple[Any, ...]] = [
            (entry, [*sorted(tokens), _block(entry)]) for entry, tokens in rows
        ]
    else:
        statement = "INSERT INTO portal_search_index (rowid, tokens) VALUES (%s, %s)"
        values = [(entry, " ".join(sorted(tokens))) for entry, tokens in rows]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(
                "DELETE FROM portal_search_index WHERE rowid = %s", [value[:1] for value in values]
            )
        cursor.executemany(statement, values)


def find(tiers: Sequence[Groups], most: int, at: datetime) -> list[int]:
    """Return the ids of the entries that readers may see at a moment, the best tier first, in it the newest first.

    Of each tier up to `most` are looked at. One query.
    """
    if not tiers:
        return []
    with connection.cursor() as cursor:
        statement = statement_for(len(tiers), connection.vendor)
        cursor.execute(statement, parameters_for(tiers, most, at, connection.vendor))
        rows = cursor.fetchall()
    best: dict[int, int] = {}
    for tier, entry in rows:
        best[entry] = min(tier, best.get(entry, tier))
    return [-entry for _tier, entry in sorted((tier, -entry) for entry, tier in best.items())][
        :most
    ]


def statement_for(count: int, vendor: str) -> str:
    """Return the statement that asks for so many tiers, as a database understands it ("postgresql", "sqlite")."""
    if vendor == "postgresql":
        one = "SELECT {tier} AS tier, id FROM portal_search(%s::tsquery, %s) AS id"
    else:
        one = (
            "SELECT {tier} AS tier, rowid AS id FROM (SELECT rowid FROM portal_search_index "
            "WHERE portal_search_index MATCH %s ORDER BY rowid DESC LIMIT %s)"
        )
    found = " UNION ALL ".join(one.format(tier=tier) for tier in range(count))
    return (
        f"SELECT found.tier, found.id FROM ({found}) AS found "
        "JOIN hanoi_portal_searchentry entry ON entry.id = found.id "
        "WHERE (entry.shown_from IS NULL OR entry.shown_from <= %s) "
        "AND (entry.shown_until IS NULL OR entry.shown_until > %s)"
    )


def parameters_for(tiers: Sequence[Groups], most: int, at: datetime, vendor: str) -> list[Any]:
    """Return the values of `statement_for`."""
    moment = connection.ops.adapt_datetimefield_value(at)
    asked = [value for groups in tiers for value in (_condition(groups, vendor), most)]
    return [*asked, moment, moment]


def _condition(groups: Groups, vendor: str) -> str:
    is_postgresql = vendor == "postgresql"
    write_term = _postgresql_term if is_postgresql else _sqlite_term
    either, both = (" | ", " & ") if is_postgresql else (" OR ", " AND ")
    return both.join(f"({either.join(write_term(term) for term in group)})" for group in groups)


# Tokens are made of letters, digits and a few signs (tokens.py): there is nothing to escape in them.
def _postgresql_term(term: Term) -> str:
    return f"'{term.token}'{':*' if term.is_beginning else ''}"


def _sqlite_term(term: Term) -> str:
    return f'"{term.token}"{"*" if term.is_beginning else ""}'


def _block(entry: int) -> str:
    return f"#{entry >> BLOCK_BITS}"
