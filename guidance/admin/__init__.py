"""Guidance in the admin: articles and what is decided about them, categories, legal documents."""

from . import articles, categories, documents

__all__ = ["articles", "categories", "documents"]
