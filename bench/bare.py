"""The bare Django view that pages are compared with: no middleware, no template, no database."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def answer(request: HttpRequest) -> HttpResponse:
    """Answer a few bytes."""
    return HttpResponse(b"xin chao", content_type="text/plain")


urlpatterns = [path("", answer)]
