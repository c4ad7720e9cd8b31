"""What guidance stores: articles, their categories, and legal documents."""

from .article import Article, search_text_of
from .category import Category
from .document import LegalDocument
from .slug import RESERVED_SLUGS, free_slug

__all__ = [
    "RESERVED_SLUGS",
    "Article",
    "Category",
    "LegalDocument",
    "free_slug",
    "search_text_of",
]
