"""The pages of guidance that search engines may find."""

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils import timezone

from .models import Article, Category


class GuidanceSitemap(Sitemap):
    """The list of articles and the categories in which there are some."""

    changefreq = "weekly"

    def items(self) -> list[str]:
        """Return the addresses."""
        categories = Category.objects.with_articles(timezone.now())
        return [reverse("article-list"), *(each.get_absolute_url() for each in categories)]

    def location(self, item: str) -> str:
        """Return the address."""
        return item


class ArticleSitemap(Sitemap):
    """Every published article."""

    def items(self) -> Any:
        """Return the articles, newest first."""
        return Article.objects.published(timezone.now()).only("slug", "changed_at")

    def lastmod(self, item: Any) -> datetime:
        """Return when its text last changed."""
        changed_at: datetime = item.changed_at
        return changed_at
