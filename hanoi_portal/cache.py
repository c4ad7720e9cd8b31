"""The caches of the portal: a Redis that may be away, and files of which one process at a time may be the first."""

import contextlib
import fcntl
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _tolerant(name: str, fallback: Any) -> Any:
    def method(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(RedisCache, name)(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            logger.warning("Cache unreachable (%s): %s", name, error)
            if name == "get":
                return kwargs.get("default", args[1] if len(args) > 1 else None)
            return fallback() if callable(fallback) else fallback

    method.__name__ = name
    method.__doc__ = f"`RedisCache.{name}`, answering {fallback!r} while Redis is away."
    return method


class _Client(RedisCacheClient):
    """Django's, with one client for all commands instead of one for each, and counting in one round trip."""

    COUNT = """
        if redis.call("EXISTS", KEYS[1]) == 0 then return false end
        return redis.call("INCRBY", KEYS[1], ARGV[1])
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clients: dict[bool, Any] = {}
        self._count = self.get_client(write=True).register_script(self.COUNT)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Return the client to read or to write with; it keeps its connections in a pool."""
        if write not in self._clients:
            self._clients[write] = super().get_client(key, write=write)
        return self._clients[write]

    def incr(self, key: Any, delta: int) -> int:
        """Add to what is counted under the key; ValueError when nothing is."""
        counted = self._count(keys=[key], args=[delta])
        if counted is None:
            raise ValueError(f"Key '{key}' not found.")
        return int(counted)


class TolerantRedisCache(RedisCache):
    """Django's Redis cache; while Redis is away reads miss and writes are lost, without an error."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    add = _tolerant("add", True)
    get = _tolerant("get", None)
    set = _tolerant("set", None)
    touch = _tolerant("touch", False)
    delete = _tolerant("delete", False)
    get_many = _tolerant("get_many", dict)
    has_key = _tolerant("has_key", False)
    incr = _tolerant("incr", 0)  # nobody counted: what was never counted before is 1
    set_many = _tolerant("set_many", list)
    delete_many = _tolerant("delete_many", None)
    clear = _tolerant("clear", False)


class FirstComesFileCache(FileBasedCache):
    """Django's file cache, in which `add` succeeds for one process only and `incr` counts each, as they do in Redis."""

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Store the value unless there is one; the file is linked into place, which only one can do."""
        if self.has_key(key, version):
            return False
        own: Any = self  # what Django's class has, its type stubs leave out
        own._createdir()
        handle, made = tempfile.mkstemp(dir=own._dir)
        try:
            with os.fdopen(handle, "wb") as file:
                own._write_content(file, timeout, value)
            with contextlib.suppress(FileExistsError):
                Path(own._key_to_file(key, version)).hardlink_to(made)
                return True
        finally:
            Path(made).unlink()
        return False

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Add to what is counted under the key, one process after the other; ValueError when nothing is."""
        own: Any = self
        own._createdir()
        with Path(own._dir, "counting.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return super().incr(key, delta, version)
