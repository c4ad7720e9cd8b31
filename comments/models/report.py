"""What readers tell moderators of a published comment."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .comment import Comment
from .house_rule import HouseRule

REPORT_MAX = 500


class CommentReport(models.Model):
    """Báo bình luận: a reader tells moderators, with a reason, of a comment on the page. It decides nothing."""

    comment = models.ForeignKey(
        Comment, verbose_name=_("bình luận"), on_delete=models.PROTECT, related_name="reports"
    )
    rule = models.ForeignKey(
        HouseRule, verbose_name=_("quy tắc"), on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("lý do báo"), max_length=REPORT_MAX)
    created_at = models.DateTimeField(_("nhận lúc"), default=timezone.now)
    closed_at = models.DateTimeField(_("xem xong lúc"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người xem"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("lượt báo bình luận")
        verbose_name_plural = _("lượt báo bình luận")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["comment", "created_at"],
                name="comment_report_open",
                condition=Q(closed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return _("Lượt báo bình luận số %(number)s") % {"number": self.comment_id}
