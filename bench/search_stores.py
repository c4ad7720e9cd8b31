"""Where `bench.search` keeps its articles: the portal's own tables, and beside them a plain index of the same texts.

What the index holds is what the portal writes, by its own tokenizer. PostgreSQL's rows are made and copied by two
processes, and indexed when all are there: 100,000 articles in minutes.
"""

import io
import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from django.db import connection, connections, transaction
from django.utils import timezone

from bench.search_corpus import Article, make_article
from hanoi_portal.environment import SQLITE_OPTIONS
from hanoi_portal.models import SearchEntry
from hanoi_portal.search import engine, schema
from hanoi_portal.search.find import MOST, find
from hanoi_portal.search.query import Query
from hanoi_portal.text import fold

Ids = list[int]

COLUMNS = "id, kind, object_id, title, url, text, date, has_time, shown_from, digest"
PHRASES = "phrase @@ phraseto_tsquery('simple', unaccent(%s))"
TABLE = schema.TABLE
BATCH = 250


class PostgreSQL:
    """The portal's index, and a `tsvector` of each text without diacritics, with its GIN index."""

    def empty(self) -> None:
        """Forget all articles."""
        _run(f"TRUNCATE {TABLE}")

    def fill(self, first: int, last: int, lengths: tuple[int, int]) -> None:
        """Add the articles from the first to the last, and let the planner look at them."""
        _run("DROP INDEX portal_search_tokens")
        connection.close()  # each process has its own
        began = time.monotonic()
        with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
            for added in pool.map(partial(_copy, lengths), _batches(first, last)):
                if added % 10_000 == 0:
                    _say(f"{added} bài", began)
        _run(schema.INDEX)
        _run(f"SELECT setval('{TABLE}_id_seq', {last})")
        _run("VACUUM ANALYZE")
        _say("lập xong chỉ mục", began)

    def make_plain(self) -> None:
        """Make the plain index of all that is there.

        The 0 keeps a phrase from beginning in the title and ending in the text.
        """
        _run("CREATE EXTENSION unaccent")
        _run("CREATE TABLE plain (id bigint PRIMARY KEY, phrase tsvector NOT NULL)")
        said = "unaccent(title || ' 0 ' || text)"
        _run(f"INSERT INTO plain SELECT id, to_tsvector('simple', {said}) FROM {TABLE}")
        _run("CREATE INDEX plain_phrase ON plain USING gin (phrase)")
        _run("VACUUM ANALYZE plain")

    def ask_portal(self, query: str) -> Ids:
        """Ask as the search page does: what was typed is read, and every statement sent that it sends."""
        return list(find(query, timezone.now()).ids)

    def find_all(self, query: str) -> Ids:
        """Find all articles that have the phrase with the portal's statement."""
        return engine.find(Query.read(query).together(), 10**6, timezone.now())

    def ask_plain(self, query: str) -> Ids:
        """Ask the plain index for as many as the portal does, the newest first."""
        return _ids(f"SELECT id FROM plain WHERE {PHRASES} ORDER BY id DESC LIMIT {MOST}", query)

    def ask_plain_all(self, query: str) -> Ids:
        """Ask the plain index for all that have the phrase, in no order."""
        return _ids(f"SELECT id FROM plain WHERE {PHRASES}", query)

    def megabytes(self) -> dict[str, float]:
        """Return how large the indexes and the tables with them are."""
        sizes = {
            "GIN của cổng": "pg_relation_size('portal_search_tokens')",
            "bảng và GIN của cổng": "pg_total_relation_size('portal_search_index')",
            "GIN trần": "pg_relation_size('plain_phrase')",
            "bảng và GIN trần": "pg_total_relation_size('plain')",
        }
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(sizes.values())}")
            return {
                name: round(size / 1e6, 1)
                for name, size in zip(sizes, cursor.fetchone(), strict=True)
            }


