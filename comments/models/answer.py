"""What the Sở answers below a comment."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .comment import Comment

ANSWER_MAX = 2000


class OfficialAnswer(models.Model):
    """Trả lời chính thức: what the Sở answers below a published comment, marked and signed. One for each."""

    comment = models.OneToOneField(
        Comment,
        verbose_name=_("bình luận"),
        on_delete=models.PROTECT,
        related_name="official_answer",
    )
    text = models.TextField(_("nội dung trả lời"), max_length=ANSWER_MAX)
    signed_as = models.CharField(_("ký tên"), max_length=150)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người viết"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("trả lời lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("trả lời chính thức")
        verbose_name_plural = _("trả lời chính thức")

    def __str__(self) -> str:
        return _("Trả lời bình luận số %(number)s") % {"number": self.comment_id}
