"""Named reads of comments."""

from typing import Any

from django.db import models


class CommentQuerySet(models.QuerySet[Any]):
    """Reads of comments. A read never decrypts the phone unless it says so: use these, not `.all()`."""

    def without_phone(self) -> "CommentQuerySet":
        """Leave the phone in the database, encrypted; whoever asks for it causes a query of its own."""
        return self.defer("phone")

    def published(self) -> "CommentQuerySet":
        """Return what readers see, newest first: what has just been published stands on the first page."""
        return self.without_phone().filter(state="published").order_by("-created_at", "-pk")

    def waiting(self) -> "CommentQuerySet":
        """Return the moderators' queue, oldest first."""
        return self.without_phone().filter(state="waiting").order_by("created_at", "pk")

    def recently_decided(self) -> "CommentQuerySet":
        """Return what was decided, the latest first."""
        return self.without_phone().filter(decided_at__isnull=False).order_by("-decided_at")
