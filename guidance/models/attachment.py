"""Files that come with an article (tệp đính kèm)."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanoi_portal.models import StoredFile

from .article import Article

TITLE_MAX = 150


class Attachment(models.Model):
    """A file beside an article. Its address is its own: another file may take its place behind it."""

    article = models.ForeignKey(
        Article, verbose_name=_("bài"), on_delete=models.CASCADE, related_name="attachments"
    )
    title = models.CharField(_("tên"), max_length=TITLE_MAX)
    stored = models.OneToOneField(
        StoredFile, verbose_name=_("tệp"), on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=1)
    changed_at = models.DateTimeField(_("thay lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("tệp đính kèm")
        verbose_name_plural = _("tệp đính kèm")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return where the file of the day is downloaded."""
        return f"{self.article.get_absolute_url()}tep/{self.pk}/"
