"""Remarks (nhận xét): what colleagues and outside readers say about a text before readers get it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .article import Article
from .revision import Revision

REMARK_MAX = 3000


class Remark(models.Model):
    """What somebody said about an article while it was being written: a colleague, or an outside reader by name."""

    article = models.ForeignKey(
        Article, verbose_name=_("bài"), on_delete=models.CASCADE, related_name="remarks"
    )
    revision = models.ForeignKey(
        Revision,
        verbose_name=_("phiên bản"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người viết"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    author_name = models.CharField(_("tên người viết"), max_length=120)
    is_outside = models.BooleanField(_("người đọc ngoài"), default=False)
    text = models.TextField(_("lời nhận xét"), max_length=REMARK_MAX)
    said_at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("nhận xét")
        verbose_name_plural = _("nhận xét")
        ordering = ["said_at", "pk"]

    def __str__(self) -> str:
        return f"{self.author_name}: {self.text[:60]}"
