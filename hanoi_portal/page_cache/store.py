"""What all processes share: one generation for the whole site, the copies made in it, and who is rendering what.

The store is the cache named "pages": Redis, or files without it. A copy counts only while its generation is the
present one. Without the store there are no shared copies and every question is answered "unknown"; nothing fails.
"""

import functools
import logging
import pickle
import secrets
import threading
import time
import zlib
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, NamedTuple, ParamSpec, TypeVar

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from redis.exceptions import RedisError

from . import counting
from .copies import Copy

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = (
    60  # a copy's life: what only time changes (a scheduled page, a closing day) shows by then
)
# A process asks for the present generation this often; with the time an answer takes it stays below a second.
FRESH_SECONDS = 0.8
# Who renders a page says so; who died meanwhile has given it up by then.
LEASE_SECONDS = 10
# Changes with what `Copy` holds, so that a new release never reads what the old one wrote.
FORMAT = 1

_GENERATION = f"{FORMAT}:generation"
_AWAY = (RedisError, OSError, EOFError, pickle.PickleError, zlib.error)
logger = logging.getLogger(__name__)


class Found(NamedTuple):
    """What the store says of an address: the present generation (None: the store is away), and its copy, if any."""

    generation: str | None
    copy: Copy | None = None
    until: float = 0.0  # time.time()


@functools.cache
def _cache() -> BaseCache:
    """Return the process's own connection to the store, shared by its threads."""
    return caches.create_connection("pages")


def _unless_away(fallback: Any) -> Callable[[Callable[P, T]], Callable[P, T]]:
    def decorate(ask: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(ask)
        def asked(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return ask(*args, **kwargs)
            except _AWAY as error:
                logger.warning("Page store away (%s): %s", ask.__name__, error)
                return fallback

        return asked

    return decorate


class Generation:
    """The generation of the site as this process knows it, never older than FRESH_SECONDS."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token: str | None = None
        self._asked_at = float("-inf")
        self._owes_purge = False

    def known(self) -> str | None:
        """Return the generation, asking the store when it was not asked lately; None while the store is away."""
        if time.monotonic() - self._asked_at < FRESH_SECONDS:
            return self._token
        with self._lock:  # one thread asks, the others wait for what it hears
            began = time.monotonic()
            if began - self._asked_at >= FRESH_SECONDS:
                if self._owes_purge:
                    self._owes_purge = not _write_generation(secrets.token_hex(8))
                self._hear(_read_generation(), began)
            return self._token

    def learn(self, token: str | None, began: float) -> None:
        """Take over what the store answered to a question asked at `began` (time.monotonic())."""
        with self._lock:
            self._hear(token, began)

    def renew(self) -> None:
        """Begin a new generation: no copy made until now counts any more."""
        with self._lock:
            began = time.monotonic()
            token = secrets.token_hex(8)
            is_written = _write_generation(token)
            self._owes_purge = not is_written
            counting.count_purge()
            self._hear(token if is_written else None, began)

    def _hear(self, token: str | None, began: float) -> None:
        if began >= self._asked_at:
            self._token, self._asked_at = token, began


generation = Generation()


def find(address: str) -> Found:
    """Return the present generation and the copy that it has of an address: one question to the store."""
    began = time.monotonic()
    token, copy, until = _read(address)
    if token is None:
        token = _read_generation()
    generation.learn(token, began)
    return Found(token, copy, until)


@_unless_away(None)
def keep(address: str, token: str, copy: Copy, until: float) -> None:
    """Keep a copy made in a generation until a moment (time.time())."""
    if (seconds := until - time.time()) > 0:
        content = (token, until, copy.status, copy.headers, copy.tag, copy.body, copy.is_packed)
        _cache().set(_key("page", address), content, timeout=max(1, int(seconds)))


@_unless_away(True)
def lease(address: str, token: str) -> bool:
    """Say that this thread renders an address; False when somebody else is at it. Away: everybody renders."""
    return _cache().add(_key(f"lease:{token}", address), 1, timeout=LEASE_SECONDS)


@_unless_away(None)
def release(address: str, token: str) -> None:
    """Say that the rendering is over."""
    _cache().delete(_key(f"lease:{token}", address))


def _key(kind: str, address: str) -> str:
    return f"{FORMAT}:{kind}:{blake2b(address.encode(), digest_size=16).hexdigest()}"


@_unless_away((None, None, 0.0))
def _read(address: str) -> tuple[str | None, Copy | None, float]:
    key = _key("page", address)
    found: dict[str, Any] = _cache().get_many([_GENERATION, key])
    token = found.get(_GENERATION)
    if token is None or key not in found:
        return token, None, 0.0
    made_in, until, *parts = found[key]
    now = time.time()
    if made_in != token or until <= now:
        return token, None, 0.0
    return token, Copy(*parts), min(until, now + SECONDS)


@_unless_away(None)
def _read_generation() -> str | None:
    token: str | None = _cache().get(_GENERATION)
    if token is None:  # a store that is new, or was emptied
        _cache().add(_GENERATION, secrets.token_hex(8), timeout=None)
        token = _cache().get(_GENERATION)
    return token


@_unless_away(False)
def _write_generation(token: str) -> bool:
    _cache().set(_GENERATION, token, timeout=None)
    return True
