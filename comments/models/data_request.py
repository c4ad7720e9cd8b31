"""What a reader asks about the own personal data, and the day of the law."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import DataRequestQuerySet
from .comment import NAME_MAX, Comment


class DataRequest(models.Model):
    """Yêu cầu về dữ liệu cá nhân: a copy, a correction, erasure.

    What is not done at once staff do in the law's time.
    """

    class Kind(models.TextChoices):
        COPY = "copy", _("Xin bản sao")
        CORRECTION = "correction", _("Yêu cầu sửa")
        ERASURE = "erasure", _("Yêu cầu xóa")

    class State(models.TextChoices):
        OPEN = "open", _("Chờ xử lý")
        DONE = "done", _("Đã thực hiện")
        REFUSED = "refused", _("Từ chối, có lý do")

    comment = models.ForeignKey(
        Comment, verbose_name=_("bình luận"), on_delete=models.PROTECT, related_name="data_requests"
    )
    kind = models.CharField(_("yêu cầu"), max_length=10, choices=Kind.choices, editable=False)
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=State.choices, default=State.OPEN, editable=False
    )
    # What is to stand above the comment instead, of a correction.
    new_name = models.CharField(
        _("họ tên đề nghị"), max_length=NAME_MAX, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("nhận lúc"), default=timezone.now, editable=False)
    due_on = models.DateField(_("hạn theo luật"), editable=False)
    answer = models.TextField(_("câu trả lời"), blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người xử lý"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True, editable=False)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("yêu cầu về dữ liệu cá nhân")
        verbose_name_plural = _("yêu cầu về dữ liệu cá nhân")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "kind"],
                condition=Q(state="open"),
                name="data_request_open_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer=""),
                name="data_request_refused_in_writing",
            ),
        ]

    def __str__(self) -> str:
        return _("%(kind)s: bình luận số %(number)s") % {
            "kind": self.get_kind_display(),
            "number": self.comment_id,
        }
