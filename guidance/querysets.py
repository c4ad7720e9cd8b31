"""Named reads of articles."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from .models import Article


class ArticleQuerySet(models.QuerySet[Any]):
    """Reads of articles."""

    def published(self, at: datetime) -> "ArticleQuerySet":
        """Return what readers may see at a moment, newest first."""
        return self.filter(state="published", published_at__lte=at).order_by("-published_at", "-pk")

    def newer_than(self, article: "Article") -> "ArticleQuerySet":
        """Return the articles after this one, nearest first ("Các bài mới đăng")."""
        later = Q(published_at__gt=article.published_at) | Q(
            published_at=article.published_at, pk__gt=article.pk
        )
        return self.filter(later).order_by("published_at", "pk")

    def older_than(self, article: "Article") -> "ArticleQuerySet":
        """Return the articles before this one, nearest first ("Các bài đã đăng")."""
        earlier = Q(published_at__lt=article.published_at) | Q(
            published_at=article.published_at, pk__lt=article.pk
        )
        return self.filter(earlier).order_by("-published_at", "-pk")
