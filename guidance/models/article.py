"""Articles (bài hướng dẫn)."""

import re
from datetime import date
from itertools import takewhile
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanoi_portal.html import PICTURES, clean_html, plain_text
from hanoi_portal.text import fold

from ..querysets import ArticleQuerySet
from .audience import Audience
from .category import Category
from .document import LegalDocument
from .revision import TEXT_FIELDS, Revision
from .tag import Tag

_PICTURE = re.compile(rf'<img [^>]*?src="({PICTURES}[^"]+)"')


class Article(models.Model):
    """A guidance article. Readers see it while it is published and its time has come.

    `state` is what readers get; `stage` is how far the text that they do not get yet has come. That text is in the
    article itself until it is published; from then on in `working`, a revision, so that readers keep the old one, also
    as the title of what is gone.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Bản thảo")
        PUBLISHED = "published", _("Đã xuất bản")
        EXPIRED = "expired", _("Đã hết hạn")
        WITHDRAWN = "withdrawn", _("Đã rút")

    class Stage(models.TextChoices):
        WRITING = "writing", _("Đang soạn")
        IN_REVIEW = "in_review", _("Chờ duyệt")
        APPROVED = "approved", _("Đã duyệt")
        SCHEDULED = "scheduled", _("Chờ đến giờ đăng")

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
    tags = models.ManyToManyField(Tag, verbose_name=_("thẻ"), blank=True, related_name="articles")
    audiences = models.ManyToManyField(
        Audience, verbose_name=_("dành cho"), blank=True, related_name="articles"
    )
    documents = models.ManyToManyField(
        LegalDocument, verbose_name=_("văn bản liên quan"), blank=True, related_name="articles"
    )
    related = models.ManyToManyField("self", verbose_name=_("bài liên quan"), blank=True)
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    stage = models.CharField(
        _("bước soạn thảo"),
        max_length=10,
        choices=Stage.choices,
        default=Stage.WRITING,
        editable=False,
    )
    working = models.OneToOneField(
        Revision,
        verbose_name=_("bản đang sửa"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    published_at = models.DateTimeField(_("đăng lúc"), null=True, blank=True)
    publish_at = models.DateTimeField(_("hẹn đăng lúc"), null=True, blank=True, editable=False)
    text_changed_at = models.DateTimeField(
        _("nội dung thay đổi lúc"), null=True, blank=True, editable=False
    )
    change_note = models.CharField(
        _("nội dung thay đổi"), max_length=300, blank=True, editable=False
    )
    pending_note = models.CharField(  # the change note that a scheduled text will bring
        max_length=300, blank=True, editable=False
    )
    expires_at = models.DateTimeField(_("hết hạn lúc"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người phụ trách"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    review_on = models.DateField(_("ngày xem lại"), null=True, blank=True)
    # Since when the text has been at its stage: how long it waits for somebody.
    stage_since = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    review_told_for = models.DateField(null=True, editable=False)  # the day it was mailed about
    successor = models.ForeignKey(
        "self",
        verbose_name=_("bài thay thế"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
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
            ),
            models.CheckConstraint(
                condition=~Q(stage="scheduled") | Q(publish_at__isnull=False),
                name="article_scheduled_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "published_at", "id"], name="article_published"),
            models.Index(
                fields=["publish_at"], name="article_scheduled", condition=Q(stage="scheduled")
            ),
        ]

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

    @property
    def picture(self) -> str:
        """Return the address of the first picture in the text; empty where there is none."""
        found = _PICTURE.search(self.body)
        return found[1] if found else ""

    @property
    def has_unseen_text(self) -> bool:
        """Whether there is a text that readers do not get: the article is not published, or is being changed."""
        return self.state != self.State.PUBLISHED or self.working_id is not None

    @property
    def modified_at(self) -> Any:
        """When the text that readers get last changed."""
        return self.text_changed_at or self.published_at or self.changed_at

    @property
    def edit_mark(self) -> str:
        """What tells one saved text from the next: a form that carries an older one was overtaken."""
        return f"{self.changed_at.isoformat()}/{self.working_id or ''}"

    def is_due_for_review(self, on: date) -> bool:
        """Tell whether somebody should look, on a day, whether the published text is still right."""
        is_shown = self.state == self.State.PUBLISHED
        return is_shown and self.review_on is not None and self.review_on <= on

    def writers(self) -> set[int]:
        """Return the ids of those who wrote what readers do not get yet; one query."""
        if self._state.adding:
            return set()
        rows = list(self.revisions.values_list("saved_by", "shown_at"))
        unseen = takewhile(lambda row: row[1] is None, rows)
        return {writer for writer, _shown_at in unseen if writer is not None}

    def text(self) -> dict[str, Any]:
        """Return what editors work on, field by field: the working copy where there is one."""
        own = {name: getattr(self, name) for name in TEXT_FIELDS}
        return own if self.working is None else {**own, **self.working.text}

    def take_text(self, text: dict[str, Any]) -> "Article":
        """Have this object (not its row) say something else: for forms, previews and checks; return it."""
        for name, value in text.items():
            setattr(self, name, value)
        return self


def search_text_of(title: str, summary: str, body: str) -> str:
    """Return the folded words in which search looks, a space on both sides of each."""
    return f" {fold(f'{title} {summary} {plain_text(body)}')} "


class ArrangedArticle(Article):
    """The same article, as the admin's page shows it on which it is put among the others."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("xếp bài")
        verbose_name_plural = _("xếp bài: thẻ, đối tượng, liên quan, tệp kèm")
