"""Finds articles by words, with or without diacritics; the guidance app's source for /tim-kiem/.

What is searched is `Article.search_text`: folded words with a space on both sides, so that " ung " and " xu" find
words and beginnings of words, never the middle of one.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.html import plain_text
from hanoi_portal.registry import SearchHit
from hanoi_portal.search import excerpt, score_text
from hanoi_portal.text import fold

from .models import Article

# So many candidates are scored; beyond them the newest win.
CANDIDATES = 200


def find_articles(query: str, limit: int) -> Iterable[SearchHit]:
    """Return the published articles that have all words of the query, the best first."""
    words = fold(query).split()
    if not words:
        return []
    found = Article.objects.published(timezone.now()).filter(_has_all(words))
    hits = [_hit(article, query) for article in found[:CANDIDATES]]
    return sorted(hits, key=lambda hit: -hit.score)[:limit]


def _has_all(words: list[str]) -> Q:
    """Every word, the last one also as a beginning: it may not be typed to its end."""
    condition = Q(search_text__contains=f" {words[-1]}")
    for word in words[:-1]:
        condition &= Q(search_text__contains=f" {word} ")
    return condition


def _hit(article: Any, query: str) -> SearchHit:
    text = f"{article.summary}\n{plain_text(article.body)}"
    return SearchHit(
        kind=_("Bài hướng dẫn"),
        title=article.title,
        url=article.get_absolute_url(),
        summary=excerpt(text, query),
        score=score_text(query, article.title, text),
        date=article.published_at,
    )
