"""What the portal measures of itself, at /metrics, in Prometheus' text format.

Answered to a collector with METRICS_TOKEN (`Authorization: Bearer …`), or, without a token, only to this machine
itself and not through a proxy. Apps add their numbers with `registry.add_gauge`.
"""

import ipaddress

from django.conf import settings
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .models import OutgoingMail
from .page_cache import counting
from .registry import Measure, registry


@require_safe
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """Show the numbers; anyone else is not told that they are here."""
    if not _is_collector(request):
        raise Http404
    registered = [line for gauge in registry.gauges for line in _lines(*gauge)]
    lines = [*_mail_lines(), *_page_lines(), *registered]
    return HttpResponse(
        "\n".join([*lines, ""]), content_type="text/plain; version=0.0.4; charset=utf-8"
    )


def _is_collector(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")
    if "X-Forwarded-For" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _mail_lines() -> list[str]:
    counts = dict(OutgoingMail.objects.order_by().values_list("state").annotate(Count("pk")))
    now = timezone.now()
    oldest = OutgoingMail.objects.due(now).order_by().aggregate(Min("due_at"))["due_at__min"]
    late = (now - oldest).total_seconds() if oldest else 0.0
    return [
        "# HELP portal_mails Mails in the outbox, by state.",
        "# TYPE portal_mails gauge",
        *(
            f'portal_mails{{state="{state}"}} {counts.get(state, 0)}'
            for state in OutgoingMail.State
        ),
        *_lines(
            "portal_mail_delay_seconds", "How long the oldest due mail has waited.", lambda: late
        ),
    ]


def _page_lines() -> list[str]:
    counted = counting.totals()
    told = {
        "hits": (
            counted.hits,
            "Public pages answered from a copy, by all processes of this machine.",
        ),
        "misses": (counted.misses, "Public pages that had to be rendered."),
        "purges": (
            counted.purges,
            "Times that all copies were given up, because something changed.",
        ),
    }
    return [
        line
        for what, (number, meaning) in told.items()
        for line in (
            f"# HELP portal_page_cache_{what}_total {meaning}",
            f"# TYPE portal_page_cache_{what}_total counter",
            f"portal_page_cache_{what}_total {number}",
        )
    ]


def _lines(name: str, meaning: str, measure: Measure) -> list[str]:
    return [f"# HELP {name} {meaning}", f"# TYPE {name} gauge", f"{name} {measure():g}"]
