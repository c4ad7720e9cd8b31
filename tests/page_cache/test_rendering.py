"""A page is rendered once, by one of those who ask; what was rendered too early is not kept; nobody waits for ever."""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache.backends.redis import RedisCache

from hanoi_portal.page_cache import purging, store
from hanoi_portal.page_cache.application import CachedPages
from tests.page_cache.asking import ask

PAGE = "/gioi-thieu/"
HEADERS = [("Content-Type", "text/plain"), ("Cache-Control", "public, max-age=1")]


class Site:
    """What stands behind the cache: a site whose page is its present text, rendered as slowly as a test wants."""

    def __init__(self) -> None:
        self.text = "cũ"
        self.renderings = 0
        self.headers = HEADERS
        self.has_begun = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Read the text, take the time, answer."""
        self.renderings += 1
        text = self.text
        self.has_begun.set()
        assert self.may_end.wait(20)
        start_response("200 OK", list(self.headers))
        return [text.encode()]


@pytest.fixture
def site() -> Site:
    """A site that answers at once."""
    return Site()


def at_once(count: int, act: Callable[[int], str]) -> list[str]:
    """Do it so many times at the same time."""
    barrier = threading.Barrier(count)

    def one(number: int) -> str:
        barrier.wait(10)
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_sixteen_who_ask_at_once_have_it_rendered_once(site: Site) -> None:
    pages = CachedPages(site)
    assert at_once(16, lambda _n: ask(pages, PAGE).text) == ["cũ"] * 16
    assert site.renderings == 1


def test_also_in_several_processes(site: Site) -> None:
    processes = [CachedPages(site) for _each in range(4)]
    assert at_once(16, lambda number: ask(processes[number % 4], PAGE).text) == ["cũ"] * 16
    assert site.renderings == 1


def test_after_a_purge_it_is_rendered_once_more(site: Site) -> None:
    processes = [CachedPages(site) for _each in range(4)]
    for process in processes:
        ask(process, PAGE)
    site.text = "mới"
    purging.purge()
    assert at_once(16, lambda number: ask(processes[number % 4], PAGE).text) == ["mới"] * 16
    assert site.renderings == 2


def test_what_was_under_way_at_a_purge_is_not_kept(site: Site) -> None:
    pages, other = CachedPages(site), CachedPages(site)
    site.may_end.clear()
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(ask, pages, PAGE)
        assert site.has_begun.wait(10)
        site.text = "mới"
        purging.purge()
        site.may_end.set()
        assert under_way.result(10).text == "cũ"
    assert ask(pages, PAGE).text == "mới"
    assert ask(other, PAGE).text == "mới"


def test_who_asks_after_a_purge_does_not_wait_for_what_began_before_it(site: Site) -> None:
    pages = CachedPages(site)
    site.may_end.clear()
    with ThreadPoolExecutor(2) as pool:
        before = pool.submit(ask, pages, PAGE)
        assert site.has_begun.wait(10)
        site.has_begun.clear()
        site.text = "mới"
        purging.purge()
        after = pool.submit(ask, pages, PAGE)
        assert site.has_begun.wait(10), "it waited for the old one"
        site.may_end.set()
        assert (before.result(10).text, after.result(10).text) == ("cũ", "mới")


def test_the_page_of_a_renderer_that_died_is_rendered_by_who_waited(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanoi_portal.page_cache.application.PATIENCE_SECONDS", 0.05)
    generation = store.find(f"{PAGE}?").generation
    assert generation is not None
    assert store.lease(f"{PAGE}?", generation)  # and is never heard of again
    assert ask(CachedPages(site), PAGE).text == "cũ"
    assert site.renderings == 1


def test_a_lease_runs_out_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LEASE_SECONDS", 1)
    assert store.lease("/?", "a")
    assert not store.lease("/?", "a")
    deadline = time.monotonic() + 10
    while not store.lease("/?", "a"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_only_one_of_sixteen_gets_a_lease() -> None:
    got = at_once(16, lambda _n: "x" if store.lease("/?", "a") else "")
    assert got.count("x") == 1


def test_a_rendering_that_breaks_leaves_nobody_waiting(site: Site) -> None:
    def broken(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise SystemExit(1)

    pages = CachedPages(broken)
    for _each in range(2):
        with pytest.raises(SystemExit):
            ask(pages, PAGE)
    assert ask(CachedPages(site), PAGE).text == "cũ"


@pytest.mark.parametrize(
    "headers",
    [
        [("Cache-Control", "public"), ("Set-Cookie", "phien=1")],
        [("Cache-Control", "public"), ("Vary", "Accept-Encoding, Cookie")],
        [("Cache-Control", "private, no-store")],
        [("Cache-Control", "public, no-store")],
        [("Content-Type", "text/html")],
    ],
)
def test_what_is_one_persons_is_not_kept_even_at_a_public_address(
    site: Site, headers: list[tuple[str, str]]
) -> None:
    site.headers = headers
    pages = CachedPages(site)
    assert at_once(8, lambda _n: ask(pages, PAGE).text) == ["cũ"] * 8
    site.text = "mới"
    assert ask(pages, PAGE).text == "mới"


class Away:
    """A store that nobody can reach."""

    def __enter__(self) -> None:
        self.kept = store._cache
        store._cache = lambda: RedisCache("redis://127.0.0.1:1/0", {})  # type: ignore[assignment]

    def __exit__(self, *_error: object) -> None:
        store._cache = self.kept


def test_without_the_store_there_is_no_shared_copy_but_always_a_page(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now)
    with Away():
        pages = CachedPages(site)
        assert at_once(8, lambda _n: ask(pages, PAGE).text) == ["cũ"] * 8
        site.text = "mới"
        purging.purge()
        now += 1  # nobody can tell, so what a process keeps for itself lives less than a second
        assert ask(pages, PAGE).text == "mới"
        assert ask(CachedPages(site), PAGE).text == "mới"


def test_a_purge_that_the_store_did_not_hear_is_repeated_when_it_is_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = CachedPages(site)
    assert ask(pages, PAGE).text == "cũ"
    site.text = "mới"
    with Away():
        purging.purge()
    monkeypatch.setattr(store, "FRESH_SECONDS", 0)  # as if it had been asked long ago
    assert ask(pages, PAGE).text == "mới"
    assert ask(CachedPages(site), PAGE).text == "mới"


def test_a_store_that_was_emptied_is_a_new_beginning(site: Site) -> None:
    pages = CachedPages(site)
    ask(pages, PAGE)
    site.text = "mới"
    store._cache().clear()
    assert ask(CachedPages(site), PAGE).text == "mới"
