"""How much may come from one network in ten minutes. Generous: thousands share one mobile operator's address.

A network is an IPv4 /24 or an IPv6 /48. Only a keyed hash of it is kept, in the cache, for the length of the
window; the hash contains the window, so nothing links one window with the next. Without a working cache nothing is
refused.
"""

import ipaddress
import time
from typing import Literal

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from hanoi_portal.proxies import read_address

WINDOW = 600  # seconds

Kind = Literal["posts", "codes", "sounds", "lookups"]


def is_within(kind: Kind, request: HttpRequest) -> bool:
    """Count this request, and tell whether its network is still within the limit of the kind."""
    window = int(time.time()) // WINDOW
    key = _key(kind, window, network_of(request))
    cache.add(key, 0, timeout=WINDOW)
    try:
        count = cache.incr(key)
    except ValueError:  # it ran out between the two lines
        count = 1
    return count <= settings.COMMENT_LIMITS[kind]


def seconds_left() -> int:
    """Return when the present window ends, for Retry-After."""
    return WINDOW - int(time.time()) % WINDOW


def network_of(request: HttpRequest) -> str:
    """Return the network a request comes from (behind our proxies too: `hanoi_portal.proxies`)."""
    ip = read_address(request.META.get("REMOTE_ADDR", ""))
    if ip is None:
        return "?"
    prefix = 24 if ip.version == 4 else 48
    return str(ipaddress.ip_network((ip, prefix), strict=False))


def _key(kind: Kind, window: int, network: str) -> str:
    digest = salted_hmac("comments.limits", f"{kind}|{window}|{network}", algorithm="sha256")
    return f"comments:{kind}:{digest.hexdigest()[:32]}"
