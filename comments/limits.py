"""How much may come from one network in ten minutes. Generous: thousands share one mobile operator's address.

A network is an IPv4 /24 or an IPv6 /48. Only a keyed hash of it is kept, in the cache, for the length of the
window; the hash contains the window, so nothing links one window with the next. All workers count together; while
the shared cache is away each counts for itself, so that a flood is still held, if later.
"""

import time
from collections import Counter
from datetime import UTC, datetime
from threading import Lock
from typing import Literal

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from hanoi_portal.network import network_of

WINDOW = 600  # seconds
OWN_NETWORKS = 50_000  # more than a process remembers by itself

Kind = Literal["posts", "codes", "sounds", "lookups"]


def is_within(kind: Kind, request: HttpRequest) -> bool:
    """Count this request, and tell whether its network is still within the limit of the kind."""
    window = int(time.time()) // WINDOW
    key = _key(kind, window, network_of(request))
    count = _count(key) or _own.count(key, window)
    return count <= settings.COMMENT_LIMITS[kind]


def _count(key: str) -> int:
    """Count one more in the shared cache; 0 while it is away. The first of a window makes the counter."""
    for _try in range(2):
        try:
            return cache.incr(key)
        except ValueError:
            cache.add(key, 0, timeout=WINDOW)
    return 1  # it ran out between the two


def seconds_left() -> int:
    """Return in how many seconds the present window ends, for Retry-After."""
    return WINDOW - int(time.time()) % WINDOW


def open_again_at() -> datetime:
    """Return when the present window ends, for the sentence on the page; to the full minute."""
    ends = (int(time.time()) // WINDOW + 1) * WINDOW
    return datetime.fromtimestamp(ends, tz=UTC)


class _OwnCounts:
    """What this process counted by itself in one window, while the shared cache is away."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._window = 0
        self._counts: Counter[str] = Counter()

    def count(self, key: str, window: int) -> int:
        """Count once more under the key; those of earlier windows are forgotten."""
        with self._lock:
            if window != self._window or len(self._counts) > OWN_NETWORKS:
                self._window, self._counts = window, Counter()
            self._counts[key] += 1
            return self._counts[key]


_own = _OwnCounts()


def _key(kind: Kind, window: int, network: str) -> str:
    digest = salted_hmac("comments.limits", f"{kind}|{window}|{network}", algorithm="sha256")
    return f"comments:{kind}:{digest.hexdigest()[:32]}"
