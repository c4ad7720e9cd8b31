"""Finds articles and legal documents by words, with or without diacritics; guidance's sources for /tim-kiem/.

What is searched is their `search_text`: folded words with a space on both sides, so that " ung " and " xu" find
words and beginnings of words, never the middle of one.
"""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.html import plain_text
from hanoi_portal.registry import SearchHit
from hanoi_portal.search import excerpt, score_text
from hanoi_portal.text import fold

from .models import Article, LegalDocument
from .querysets import has_all

# So many candidates are scored; beyond them the newest win.
CANDIDATES = 200


def find_articles(query: str, limit: int) -> Iterable[SearchHit]:
    """Return the published articles that have all words of the query, the best first."""
    words = fold(query).split()
    if not words:
        return []
    found = Article.objects.published(timezone.now()).filter(has_all(words))
    hits = [_hit(article, query) for article in found[:CANDIDATES]]
    return sorted(hits, key=lambda hit: -hit.score)[:limit]


def find_documents(query: str, limit: int) -> Iterable[SearchHit]:
    """Return the public legal documents that have all words or number parts of the query, the best first."""
    words = fold(query).split()
    if not words:
        return []
    found = LegalDocument.objects.public().having(words)
    hits = [_document_hit(document, query) for document in found[:CANDIDATES]]
    return sorted(hits, key=lambda hit: -hit.score)[:limit]


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


def _document_hit(document: Any, query: str) -> SearchHit:
    title = f"{document.get_kind_display()} {document.number}: {document.title}"
    text = f"{document.issuer}. {document.abstract}"
    return SearchHit(
        kind=_("Văn bản"),
        title=title,
        url=document.get_absolute_url(),
        summary=excerpt(text, query),
        score=score_text(query, title, text),
        date=document.issued_on,
    )
