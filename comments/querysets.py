"""Named reads of comments, appeals and requests about personal data."""

from typing import Any

from django.db import models


class CommentQuerySet(models.QuerySet[Any]):
    """Reads of comments. A read never decrypts phone or address unless it says so: use these, not `.all()`."""

    def without_phone(self) -> "CommentQuerySet":
        """Leave phone and address in the database, encrypted; whoever asks for one causes a query of its own."""
        return self.defer("phone", "mail")

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
