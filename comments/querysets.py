"""Named reads of comments."""

from typing import Any

from django.db import models


class CommentQuerySet(models.QuerySet[Any]):
    """Reads of comments."""

    def published(self) -> "CommentQuerySet":
        """Return what readers see, oldest first."""
        return self.filter(state="published").order_by("created_at", "pk")

    def waiting(self) -> "CommentQuerySet":
        """Return the moderators' queue, oldest first."""
        return self.filter(state="waiting").order_by("created_at", "pk")
