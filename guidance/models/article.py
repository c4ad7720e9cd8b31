"""Articles (bài hướng dẫn)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanoi_portal.html import clean_html, plain_text
from hanoi_portal.text import fold

from ..querysets import ArticleQuerySet
from .category import Category


class Article(models.Model):
    """A guidance article. Readers see it while it is published and its time has come."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Bản thảo")
        PUBLISHED = "published", _("Đã xuất bản")
        WITHDRAWN = "withdrawn", _("Đã rút")

    title = models.CharField(_("tiêu đề"), max_length=250)
    slug = models.SlugField(_("địa chỉ"), max_length=120, unique=True)
    category = models.ForeignKey(
        Category, verbose_name=_("chuyên mục"), on_delete=models.PROTECT, related_name="articles"
    )
    summary = models.TextField(_("tóm tắt"), max_length=500)
    body = models.TextField(_("nội dung"))
    author_name = models.CharField(_("tác giả"), max_length=120, blank=True)
    source_name = models.CharField(
        _("nguồn"),
        max_length=200,
        blank=True,
        help_text=_("Nơi đăng đầu tiên, nếu là bài dẫn lại."),
    )
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    published_at = models.DateTimeField(_("đăng lúc"), null=True, blank=True)
    withdrawn_reason = models.TextField(_("lý do rút"), blank=True, editable=False)
    search_text = models.TextField(editable=False, blank=True)
    created_at = models.DateTimeField(_("soạn lúc"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("sửa lúc"), auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người soạn"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("bài hướng dẫn")
        verbose_name_plural = _("bài hướng dẫn")
        ordering = ["-published_at", "-pk"]
        permissions = [("publish_article", _("Xuất bản và rút bài"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="article_published_has_time",
            )
        ]
        indexes = [models.Index(fields=["state", "published_at", "id"], name="article_published")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the article with a body that is clean and a search text that is its own, whoever wrote it."""
        self.body = clean_html(self.body)
        self.search_text = search_text_of(self.title, self.summary, self.body)
        if (fields := kwargs.get("update_fields")) is not None:
            texts = {"title", "summary", "body"}
            kwargs["update_fields"] = {*fields, *({"search_text"} if texts & set(fields) else ())}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the article's public page."""
        return f"/huong-dan/{self.slug}/"


def search_text_of(title: str, summary: str, body: str) -> str:
    """Return the folded words in which search looks, a space on both sides of each."""
    return f" {fold(f'{title} {summary} {plain_text(body)}')} "
