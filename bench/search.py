"""Search among 10,000 and 100,000 articles: the portal's index beside a plain tsvector phrase and FTS5's (issue 6).

The same made-up Vietnamese for all: some syllables and some words of two syllables far more frequent than others. The
same queries: words of two syllables, each as often asked for as it stands in texts. What is measured is the database's
answer, from Python. On PostgreSQL the portal's statement (its tiers; the ids of up to 200 entries that are shown, the
best first) stands beside `to_tsvector('simple', …) @@ phraseto_tsquery(…)` with a GIN index; on SQLite the same
statement beside an FTS5 table with positions. Both are also asked for no more than the newest 200. p50 and p95 are of
all queries of a round. What was typed is taken apart beforehand: it costs the same whatever answers.
"""

import functools
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

from django.db import connection
from django.utils import timezone

from bench.portal import migrate
from bench.rounds import ROUNDS, Result
from hanoi_portal.models import SearchEntry
from hanoi_portal.search import engine, schema
from hanoi_portal.search.query import Groups, Query
from hanoi_portal.search.tokens import tokens_of

SMALL, LARGE = 10_000, 100_000
WORDS_IN_TEXT = 300  # words of two syllables: as long as the city's own report of Plan 722
QUERIES = 200
MOST = 200
TRIES = 3  # a query's time is the best of these: who else uses the machine is not what is measured
BATCH = 1000

ONSETS = "- b c d đ g h k l m n p r s t v x ch gi kh ng nh ph qu th tr"
RHYMES = (
    "a à á ả ạ an àn án ang àng áng anh ành ao áo ay ày ây ấy ăn ằng e ẹ em ét ê ế ên ệt êu i ì ị inh ình ít iên "
    "iệt iều o ỏ on ong óng ô ộ ôi ội ông ống ơ ở ơi ới u ú ủ ung ưng ứng ươi ười ương ường ưu uy uyên uyết"
)


class Language:
    """Syllables and words, some far more frequent than others, as in every language (Zipf)."""

    def __init__(self) -> None:
        chance = random.Random(722)
        syllables = [
            onset.strip("-") + rhyme for onset in ONSETS.split() for rhyme in RHYMES.split()
        ]
        chance.shuffle(syllables)
        frequent = [1 / (rank + 8) for rank in range(len(syllables))]
        pairs = {
            " ".join(chance.choices(syllables, frequent, k=2)): None for _number in range(20_000)
        }
        self.words = list(pairs)
        self.weights = list(accumulate(1 / (rank + 20) for rank in range(len(self.words))))

    def text(self, chance: random.Random, words: int) -> str:
        """Return so many words."""
        return " ".join(chance.choices(self.words, cum_weights=self.weights, k=words))

    def queries(self) -> list[str]:
        """Return what is looked for: frequent words more often."""
        return random.Random(2018).choices(self.words, cum_weights=self.weights, k=QUERIES)


def texts(language: Language, first: int, last: int) -> Iterator[tuple[str, str]]:
    """Give the title and text of articles, always the same for a number."""
    for number in range(first, last):
        chance = random.Random(number)
        yield language.text(chance, 4), language.text(chance, WORDS_IN_TEXT)


# --- PostgreSQL -----------------------------------------------------------------------------------
GIN = {
    "portal_search_tokens": "portal_search_index USING gin (tokens) WITH (fastupdate = off)",
    "plain_phrase": "plain USING gin (phrase)",
}


