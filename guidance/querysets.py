"""Named reads of articles, categories and legal documents."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Q

if TYPE_CHECKING:
    from hanoi_portal.models import User


# A form says this often enough that it is still open (static/js/autosave.js).
OPEN_FOR = timedelta(seconds=90)


def has_all(words: Sequence[str]) -> Q:
    """Every one of the folded words, the last one also as a beginning: it may not be typed to its end."""
    condition = Q(search_text__contains=f" {words[-1]}")
    for word in words[:-1]:
        condition &= Q(search_text__contains=f" {word} ")
    return condition


class ArticleQuerySet(models.QuerySet[Any]):
    """Reads of articles."""

    def published(self, at: datetime) -> "ArticleQuerySet":
        """Return what readers may see at a moment, newest first."""
        return self.filter(state="published", published_at__lte=at).order_by("-published_at", "-pk")

    def readable(self, at: datetime) -> "ArticleQuerySet":
        """Return what has an address that answers readers: published, or gone with an explanation."""
        shown = Q(state="published", published_at__lte=at)
        return self.filter(shown | Q(state__in=["withdrawn", "expired"]))

    def listed(self) -> "ArticleQuerySet":
        """Load what a list shows of an article, not its text."""
        return self.select_related("category").defer("body", "search_text")

    def linked(self) -> "ArticleQuerySet":
        """Load what a link to an article shows."""
        return self.only("title", "slug", "published_at")

    def unseen(self) -> "ArticleQuerySet":
        """Return those with a text that readers do not get: `Article.has_unseen_text` for the database."""
        return self.exclude(state="published", working=None)

    def waiting(self) -> "ArticleQuerySet":
        """Return what publishers have yet to approve or to publish, the longest waiting first."""
        waiting = self.unseen().filter(stage__in=["in_review", "approved"])
        return waiting.order_by("stage_since", "pk")

    def written_by(self, user: "User") -> "ArticleQuerySet":
        """Return what the user began or answers for, and is being written."""
        own = Q(created_by=user) | Q(owner=user)
        return self.unseen().filter(own, stage="writing", state__in=["draft", "published"])

    def sent_on_by(self, user: "User") -> "ArticleQuerySet":
        """Return what the user began or answers for, and waits for others or for its hour."""
        return self.unseen().filter(Q(created_by=user) | Q(owner=user)).exclude(stage="writing")

    def due_for_review(self, on: date) -> "ArticleQuerySet":
        """Return what is due for review on a day: `Article.is_due_for_review` for the database."""
        return self.filter(state="published", review_on__lte=on).order_by("review_on", "pk")


class AutosaveQuerySet(models.QuerySet[Any]):
    """Reads of what is being typed."""

    def of_form(self, kind: str, thing_id: int) -> "AutosaveQuerySet":
        """Return everybody's of one form; 0 is the form of a new thing, which nobody shares."""
        return self.filter(kind=kind, thing_id=thing_id)

    def open_by_others(self, user: "User", at: datetime) -> "AutosaveQuerySet":
        """Return those of other people who had the form open just before a moment."""
        still = self.filter(thing_id__gt=0, seen_at__gt=at - OPEN_FOR).exclude(user=user)
        return still.select_related("user").order_by("seen_at", "pk")


class CategoryQuerySet(models.QuerySet[Any]):
    """Reads of categories."""

    def with_articles(self, at: datetime) -> "CategoryQuerySet":
        """Return the categories in which readers find something, each with its `article_count`."""
        shown = Q(articles__state="published", articles__published_at__lte=at)
        counted = self.annotate(article_count=Count("articles", filter=shown))
        return counted.filter(article_count__gt=0).order_by("position", "name")


class ShelfQuerySet(models.QuerySet[Any]):
    """Reads of what articles stand under besides their category: tags, audiences."""

    def with_articles(self, at: datetime) -> "ShelfQuerySet":
        """Return those under which readers find something, each with its `article_count`."""
        shown = Q(articles__state="published", articles__published_at__lte=at)
        counted = self.annotate(article_count=Count("articles", filter=shown))
        return counted.filter(article_count__gt=0)


class LegalDocumentQuerySet(models.QuerySet[Any]):
    """Reads of legal documents."""

    def public(self) -> "LegalDocumentQuerySet":
        """Return what readers may see, the newest first."""
        return self.filter(is_public=True).order_by("-issued_on", "number")

    def standing(self, status: str, on: date) -> "LegalDocumentQuerySet":
        """Return the documents that stand so on a day (the same as `LegalDocument.status_on`)."""
        is_here = Q(status="upcoming", effective_on__lte=on)
        if status == "in_force":
            return self.filter(Q(status="in_force") | is_here)
        return self.filter(status=status).exclude(is_here)

    def having(self, words: Sequence[str]) -> "LegalDocumentQuerySet":
        """Return the documents in which all the folded words stand."""
        return self.filter(has_all(words))

    def listed(self) -> "LegalDocumentQuerySet":
        """Load what a list shows of a document."""
        return self.defer("abstract", "search_text")
