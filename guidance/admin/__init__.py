"""Guidance in the admin: articles and categories, legal documents."""

from . import articles, documents

__all__ = ["articles", "documents"]
