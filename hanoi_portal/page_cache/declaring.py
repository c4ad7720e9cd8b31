"""`@public_page("trang")`: says of a view that its page is the same for everybody, and what it depends on."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

KEPT_STATUSES = frozenset({200, 410})  # a page, and the explanation that stands in its place
# A browser, a proxy or a CDN may answer from its own copy for a second, and for five minutes while we are away.
FOR_CACHES = "public, max-age=1, stale-if-error=300"


def public_page(*parameters: str) -> Callable[[View], View]:
    """Declare a page that depends on its path and on these query parameters, and on nothing else of a request.

    Pages that differ in other parameters, in cookies or in headers share one copy: they are rendered without them.
    An empty parameter is the same as none.
    """

    def declare(view: View) -> View:
        @functools.wraps(view)
        def show(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            if response.status_code in KEPT_STATUSES:
                response.headers.setdefault("Cache-Control", FOR_CACHES)
            return response

        show.page_parameters = frozenset(parameters)  # type: ignore[attr-defined]
        return cast("View", show)

    return declare


def parameters_of(view: Callable[..., Any]) -> frozenset[str] | None:
    """Return what a declared page depends on; None for a view that is not a public page."""
    return getattr(view, "page_parameters", None)
