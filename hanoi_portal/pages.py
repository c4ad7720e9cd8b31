"""The standing pages a public site owes its readers, and the style guide."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from . import styleguide
from .organisation import facts
from .page_cache.declaring import public_page

PAGES = {
    "gioi-thieu": "about",
    "quyen-rieng-tu": "privacy",
    "tro-giup-tiep-can": "accessibility",
    "bao-tin-sai": "report_false_news",
}


@require_safe
@public_page()
def standing_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of the standing pages; its words are in its template, save who runs the portal."""
    context = {"facts": facts()} if name == "about" else {}
    return render(request, f"pages/{name}.html", context)


urlpatterns = [
    path(f"{address}/", standing_page, {"name": name}, name=f"page-{address}")
    for address, name in PAGES.items()
]
urlpatterns.append(path("phong-cach/", styleguide.show, name="styleguide"))
