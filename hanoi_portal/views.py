"""The home page, public files, health probes and error pages."""

import mimetypes

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.template import loader
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import english, health
from .page_cache.declaring import public_page
from .registry import registry


@require_safe
@public_page()
def home(request: HttpRequest) -> HttpResponse:
    """Show what the campaign asks, and where to go on."""
    return render(request, "home.html")


@require_safe
def public_file(request: HttpRequest, name: str) -> FileResponse:
    """Serve a picture that an editor put into an article; only what lies below MEDIA_ROOT/public/."""
    if not name.startswith("public/") or ".." in name.split("/"):
        raise Http404
    content_type = mimetypes.guess_type(name)[0] or ""
    if not content_type.startswith("image/") or content_type == "image/svg+xml":
        raise Http404
    try:
        file = default_storage.open(name)
    except OSError as error:
        raise Http404 from error
    response = FileResponse(file, content_type=content_type)
    response.headers["Cache-Control"] = "public, max-age=604800"
    return response


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; asks no service."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether the database, the broker and the mail queue are ready; 503 when the database is not."""
    report = health.probe(connection)
    return JsonResponse(report.as_dict(), status=200 if report.is_ready else 503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain that the form grew old (cookies off, or another sign-in meanwhile)."""
    return render(request, "errors/csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return _error_page("errors/400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return _error_page("errors/403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Lead on from an address of before; else answer 404."""
    moved = registry.moved(request.path_info)
    if moved is not None:
        response = HttpResponsePermanentRedirect(english.in_language(moved))
        # A browser would remember it for ever, also when the page has moved back.
        response.headers["Cache-Control"] = "no-cache"
        return response
    return _error_page("errors/404.html", 404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer 429."""
    return _error_page("errors/429.html", 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without the database and without context processors."""
    return _error_page("errors/500.html", 500)


def _error_page(template: str, status: int) -> HttpResponse:
    context = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
    response = HttpResponse(loader.get_template(template).render(context), status=status)
    # A cache on the way may keep a 404 that says nothing (RFC 9110, 15.1), and then hide what is published there.
    response.headers["Cache-Control"] = "no-store"
    return response
