"""What search engines read: /robots.txt and /sitemap.xml, made of what the apps registered.

Addresses are those of SITE_URL, whatever host was asked: a copy kept on the way names no other site.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import english
from .page_cache.declaring import public_page
from .pages import PAGES
from .registry import registry

PRIVATE = (
    *("/quan-tri/", "/can-bo/", "/dang-nhap/", "/tim-kiem/", "/binh-luan/da-gui/", "/captcha/"),
    *("/en/tim-kiem/", "/en/binh-luan/da-gui/", "/en/captcha/", "/huong-dan/luot-xem/"),
)


class _Site:
    """What Django's sitemaps ask of a site."""

    def __init__(self) -> None:
        self.domain = urlsplit(settings.SITE_URL).netloc
        self.name = settings.SITE_NAME


@require_safe
@public_page()
def robots(request: HttpRequest) -> HttpResponse:
    """Say what is not for search engines, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    lines += ["", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@public_page()
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the frame's own pages, and every public page that an app registered."""
    protocol = urlsplit(settings.SITE_URL).scheme
    own = ["/", *(f"/{name}/" for name in PAGES)]
    both = [*own, *(f"{english.PREFIX}{path}" for path in own)]  # written in both languages
    urls: list[dict[str, Any]] = [{"location": f"{settings.SITE_URL}{path}"} for path in both]
    for each in registry.sitemaps.values():
        part = each() if callable(each) else each
        for number in part.paginator.page_range:
            urls += part.get_urls(page=number, site=_Site(), protocol=protocol)
    return render(request, "sitemap.xml", {"urlset": urls}, content_type="application/xml")
