"""Preview links: let somebody without an account read a text before readers get it, and answer."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .article import Article


class PreviewLink(models.Model):
    """One link to the text of an article as it is being written. What opens it is not stored (`preview_links`)."""

    article = models.ForeignKey(
        Article, verbose_name=_("bài"), on_delete=models.CASCADE, related_name="preview_links"
    )
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người tạo"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    made_at = models.DateTimeField(_("tạo lúc"), default=timezone.now)
    opens_until = models.DateTimeField(_("mở được đến"))
    revoked_at = models.DateTimeField(_("hủy lúc"), null=True, blank=True)
    answers = models.PositiveSmallIntegerField(_("số lời trả lời"), default=0)

    class Meta:
        verbose_name = _("liên kết xem trước")
        verbose_name_plural = _("liên kết xem trước")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.article} ({self.made_at:%d/%m/%Y})"

    def is_open(self, at: datetime | None = None) -> bool:
        """Tell whether the link opens: its time is not over, and nobody has revoked it."""
        return self.revoked_at is None and (at or timezone.now()) < self.opens_until
