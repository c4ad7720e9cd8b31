"""Revisions (phiên bản): every save of an article's text, kept as it was."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanoi_portal.html import clean_html

from .category import Category

if TYPE_CHECKING:
    from .article import Article

# What an article says. Everything else about it (owner, dates, tags) is how it is kept, and has no working copy.
TEXT_FIELDS = ("title", "slug", "category", "summary", "body", "author_name", "source_name")


class Revision(models.Model):
    """One saved text of an article. Written once; `shown_at` tells since when readers have got it."""

    article = models.ForeignKey(
        "guidance.Article",
        verbose_name=_("bài"),
        on_delete=models.CASCADE,
        related_name="revisions",
    )
    title = models.CharField(_("tiêu đề"), max_length=250)
    slug = models.SlugField(_("địa chỉ"), max_length=120)
    category = models.ForeignKey(
        Category,
        verbose_name=_("chuyên mục"),
        null=True,  # a category may go although an old text was once in it
        on_delete=models.SET_NULL,
        related_name="+",
    )
    summary = models.TextField(_("tóm tắt"))
    body = models.TextField(_("nội dung"))
    author_name = models.CharField(_("tác giả"), max_length=120, blank=True)
    source_name = models.CharField(_("nguồn"), max_length=200, blank=True)
    saved_at = models.DateTimeField(_("lưu lúc"), default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người lưu"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    shown_at = models.DateTimeField(_("đăng lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("phiên bản")
        verbose_name_plural = _("phiên bản")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.title} ({self.pk})"

    @property
    def text(self) -> dict[str, Any]:
        """What the article says in this revision, field by field; without a category that is gone."""
        text = {name: getattr(self, name) for name in TEXT_FIELDS}
        if text["category"] is None:
            del text["category"]
        return text

    @classmethod
    def of(cls, article: "Article", text: dict[str, Any], *, by: Any) -> "Revision":
        """Return the unsaved revision of an article that says this."""
        clean = {**text, "body": clean_html(text["body"])}
        return cls(article=article, saved_by=by, **clean)
