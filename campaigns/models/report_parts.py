"""What a report carries beside words and files: pages published elsewhere; and what is typed, not yet sent."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanoi_portal.models import StoredFile

from ..querysets import CitedPageQuerySet
from .assignment import Assignment, ProgressReport
from .notice import Notice


class CitedPage(models.Model):
    """A page on the web that backs a report: an article of a press series, a post, a piece of news."""

    report = models.ForeignKey(
        ProgressReport, verbose_name=_("báo cáo"), on_delete=models.PROTECT, related_name="cited"
    )
    url = models.URLField(_("địa chỉ"), max_length=500)
    title = models.CharField(_("tên bài, trang"), max_length=300, blank=True)
    published_on = models.DateField(_("ngày đăng"), null=True, blank=True)
    published_at = models.DateTimeField(
        _("công khai trên cổng lúc"),
        null=True,
        blank=True,
        help_text=_("Do Sở chọn; trống thì chỉ đơn vị và Sở xem được."),
    )

    objects = CitedPageQuerySet.as_manager()

    class Meta:
        verbose_name = _("bài, trang đã dẫn")
        verbose_name_plural = _("bài, trang đã dẫn")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["published_at"],
                condition=Q(published_at__isnull=False),
                name="cited_published",
            )
        ]

    def __str__(self) -> str:
        return self.title or self.url


def new_stamp() -> str:
    """Return a word that no other state of a draft has."""
    return secrets.token_hex(8)


class ReportDraft(models.Model):
    """What one person, or whoever holds one letter's link, has typed about an assignment and not sent.

    `content` is the form as typed (see `campaigns.forms.ReportForm.typed`). `stamp` changes with each saving: who saves
    from an older one is told, and nothing is lost.
    """

    assignment = models.ForeignKey(
        Assignment, verbose_name=_("phân công"), on_delete=models.CASCADE, related_name="drafts"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người viết"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    notice = models.ForeignKey(
        Notice,
        verbose_name=_("qua liên kết của thông báo"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    content: Any = models.JSONField(_("nội dung"), default=dict)
    stamp = models.CharField(max_length=32, default=new_stamp, editable=False)
    saved_at = models.DateTimeField(_("lưu lúc"), default=timezone.now)
    submitted_at = models.DateTimeField(
        _("trình lúc"),
        null=True,
        blank=True,
        help_text=_("Đang chờ lãnh đạo đơn vị duyệt; sửa bản nháp là rút lại."),
    )
    submitted_keys: Any = models.JSONField(_("tệp đã trình"), default=list, blank=True)
    head_words = models.TextField(_("lời lãnh đạo đơn vị khi trả lại"), blank=True)

    class Meta:
        verbose_name = _("báo cáo viết dở")
        verbose_name_plural = _("báo cáo viết dở")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, notice__isnull=True)
                | Q(user__isnull=True, notice__isnull=False),
                name="draft_of_one_holder",
            ),
            models.UniqueConstraint(
                "assignment", "user", condition=Q(user__isnull=False), name="draft_once_a_person"
            ),
            models.UniqueConstraint(
                "assignment", "notice", condition=Q(notice__isnull=False), name="draft_once_a_link"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} ({self.saved_at:%d/%m/%Y})"


class DraftFile(models.Model):
    """A file that came before its report was sent."""

    draft = models.ForeignKey(
        ReportDraft,
        verbose_name=_("báo cáo viết dở"),
        on_delete=models.CASCADE,
        related_name="files",
    )
    stored = models.OneToOneField(
        StoredFile, verbose_name=_("tệp"), on_delete=models.PROTECT, related_name="draft_file"
    )

    class Meta:
        verbose_name = _("tệp của báo cáo viết dở")
        verbose_name_plural = _("tệp của báo cáo viết dở")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.stored)
