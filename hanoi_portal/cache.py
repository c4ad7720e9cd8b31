"""A Redis cache that degrades: with Redis away there is no cache, but always a page."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
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


class TolerantRedisCache(RedisCache):
    """Django's Redis cache; while Redis is away reads miss and writes are lost, without an error."""

    add = _tolerant("add", True)
    get = _tolerant("get", None)
    set = _tolerant("set", None)
    touch = _tolerant("touch", False)
    delete = _tolerant("delete", False)
    get_many = _tolerant("get_many", dict)
    has_key = _tolerant("has_key", False)
    incr = _tolerant("incr", 1)
    set_many = _tolerant("set_many", list)
    delete_many = _tolerant("delete_many", None)
    clear = _tolerant("clear", False)
