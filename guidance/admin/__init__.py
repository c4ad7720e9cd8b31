"""Guidance in the admin: articles and what is decided about them, all by which they are found, legal documents."""

from . import arranging, articles, documents, series, shelves

__all__ = ["arranging", "articles", "documents", "series", "shelves"]
