"""A reader's request that a decline be read again by somebody else."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import AppealQuerySet
from .comment import Comment

APPEAL_MAX = 1000


class Appeal(models.Model):
    """Đề nghị xem lại: a reader asks, once, that somebody else read what was declined."""

    class State(models.TextChoices):
        OPEN = "open", _("Chờ xem lại")
        UPHELD = "upheld", _("Giữ quyết định không đăng")
        OVERTURNED = "overturned", _("Đã đăng theo đề nghị")

    comment = models.OneToOneField(
        Comment, verbose_name=_("bình luận"), on_delete=models.PROTECT, related_name="appeal"
    )
    text = models.TextField(_("lời đề nghị"), max_length=APPEAL_MAX, editable=False)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người quyết định không đăng"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=State.choices, default=State.OPEN, editable=False
    )
    created_at = models.DateTimeField(_("gửi lúc"), default=timezone.now, editable=False)
    answer = models.TextField(_("câu trả lời"), blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người trả lời"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True, editable=False)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("đề nghị xem lại")
        verbose_name_plural = _("đề nghị xem lại")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="appeal_answered_in_writing",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True)
                | Q(declined_by__isnull=True)
                | ~Q(answered_by=F("declined_by")),
                name="appeal_read_by_another",
            ),
        ]

    def __str__(self) -> str:
        return _("Đề nghị xem lại bình luận số %(number)s") % {"number": self.comment_id}
