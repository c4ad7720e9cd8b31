"""The pages of guidance that search engines may find."""

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils import timezone

from .models import Article, Audience, Category, LegalDocument, Series, Tag


class GuidanceSitemap(Sitemap):
    """The lists of articles and of legal documents, and all under which there are articles."""

    changefreq = "weekly"

    def items(self) -> list[str]:
        """Return the addresses."""
        now = timezone.now()
        shelves = [
            *Category.objects.with_articles(now),
            *Audience.objects.with_articles(now),
            *Tag.objects.with_articles(now),
            *Series.objects.filter(parts__article__in=Article.objects.published(now)).distinct(),
        ]
        lists = [reverse("article-list"), reverse("document-list")]
        return [*lists, *(each.get_absolute_url() for each in shelves)]

    def location(self, item: str) -> str:
        """Return the address."""
        return item


class ArticleSitemap(Sitemap):
    """Every published article."""

    def items(self) -> Any:
        """Return the articles, newest first."""
        shown = Article.objects.published(timezone.now())
        return shown.only("slug", "changed_at", "published_at", "text_changed_at")

    def lastmod(self, item: Any) -> datetime:
        """Return when its text last changed."""
        modified_at: datetime = item.modified_at
        return modified_at


class DocumentSitemap(Sitemap):
    """Every public legal document."""

    def items(self) -> Any:
        """Return the documents, newest first."""
        return LegalDocument.objects.public().only("slug", "changed_at")

    def lastmod(self, item: Any) -> datetime:
        """Return when what is said of it last changed."""
        changed_at: datetime = item.changed_at
        return changed_at
