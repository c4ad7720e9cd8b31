"""Search among 10,000 and 100,000 articles: the portal's index beside a plain tsvector phrase and FTS5's (issue 6).

Articles of about 600 syllables (bench/search_corpus.py), the same for all, and the same queries: two syllables that
stand side by side in texts of that kind. Growth is measured with articles of about 200: an index of 100,000 long ones
takes some ten minutes to build. What is measured is what the search page does from what was typed to the ids
of up to 200 entries, the best first: all its statements, asked from Python. Beside it stands what is usually done:
PostgreSQL's `to_tsvector('simple', unaccent(…)) @@ phraseto_tsquery(…)` with a GIN index, and FTS5 with positions;
both find the same articles, and give the newest 200 of them. p50 and p95 are of all queries of a round.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence

from bench.portal import migrate
from bench.rounds import Result
from bench.search_corpus import LONG, SHORT, make_queries
from bench.search_stores import PostgreSQL, SQLite

SMALL, LARGE = 10_000, 100_000
QUERIES = 120
TRIES = 3  # a query's time is the best of these: who else uses the machine is not what is measured

PORTAL, PLAIN = "PostgreSQL, cổng", "PostgreSQL, cụm từ tsvector"
LITE_PORTAL, LITE_PLAIN = "SQLite, cổng", "SQLite, cụm từ FTS5"
SYLLABLE = "PostgreSQL, cổng, một âm tiết"


class Asker:
    """Asks all queries in a round; keeps the slow end of each round beside its middle."""

    def __init__(self, ask: Callable[[str], Sequence[int]], queries: Sequence[str]) -> None:
        self.ask, self.queries = ask, queries
        self.slow: list[float] = []

    def __call__(self) -> float:
        """Ask everything; return the seconds of the middle query."""
        times = [min(self._seconds(query) for _try in range(TRIES)) for query in self.queries]
        self.slow.append(statistics.quantiles(times, n=20)[-1])
        return statistics.median(times)

    def _seconds(self, query: str) -> float:
        began = time.perf_counter()
        self.ask(query)
        return time.perf_counter() - began


def check(store: PostgreSQL | SQLite, queries: Sequence[str]) -> int:
    """See that the portal finds what the plain index finds; return how many articles that are for the middle query."""
    counts = []
    for query in queries:
        plain = store.ask_plain_all(query)
        assert set(store.find_all(query)) == set(plain), query
        counts.append(len(plain))
    return int(statistics.median(counts))


def measure(result: Result, sides: dict[str, Asker], after: str) -> None:
    """Let all sides ask in each round; `after` says among how many articles."""
    result.run({f"{name}{after}, p50": side for name, side in sides.items()})
    for name, side in sides.items():
        result.seconds[f"{name}{after}, p95"] = side.slow


def compare_plain(result: Result, postgresql: PostgreSQL, queries: Sequence[str]) -> None:
    """Measure the portal beside plain indexes, with long articles."""
    with tempfile.TemporaryDirectory() as folder:
        sqlite = SQLite(folder)
        postgresql.fill(1, SMALL, LONG)
        postgresql.make_plain()
        sqlite.fill(1, SMALL, LONG)
        result.facts["số bài có câu hỏi ở giữa"] = check(postgresql, queries)
        check(sqlite, queries)
        sides = {
            PORTAL: Asker(postgresql.ask_portal, queries),
            PLAIN: Asker(postgresql.ask_plain, queries),
            LITE_PORTAL: Asker(sqlite.ask_portal, queries),
            LITE_PLAIN: Asker(sqlite.ask_plain, queries),
        }
        measure(result, sides, "")
    result.facts["MB, 10.000 bài"] = postgresql.megabytes()
    result.compare_time(f"{PORTAL}, p50", f"{PLAIN}, p50", at_most=0.05)
    result.compare_time(f"{PORTAL}, p95", f"{PLAIN}, p95")
    result.compare_time(f"{LITE_PORTAL}, p50", f"{LITE_PLAIN}, p50", at_most=2)
    result.compare_time(f"{LITE_PORTAL}, p95", f"{LITE_PLAIN}, p95")


def compare_growth(result: Result, postgresql: PostgreSQL, queries: Sequence[str]) -> None:
    """Measure the portal among few and among many articles, short ones; also what is asked for one syllable."""
    syllables = [query.split()[0] for query in queries]
    few, many = ", 10.000 bài ngắn", ", 100.000 bài ngắn"
    postgresql.empty()
    for first, last, after in ((1, SMALL, few), (SMALL + 1, LARGE, many)):
        postgresql.fill(first, last, SHORT)
        sides = {
            PORTAL: Asker(postgresql.ask_portal, queries),
            SYLLABLE: Asker(postgresql.ask_portal, syllables),
        }
        measure(result, sides, after)
    result.facts[f"MB{many}"] = {
        name: size for name, size in postgresql.megabytes().items() if "cổng" in name
    }
    for name in (PORTAL, SYLLABLE):
        result.compare_time(f"{name}{many}, p95", f"{name}{few}, p95", at_most=1.5)


def main() -> None:
    """Measure, print, keep."""
    migrate()
    result = Result("search", f"Tìm hai âm tiết đứng cạnh nhau, {QUERIES} câu hỏi mỗi vòng")
    for part in (compare_plain, compare_growth):
        part(result, PostgreSQL(), make_queries(QUERIES))
        result.write()


if __name__ == "__main__":
    main()
