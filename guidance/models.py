"""Articles (bài hướng dẫn), their categories (chuyên mục), and legal documents (văn bản pháp luật)."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanoi_portal.document_number import LONGEST
from hanoi_portal.html import clean_html, plain_text
from hanoi_portal.models import StoredFile
from hanoi_portal.text import fold, slugify

from .querysets import ArticleQuerySet, CategoryQuerySet, LegalDocumentQuerySet

# Words that stand where an article's address could stand: /huong-dan/chuyen-muc/…
RESERVED_SLUGS = frozenset({"chuyen-muc"})


class Category(models.Model):
    """A subject under which articles are found."""

    name = models.CharField(_("tên"), max_length=100, unique=True)
    slug = models.SlugField(_("địa chỉ"), max_length=80, unique=True)
    summary = models.CharField(_("giới thiệu"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=100)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("chuyên mục")
        verbose_name_plural = _("chuyên mục")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the category's page."""
        return f"/huong-dan/chuyen-muc/{self.slug}/"


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


class LegalDocument(models.Model):
    """A document of law or of administration that readers may want to look up. They see it while it is public."""

    class Kind(models.TextChoices):
        LAW = "law", _("Luật")
        ORDINANCE = "ordinance", _("Pháp lệnh")
        RESOLUTION = "resolution", _("Nghị quyết")
        DECREE = "decree", _("Nghị định")
        DECISION = "decision", _("Quyết định")
        DIRECTIVE = "directive", _("Chỉ thị")
        CIRCULAR = "circular", _("Thông tư")
        OTHER = "other", _("Văn bản khác")

    class Status(models.TextChoices):
        """As the national database of legal documents words it."""

        IN_FORCE = "in_force", _("Còn hiệu lực")
        PARTLY = "partly", _("Hết hiệu lực một phần")
        ENDED = "ended", _("Hết hiệu lực")
        UPCOMING = "upcoming", _("Chưa có hiệu lực")

    number = models.CharField(_("số, ký hiệu"), max_length=LONGEST)
    slug = models.SlugField(_("địa chỉ"), max_length=120, unique=True)
    kind = models.CharField(_("loại văn bản"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("trích yếu"), max_length=500)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=200)
    issued_on = models.DateField(_("ngày ban hành"))
    effective_on = models.DateField(_("ngày có hiệu lực"), null=True, blank=True)
    status = models.CharField(
        _("tình trạng hiệu lực"), max_length=8, choices=Status.choices, default=Status.IN_FORCE
    )
    abstract = models.TextField(_("tóm tắt"), max_length=2000, blank=True)
    file = models.OneToOneField(
        StoredFile,
        verbose_name=_("tệp văn bản"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    source_url = models.URLField(_("địa chỉ nguồn"), max_length=500, blank=True)
    amends = models.ManyToManyField(
        "self",
        verbose_name=_("sửa đổi, bổ sung cho"),
        symmetrical=False,
        blank=True,
        related_name="amended_by",
    )
    is_public = models.BooleanField(_("công khai"), default=False, editable=False)
    search_text = models.TextField(editable=False, blank=True)
    changed_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    objects = LegalDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("văn bản pháp luật")
        verbose_name_plural = _("văn bản pháp luật")
        ordering = ["-issued_on", "number"]
        permissions = [("publish_legaldocument", _("Công khai và ẩn văn bản"))]
        constraints = [
            # Most numbers begin at 01 again every year.
            models.UniqueConstraint(
                fields=["number", "issued_on"],
                name="legal_document_number_of_its_day",
                violation_error_message=_("Văn bản có số và ngày ban hành này đã có trên cổng."),
            )
        ]
        indexes = [models.Index(fields=["is_public", "-issued_on"], name="legal_document_public")]

    def __str__(self) -> str:
        return f"{self.number} – {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the document with the folded words in which search looks."""
        said = f"{self.number} {self.get_kind_display()} {self.title} {self.issuer} {self.abstract}"
        self.search_text = f" {fold(said)} "
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search_text"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the document's public page."""
        return f"/van-ban/{self.slug}/"

    def get_file_url(self) -> str:
        """Return where the document's file can be downloaded."""
        return f"{self.get_absolute_url()}tep/"

    def status_on(self, day: date) -> "LegalDocument.Status":
        """Return how the document stands on a day: what was still to come holds once its day is there."""
        is_here = self.effective_on is not None and self.effective_on <= day
        if self.status == self.Status.UPCOMING and is_here:
            return self.Status.IN_FORCE
        return self.Status(self.status)

    def today(self) -> "LegalDocument.Status":
        """Return how the document stands today, in Hà Nội."""
        return self.status_on(timezone.localdate())


def search_text_of(title: str, summary: str, body: str) -> str:
    """Return the folded words in which search looks, a space on both sides of each."""
    return f" {fold(f'{title} {summary} {plain_text(body)}')} "


def free_slug(model: type[Article] | type[Category] | type[LegalDocument], text: str) -> str:
    """Return an address made of the text's words that no other row of the model has."""
    longest = model._meta.get_field("slug").max_length or 80
    stem = slugify(text, longest - 5) or "bai"
    taken = set(model._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= RESERVED_SLUGS
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