class SQLite:
    """The same in a SQLite file with the portal's settings: its index, and an FTS5 table with positions."""

    def __init__(self, folder: str) -> None:
        connections.databases["sqlite"] = connections.configure_settings(
            {
                "default": {},
                "sqlite": {
                    "ENGINE": "django.db.backends.sqlite3",
                    "NAME": Path(folder) / "search.sqlite3",
                    "OPTIONS": SQLITE_OPTIONS,
                },
            }
        )["sqlite"]
        self.connection = connections["sqlite"]
        with self.connection.schema_editor() as editor:
            editor.create_model(SearchEntry)
            schema.make(None, editor)
            editor.execute("CREATE VIRTUAL TABLE plain USING fts5(said)")

    def fill(self, first: int, last: int, lengths: tuple[int, int]) -> None:
        """Add the articles from the first to the last to the portal's tables and to the plain one."""
        began = time.monotonic()
        for span in _batches(first, last):
            with transaction.atomic("sqlite"):
                self._add([make_article(number, lengths) for number in span])
        _say(f"{last} bài trong SQLite", began)

    def _add(self, batch: list[Article]) -> None:
        before = timezone.now() - timedelta(days=1)
        SearchEntry.objects.using("sqlite").bulk_create(
            SearchEntry(
                id=each.number,
                kind="bai",
                object_id=each.number,
                title=each.title,
                url="/",
                text=each.text,
                date=before,
                shown_from=before,
            )
            for each in batch
        )
        with mock.patch.object(engine, "connection", self.connection):
            engine.write(engine.Row(each.number, each.tokens) for each in batch)
        said = [(each.number, f"{fold(each.title)} 0 {fold(each.text)}") for each in batch]
        with self.connection.cursor() as cursor:
            cursor.executemany("INSERT INTO plain (rowid, said) VALUES (%s, %s)", said)

    def ask_portal(self, query: str) -> Ids:
        """Ask as the search page does."""
        with mock.patch.object(engine, "connection", self.connection):
            return list(find(query, timezone.now()).ids)

    def find_all(self, query: str) -> Ids:
        """Find all articles that have the phrase with the portal's statement."""
        with mock.patch.object(engine, "connection", self.connection):
            return engine.find(Query.read(query).together(), 10**6, timezone.now())

    def ask_plain(self, query: str) -> Ids:
        """Ask FTS5 for as many as the portal does, the newest first."""
        statement = f"{_FTS5} ORDER BY rowid DESC LIMIT {MOST}"
        return _ids(statement, f'"{fold(query)}"', self.connection)

    def ask_plain_all(self, query: str) -> Ids:
        """Ask FTS5 for all that have the phrase."""
        return _ids(_FTS5, f'"{fold(query)}"', self.connection)


_FTS5 = "SELECT rowid FROM plain WHERE plain MATCH %s"


def _ids(statement: str, query: str, database: Any = connection) -> Ids:
    with database.cursor() as cursor:
        cursor.execute(statement, [query])
        return [entry for (entry,) in cursor.fetchall()]


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _batches(first: int, last: int) -> Iterator[range]:
    return (range(at, min(at + BATCH, last + 1)) for at in range(first, last + 1, BATCH))


def _copy(lengths: tuple[int, int], numbers: range) -> int:
    """Make articles and copy them into the portal's tables on PostgreSQL; return the last number."""
    before = (timezone.now() - timedelta(days=1)).isoformat()
    entries, index = io.StringIO(), io.StringIO()
    for number, title, text, tokens in (make_article(each, lengths) for each in numbers):
        entry = [number, "bai", number, title, "/", text, before, False, before, ""]
        entries.write("\t".join(map(str, entry)) + "\n")
        stored = engine.stored_tokens(engine.Row(number, tokens))
        said = " ".join(f"'{token}'" for token in stored)
        index.write(f"{number}\t{said}\t{before}\n")
    for rows, table in (
        (entries, f"{TABLE} ({COLUMNS})"),
        (index, "portal_search_index (id, tokens, shown_from)"),
    ):
        rows.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} FROM STDIN", rows)
    return numbers[-1]


def _say(what: str, began: float) -> None:
    print(f"  {what} sau {time.monotonic() - began:.0f} giây", flush=True)
