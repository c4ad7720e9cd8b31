"""Guidance: articles, categories, and finding them."""
