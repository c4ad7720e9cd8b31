"""What is said about an assignment: notes among the Sở's own people, its questions to the unit, the unit's answers."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment


class Remark(models.Model):
    """One thing said; never changed. Only a note stays inside the Sở."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Ghi chú nội bộ")
        QUESTION = "question", _("Sở hỏi đơn vị")
        ANSWER = "answer", _("Đơn vị trả lời")

    assignment = models.ForeignKey(
        Assignment, verbose_name=_("phân công"), on_delete=models.PROTECT, related_name="remarks"
    )
    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người viết"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    author_name = models.CharField(_("tên người viết"), max_length=400)
    text = models.TextField(_("nội dung"))
    created_at = models.DateTimeField(_("viết lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("lời trao đổi")
        verbose_name_plural = _("lời trao đổi")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.assignment}"
