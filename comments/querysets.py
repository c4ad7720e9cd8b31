"""Named reads of comments, appeals and requests about personal data."""

from typing import Any

from django.db import models
from django.db.models.functions import Coalesce

SHOWN = (
    *("article", "parent", "name", "title", "content", "state"),
    *("created_at", "decided_at", "redacted_at"),
    *(f"official_answer__{name}" for name in ("comment", "text", "signed_as", "created_at")),
)


class CommentQuerySet(models.QuerySet[Any]):
    """Reads of comments. A read never decrypts phone or address unless it says so: use these, not `.all()`."""

    def without_phone(self) -> "CommentQuerySet":
        """Leave phone and address in the database, encrypted; whoever asks for one causes a query of its own."""
        return self.defer("phone", "mail")

    def shown(self) -> "CommentQuerySet":
        """Load what a page shows of a comment, and the Sở's answer to it."""
        return self.select_related("official_answer").only(*SHOWN)

    def threads(self, article: Any) -> "CommentQuerySet":
        """Return what stands on an article's pages, newest first; replies stand below what they reply to.

        Published comments, and those that are no longer shown but have replies that are: they keep their place.
        Each knows `reply_count` (published replies) and `thread_total` (all that is published below the article).
        """
        published = self.model.objects.filter(state="published").order_by()
        total = published.filter(article=article.pk).values("article").annotate(n=models.Count("*"))
        return (
            self.shown()
            .filter(article=article, parent=None)
            .with_reply_count()
            .filter(models.Q(state="published") | models.Q(reply_count__gt=0))
            .annotate(thread_total=Coalesce(models.Subquery(total.values("n")), 0))
            .order_by("-created_at", "-pk")
        )

    def with_reply_count(self) -> "CommentQuerySet":
        """Let each comment know how many published replies it has."""
        replies = self.model.objects.filter(state="published", parent=models.OuterRef("pk"))
        count = replies.order_by().values("parent").annotate(n=models.Count("*")).values("n")
        return self.annotate(reply_count=Coalesce(models.Subquery(count), 0))

    def most_answered(self) -> "CommentQuerySet":
        """Order threads by replies, the Sở's answer among them; the newer first where they are equal."""
        official = models.Case(models.When(official_answer__isnull=False, then=1), default=0)
        answers = models.F("reply_count") + official
        return self.alias(answers=answers).order_by("-answers", "-created_at", "-pk")

    def replies_to(self, comment: Any) -> "CommentQuerySet":
        """Return the published replies to a comment, oldest first: they are read as a talk."""
        return self.published().filter(parent=comment).order_by("created_at", "pk")

    def published(self) -> "CommentQuerySet":
        """Return what readers see, newest first: what has just been published stands on the first page."""
        shown = self.without_phone().filter(state="published").select_related("official_answer")
        return shown.order_by("-created_at", "-pk")

    def reported(self) -> "CommentQuerySet":
        """Return what stands on the page and of which readers have told moderators, the oldest first."""
        told = self.without_phone().filter(
            state="published", reports__isnull=False, reports__closed_at=None
        )
        return told.distinct().order_by("created_at", "pk")

    def waiting(self) -> "CommentQuerySet":
        """Return the moderators' queue, oldest first; also what was published unread (see ThreadSetting)."""
        unread = models.Q(state="waiting") | models.Q(state="published", decided_at=None)
        return self.without_phone().filter(unread).order_by("created_at", "pk")

    def just_decided_by(self, user: Any, since: Any) -> "CommentQuerySet":
        """Return what the moderator has decided since a moment, the latest first: what may still be undone."""
        return self.recently_decided().filter(decided_by=user, decided_at__gt=since)

    def recently_decided(self) -> "CommentQuerySet":
        """Return what was decided, the latest first."""
        return self.without_phone().filter(decided_at__isnull=False).order_by("-decided_at")


class AppealQuerySet(models.QuerySet[Any]):
    """Reads of appeals."""

    def of(self, comment: Any) -> Any:
        """Return the reader's appeal against what was decided on the comment, or None."""
        return self.filter(comment=comment).first()

    def waiting(self) -> "AppealQuerySet":
        """Return those that nobody has answered, oldest first."""
        return self.filter(state="open").order_by("created_at", "pk")

    def answerable_by(self, user: Any) -> "AppealQuerySet":
        """Return those that wait and that this moderator may answer: not whose own decline they are about."""
        return self.waiting().exclude(declined_by=user)


class DataRequestQuerySet(models.QuerySet[Any]):
    """Reads of requests about personal data."""

    def waiting(self) -> "DataRequestQuerySet":
        """Return those to carry out, the nearest day of the law first."""
        return self.filter(state="open").order_by("due_on", "pk")
