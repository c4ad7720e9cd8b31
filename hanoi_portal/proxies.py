"""Where a request comes from, behind proxies. A header is believed only as far as proxies of our own wrote it.

Each proxy adds, on the right of X-Forwarded-For, the address that it was asked from. Read from the right, the first
address that is none of ours is the reader's; whatever stands left of it was typed by the reader.
"""

import ipaddress
from collections.abc import Callable, Sequence
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

FORWARDED_FOR, FORWARDED_PROTO = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"


class ProxyMiddleware:
    """Put the reader's own address into REMOTE_ADDR; forget X-Forwarded-Proto from anybody but our proxies.

    Everything behind it (limits of comments, of sign-in, the redirect to https) asks Django as if there were no proxy.
    X-Forwarded-For itself stays: that a request was forwarded at all is known by it (`metrics`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its true address."""
        meta = request.META
        trusted = tuple(settings.TRUSTED_PROXIES)
        if is_ours(meta.get("REMOTE_ADDR", ""), trusted):
            if FORWARDED_FOR in meta:
                meta["REMOTE_ADDR"] = first_foreign(
                    [meta["REMOTE_ADDR"], *reversed(meta[FORWARDED_FOR].split(","))], trusted
                )
        else:
            meta.pop(FORWARDED_PROTO, None)
        return self.get_response(request)


def first_foreign(addresses: Sequence[str], trusted: tuple[str, ...]) -> str:
    """Return the first address, nearest first, that is none of ours; the last of ours where nothing else is one."""
    nearest = addresses[0]
    for text in addresses[1:]:
        address = read_address(text)
        if address is None:
            break
        nearest = str(address)
        if not is_ours(nearest, trusted):
            break
    return nearest


@lru_cache(maxsize=1024)
def is_ours(text: str, trusted: tuple[str, ...]) -> bool:
    """Tell whether an address is within the networks; "unix" among them means a socket, which has no address."""
    if not text:
        return "unix" in trusted
    address = read_address(text)
    networks = (ipaddress.ip_network(each) for each in trusted if each != "unix")
    return address is not None and any(address in network for network in networks)


def read_address(text: str) -> IPAddress | None:
    """Return an address as proxies write it, perhaps with a port; IPv4 within IPv6 as IPv4. None if it is none."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
