"""The bare Django view that pages are compared with, no template and no database, beside the portal's addresses."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def answer(request: HttpRequest) -> HttpResponse:
    """Answer a few bytes."""
    return HttpResponse(b"xin chao", content_type="text/plain")


urlpatterns = [path("tran/", answer), path("", include("hanoi_portal.urls"))]
