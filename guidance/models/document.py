"""Legal documents (văn bản pháp luật)."""

from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanoi_portal.document_number import LONGEST
from hanoi_portal.models import StoredFile
from hanoi_portal.text import fold

from ..querysets import LegalDocumentQuerySet


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