def fill(language: Language, count: int, *, has_plain: bool) -> None:
    """Have so many articles in the portal's index and, if wanted, in a table with a plain tsvector.

    The indexes are built when all is there, which is quicker; neither statement reads an entry's text.
    """
    before = timezone.now() - timedelta(days=1)
    with connection.cursor() as cursor:
        for name in GIN:
            cursor.execute(f"DROP INDEX IF EXISTS {name}")
    for begin in range(SearchEntry.objects.count(), count, BATCH):
        made = list(texts(language, begin, begin + BATCH))
        entries = SearchEntry.objects.bulk_create(
            SearchEntry(
                kind="bai",
                object_id=begin + number,
                title=title,
                url="/",
                text=text if has_plain else "",
                date=before,
                shown_from=before,
                digest="",
            )
            for number, (title, text) in enumerate(made)
        )
        engine.write(
            (entry.pk, tokens_of(title, text, "", before.date(), [("loai", "bai")]))
            for entry, (title, text) in zip(entries, made, strict=True)
        )
        if has_plain:
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO plain (id, phrase) VALUES (%s, to_tsvector('simple', %s))",
                    [
                        (entry.pk, f"{title} {text}")
                        for entry, (title, text) in zip(entries, made, strict=True)
                    ],
                )
        print(f"  {begin + BATCH} bài", end="\r", flush=True)
    with connection.cursor() as cursor:
        for name, what in GIN.items():
            cursor.execute(f"CREATE INDEX {name} ON {what}")
        cursor.execute("VACUUM ANALYZE")


@functools.cache
def tiers_of(word: str) -> list[Groups]:
    """Return what the portal asks for a word."""
    return Query.read(word).together()


def ask_portal(word: str) -> Sequence[object]:
    """Ask as the portal does."""
    return engine.find(tiers_of(word), MOST, timezone.now())


PLAIN = "SELECT id FROM plain WHERE phrase @@ phraseto_tsquery('simple', %s)"


def ask_plain(word: str) -> Sequence[object]:
    """Ask for the phrase in a plain tsvector."""
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [word])
        return list(cursor.fetchall())


def ask_plain_newest(word: str) -> Sequence[object]:
    """Ask for no more than the portal does."""
    with connection.cursor() as cursor:
        cursor.execute(f"{PLAIN} ORDER BY id DESC LIMIT %s", [word, MOST])
        return list(cursor.fetchall())


# --- SQLite ---------------------------------------------------------------------------------------
class Lite:
    """The portal's index and a plain FTS5 table in a SQLite file of their own."""

    def __init__(self, folder: str, language: Language) -> None:
        self.connection = sqlite3.connect(Path(folder) / "search.sqlite3")
        run = self.connection.execute
        run(
            "CREATE TABLE hanoi_portal_searchentry (id INTEGER PRIMARY KEY, shown_from, shown_until)"
        )
        for statement in schema.SQLITE:
            run(statement)
        run("CREATE VIRTUAL TABLE plain USING fts5(said, tokenize='unicode61 remove_diacritics 0')")
        for number, (title, text) in enumerate(texts(language, 0, SMALL), 1):
            tokens = " ".join(sorted(tokens_of(title, text, "", None, ())))
            run("INSERT INTO hanoi_portal_searchentry (id) VALUES (?)", [number])
            run("INSERT INTO portal_search_index (rowid, tokens) VALUES (?, ?)", [number, tokens])
            run("INSERT INTO plain (rowid, said) VALUES (?, ?)", [number, f"{title} {text}"])
        self.connection.commit()

    def ask_portal(self, word: str) -> Sequence[object]:
        """Ask with the portal's own statement."""
        tiers = tiers_of(word)
        statement = engine.statement_for(len(tiers), "sqlite").replace("%s", "?")
        values = engine.parameters_for(tiers, MOST, timezone.now(), "sqlite")
        values[-2:] = [str(values[-1])] * 2  # the moment, as SQLite keeps it
        return self.connection.execute(statement, values).fetchall()

    def ask_plain(self, word: str) -> Sequence[object]:
        """Ask for the phrase with positions."""
        asked = "SELECT rowid FROM plain WHERE plain MATCH ?"
        return self.connection.execute(asked, [f'"{word}"']).fetchall()

    def ask_plain_newest(self, word: str) -> Sequence[object]:
        """Ask for no more than the portal does."""
        asked = "SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rowid DESC LIMIT ?"
        return self.connection.execute(asked, [f'"{word}"', MOST]).fetchall()


