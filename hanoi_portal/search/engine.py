"""The index in the database: the one module that knows which database it is.

`portal_search_index` holds, by the id of a SearchEntry, its tokens: on PostgreSQL a tsvector with a GIN index, on
SQLite an FTS5 table. Both are made by a migration, and both lose a row with its entry (a trigger).

Ids rise with time, so "the best of the newest" is bounded work however large the index grows: FTS5 walks its lists
from the newest back and stops; GIN cannot stop, so every row also has a token for its block of 4,096 ids, and the
function `portal_search` (search/schema.py) asks the newest blocks first. It also finds beside the tokens from when
and until when readers may see a thing: looking at the entries themselves took longer than the search.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from .query import Groups, Term

BLOCK_BITS = 12

POSTGRESQL_WRITE = """
INSERT INTO portal_search_index (id, tokens, shown_from, shown_until)
VALUES (%s, array_to_tsvector(%s::text[]), %s, %s)
ON CONFLICT (id) DO UPDATE SET (tokens, shown_from, shown_until)
    = (EXCLUDED.tokens, EXCLUDED.shown_from, EXCLUDED.shown_until)
"""
POSTGRESQL_FIND = "SELECT tier, id FROM portal_search(%s::tsquery[], %s, %s)"
SQLITE_FIND_TIER = """
SELECT * FROM (
    SELECT {tier} AS tier, found.rowid AS id
    FROM portal_search_index found CROSS JOIN hanoi_portal_searchentry entry ON entry.id = found.rowid
    WHERE portal_search_index MATCH %s
        AND (shown_from IS NULL OR shown_from <= %s) AND (shown_until IS NULL OR shown_until > %s)
    ORDER BY found.rowid DESC LIMIT %s
)"""


class Row(NamedTuple):
    """What the index holds of an entry: its id, its tokens, and from when and until when readers may see it."""

    entry: int
    tokens: Collection[str]
    shown_from: datetime | None = None
    shown_until: datetime | None = None


def write(rows: Iterable[Row]) -> None:
    """Write rows, in place of what their entries had."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                POSTGRESQL_WRITE, [(row.entry, stored_tokens(row), *row[2:]) for row in rows]
            )
            return
        # When an entry is shown, it says itself.
        said = [(row.entry, " ".join(sorted(row.tokens))) for row in rows]
        table = "portal_search_index"
        cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", [each[:1] for each in said])
        cursor.executemany(f"INSERT INTO {table} (rowid, tokens) VALUES (%s, %s)", said)


def stored_tokens(row: Row) -> list[str]:
    """Return the tokens that PostgreSQL keeps: those of the entry, and that of its block."""
    return [*row.tokens, f"#{row.entry >> BLOCK_BITS}"]


def find(tiers: Sequence[Groups], most: int, at: datetime) -> list[int]:
    """Return the ids of up to `most` entries that readers may see at a moment.

    The best tier comes first, and in it the newest. One query.
    """
    if not tiers:
        return []
    ask = _ask_postgresql if connection.vendor == "postgresql" else _ask_sqlite
    with connection.cursor() as cursor:
        cursor.execute(*ask(tiers, most, at))
        rows = sorted(cursor.fetchall(), key=lambda row: (row[0], -row[1]))
    # What is of several tiers counts as of the best.
    return list(dict.fromkeys(entry for _tier, entry in rows))[:most]


def _ask_postgresql(tiers: Sequence[Groups], most: int, at: datetime) -> tuple[str, list[Any]]:
    wanted = [_condition(groups, "postgresql") for groups in tiers]
    return POSTGRESQL_FIND, [wanted, most, at]


def _ask_sqlite(tiers: Sequence[Groups], most: int, at: datetime) -> tuple[str, list[Any]]:
    moment = connection.ops.adapt_datetimefield_value(at)
    statement = " UNION ALL ".join(SQLITE_FIND_TIER.format(tier=tier) for tier in range(len(tiers)))
    return statement, [
        value for groups in tiers for value in (_condition(groups, "sqlite"), moment, moment, most)
    ]


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
