"""Public pages go over the line compressed, also where no nginx stands in front.

Only pages that are the same for everybody: a page with a secret of its reader (a form token) must not be
compressed together with what somebody else may have put into it (the BREACH attack).
"""

import gzip
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import has_vary_header, patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponseBase]

WORTH_IT = 1024  # bytes; below that the line carries it in one packet anyway
TEXTS = (
    "text/",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/json",
    "image/svg+xml",
)
_REFUSED_GZIP = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")


class CompressPublicPages:
    """Gzip texts that depend on no cookie; the same page is always the same bytes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, compressed where it is worth it, allowed and harmless."""
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or not is_compressible(response):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if accepts_gzip(request.headers.get("Accept-Encoding", "")):
            response.content = gzip.compress(response.content, compresslevel=6, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
            if (etag := response.get("ETag", "")) and not etag.startswith("W/"):
                response.headers["ETag"] = f"W/{etag}"
        return response


def accepts_gzip(value: str) -> bool:
    """Whether an Accept-Encoding allows gzip."""
    return "gzip" in value and not (";" in value and _REFUSED_GZIP.search(value))


def is_compressible(response: HttpResponse) -> bool:
    """Whether a response is a text for everybody, and long enough."""
    return (
        response.get("Content-Type", "").startswith(TEXTS)
        and not response.has_header("Content-Encoding")
        and not response.cookies
        and not has_vary_header(response, "Cookie")
        and "private" not in response.get("Cache-Control", "")
        and len(response.content) >= WORTH_IT
    )
