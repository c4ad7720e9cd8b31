"""Which network a request comes from: the most that is looked at where too much must not come from one place."""

import ipaddress

from django.http import HttpRequest

from .proxies import read_address


def network_of(request: HttpRequest) -> str:
    """Return the network a request comes from (behind our proxies too: `hanoi_portal.proxies`)."""
    ip = read_address(request.META.get("REMOTE_ADDR", ""))
    if ip is None:
        return "?"
    if ip.version == 4:
        return f"{ipaddress.IPv4Address(int(ip) >> 8 << 8)}/24"
    return f"{ipaddress.IPv6Address(int(ip) >> 80 << 80)}/48"