# --- measuring ------------------------------------------------------------------------------------
class Asker:
    """Asks all queries in a round and keeps how long each took."""

    def __init__(self, ask: Callable[[str], Sequence[object]], queries: Sequence[str]) -> None:
        self.ask, self.queries = ask, queries
        self.rounds: list[list[float]] = []

    def median(self) -> float:
        """Ask everything; return the seconds of the middle query."""
        times = []
        for query in self.queries:
            times.append(min(self._seconds(query) for _try in range(TRIES)))
        self.rounds.append(times)
        return statistics.median(times)

    def _seconds(self, query: str) -> float:
        began = time.perf_counter()
        self.ask(query)
        return time.perf_counter() - began

    def slow(self) -> float:
        """Ask everything; return the seconds of the slowest but five in a hundred."""
        self.median()
        return statistics.quantiles(self.rounds[-1], n=20)[-1]


def index_size() -> dict[str, float]:
    """Return how many MB the indexes take."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size('portal_search_tokens') / 1e6, "
            "pg_total_relation_size('portal_search_index') / 1e6, "
            "pg_total_relation_size('plain') / 1e6"
        )
        index, whole, plain = cursor.fetchone()
    return {"gin": float(index), "with tokens": float(whole), "plain tsvector": float(plain)}


def main() -> None:
    """Measure, print, keep."""
    migrate()
    language = Language()
    queries = language.queries()
    result = Result("search", f"Tìm một từ hai âm tiết, {QUERIES} câu hỏi mỗi vòng")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain (id bigint PRIMARY KEY, phrase tsvector)")
    fill(language, SMALL, has_plain=True)
    result.facts["MB, 10.000 bài"] = index_size()
    found = [len(ask_portal(query)) for query in queries]
    assert min(found) >= 0
    assert sum(found) > QUERIES, "các câu hỏi phải tìm ra"
    with tempfile.TemporaryDirectory() as folder:
        lite = Lite(folder, language)
        sides = {
            "p50 PostgreSQL, cổng": Asker(ask_portal, queries).median,
            "p50 PostgreSQL, tsvector trần": Asker(ask_plain, queries).median,
            "p50 PostgreSQL, tsvector trần, 200 bài mới nhất": Asker(
                ask_plain_newest, queries
            ).median,
            "p50 SQLite, cổng": Asker(lite.ask_portal, queries).median,
            "p50 SQLite, FTS5 trần": Asker(lite.ask_plain, queries).median,
            "p50 SQLite, FTS5 trần, 200 bài mới nhất": Asker(lite.ask_plain_newest, queries).median,
            "p95, 10.000 bài": Asker(ask_portal, queries).slow,
            "p50 một âm tiết": Asker(ask_portal, [each.split()[0] for each in queries]).median,
        }
        result.run(sides)
    fill(language, LARGE, has_plain=False)
    large = index_size()
    result.facts["MB, 100.000 bài"] = {name: large[name] for name in ("gin", "with tokens")}
    result.run({"p95, 100.000 bài": Asker(ask_portal, queries).slow}, rounds=ROUNDS)
    result.compare_time("p50 PostgreSQL, cổng", "p50 PostgreSQL, tsvector trần", at_most=0.05)
    result.compare_time("p50 PostgreSQL, cổng", "p50 PostgreSQL, tsvector trần, 200 bài mới nhất")
    result.compare_time("p50 SQLite, cổng", "p50 SQLite, FTS5 trần", at_most=2)
    result.compare_time("p50 SQLite, cổng", "p50 SQLite, FTS5 trần, 200 bài mới nhất")
    result.compare_time("p95, 100.000 bài", "p95, 10.000 bài", at_most=1.5)
    result.write()


if __name__ == "__main__":
    main()
