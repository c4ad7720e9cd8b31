"""Looking for guidance that a report used, without leaving the report."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guidance.models import Article
from guidance.search import find_articles
from hanoi_portal.text import clean_line

FOUND = 8  # articles offered for a search


@require_safe
def find_guidance(request: HttpRequest) -> HttpResponse:
    """Offer published guidance that has the words, as boxes to tick. Public: it shows what every reader may read."""
    words = clean_line(request.GET.get("q", ""))[:200]
    context = {"words": words, "found": articles_having(words)}
    return render(request, "campaigns/article_choices.html", context)


def articles_having(words: str) -> list[Article]:
    """Return the published articles that have the words, the best first."""
    return find_articles(words, FOUND)
