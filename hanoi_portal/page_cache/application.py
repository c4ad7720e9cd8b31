"""The WSGI application in front of Django: answers public pages from copies, and has each rendered once.

A page is looked for in this process, then in the shared store, then rendered. Rendering sees nothing of the request
but the path and the declared parameters, so no cookie and no header of one reader can get into the page of another.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import get_path_info
from django.http.request import split_domain_port, validate_host

from . import counting, store
from .addresses import kept_query
from .copies import Copy

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

MEMORY = 32 * 1024 * 1024  # bytes of copies in one process
MOST_ADDRESSES = 20_000  # written addresses that a process remembers
# So long a request waits for the page that somebody else is rendering, then it renders its own.
PATIENCE_SECONDS = 3.0
LOOK_AGAIN_SECONDS = 0.01


class Kept(NamedTuple):
    """A copy in this process: of which generation, and until when (time.time()) it may be given out."""

    copy: Copy
    generation: str | None
    until: float


class Answer(NamedTuple):
    """What Django answered to whoever rendered: not kept, only passed on."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def answer(self, environ: Environ, start_response: Any) -> list[bytes]:
        """Pass it on."""
        start_response(self.status, self.headers)
        return [self.body] if environ["REQUEST_METHOD"] == "GET" else []


@dataclass
class Flight:
    """One thread of this process fetches or renders an address; the others wait for it."""

    landed: threading.Event = field(default_factory=threading.Event)
    copy: Copy | None = None


class CachedPages:
    """Answers public pages from copies and passes everything else on."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._kept: dict[str, Kept] = {}
        self._size = 0
        self._lock = threading.Lock()
        self._flights: dict[tuple[str, str | None], Flight] = {}
        self._addresses: dict[tuple[str, str], tuple[str, str]] = {}
        self._hosts: set[str] = set()
        counting.share()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"} and self._is_ours(environ):
            place = self._address(environ)
            if place is not None:
                page = self._page(*place, environ)
                if page is not None:
                    return page.answer(environ, start_response)
        return self._application(environ, start_response)

    def _is_ours(self, environ: Environ) -> bool:
        """Whether nothing stands in the way of an answer: a host of ours, over https where that is asked for."""
        if settings.IS_HTTPS and not (
            environ.get("HTTP_X_FORWARDED_PROTO") == "https"
            or environ["wsgi.url_scheme"] == "https"
        ):
            return False
        host = environ.get("HTTP_HOST", "")
        if host in self._hosts:
            return True
        domain, _port = split_domain_port(host)
        if not (domain and validate_host(domain, settings.ALLOWED_HOSTS)):
            return False
        if len(self._hosts) < 1000:  # "*" allows any number of names
            self._hosts.add(host)
        return True

    def _address(self, environ: Environ) -> tuple[str, str] | None:
        """Return what the page is kept under, and the query that it is rendered with; None for other pages."""
        asked = (environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""))
        if (known := self._addresses.get(asked)) is not None:
            return known
        if environ.get("SCRIPT_NAME"):
            return None
        path = get_path_info(environ)
        query = kept_query(path, asked[1])
        if query is None:
            return None
        if len(self._addresses) >= MOST_ADDRESSES:
            self._addresses.clear()
        self._addresses[asked] = place = (f"{path}?{query}", query)
        return place

    def _page(self, address: str, query: str, environ: Environ) -> Copy | Answer | None:
        """Return the page; None when Django should be asked in the ordinary way."""
        generation = store.generation.known()
        kept = self._kept.get(address)
        if kept is not None and kept.generation == generation and time.time() < kept.until:
            counting.counts[counting.HITS] += 1
            return kept.copy
        with self._lock:
            flight = self._flights.get((address, generation))
            is_first = flight is None
            if flight is None:
                flight = self._flights[address, generation] = Flight()
        if not is_first:
            flight.landed.wait(PATIENCE_SECONDS)
            counting.counts[counting.MISSES if flight.copy is None else counting.HITS] += 1
            return flight.copy
        try:
            page = self._fetch(address, query, environ)
            flight.copy = page if isinstance(page, Copy) else None
            return page
        finally:
            del self._flights[address, generation]
            flight.landed.set()

    def _fetch(self, address: str, query: str, environ: Environ) -> Copy | Answer:
        """Return the page from the store, or render it unless another process is at it already."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        leased: set[str | None] = {None}  # the generations in which this thread may render
        try:
            while True:
                # Asked before the rendering begins: what is then written belongs to a later generation, and a
                # page rendered too early can never stand under it.
                found = store.find(address)
                if found.copy is not None:
                    counting.counts[counting.HITS] += 1
                    self._keep(address, Kept(found.copy, found.generation, found.until))
                    return found.copy
                if found.generation in leased or time.monotonic() > deadline:
                    return self._render(address, query, environ, found.generation)
                if found.generation and store.lease(address, found.generation):
                    # It looks again: whoever had the lease may just have finished.
                    leased.add(found.generation)
                else:
                    time.sleep(LOOK_AGAIN_SECONDS)
        finally:
            for generation in leased - {None}:
                store.release(address, str(generation))

    def _render(
        self, address: str, query: str, environ: Environ, generation: str | None
    ) -> Copy | Answer:
        """Have Django render the page, and keep it if it may be kept."""
        counting.counts[counting.MISSES] += 1
        began = time.time()
        answer = self._ask_django(environ, query)
        copy = Copy.of(*answer)
        if copy is None:
            return answer
        # Without the store nobody tells when the page changes, so the copy lives no longer than news may take.
        until = began + (store.FRESH_SECONDS if generation is None else store.SECONDS)
        if generation is not None:
            store.keep(address, generation, copy, until)
        self._keep(address, Kept(copy, generation, until))
        return copy

    def _ask_django(self, environ: Environ, query: str) -> Answer:
        """Ask for the page as nobody in particular."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: Any, _error: Any = None) -> None:
            started.append((status, list(headers)))

        response = self._application(self._bare(environ, query), start_response)
        try:
            body = b"".join(response)
        finally:
            if hasattr(response, "close"):
                response.close()
        return Answer(*started[-1], body)

    def _bare(self, environ: Environ, query: str) -> Environ:
        """Return a request of nobody: nothing that differs from one reader to the next."""
        own = urlsplit(settings.SITE_URL).netloc
        is_allowed = validate_host(split_domain_port(own)[0], settings.ALLOWED_HOSTS)
        return {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": environ["PATH_INFO"],
            "QUERY_STRING": query,
            "SERVER_NAME": environ["SERVER_NAME"],
            "SERVER_PORT": environ["SERVER_PORT"],
            "SERVER_PROTOCOL": environ["SERVER_PROTOCOL"],
            "HTTP_HOST": own if is_allowed else environ["HTTP_HOST"],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https" if settings.IS_HTTPS else "http",
            "wsgi.input": BytesIO(),
            "wsgi.errors": environ["wsgi.errors"],
            "wsgi.multithread": environ["wsgi.multithread"],
            "wsgi.multiprocess": environ["wsgi.multiprocess"],
            "wsgi.run_once": environ["wsgi.run_once"],
        }

    def _keep(self, address: str, kept: Kept) -> None:
        """Keep a copy in this process; the oldest go when there is no more room."""
        with self._lock:
            before = self._kept.pop(address, None)
            self._size += kept.copy.size - (before.copy.size if before else 0)
            self._kept[address] = kept
            while self._size > MEMORY:
                oldest = next(iter(self._kept))
                self._size -= self._kept.pop(oldest).copy.size
