"""Words that moderators want to be shown."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from hanoi_portal.text import clean_line


class WatchedWord(models.Model):
    """A word that staff want to be shown where it occurs. It is a hint to the moderator, never a verdict."""

    word = models.CharField(
        _("từ hoặc cụm từ"),
        max_length=60,
        unique=True,
        help_text=_("Không phân biệt dấu và chữ hoa; chỉ để gợi ý, không tự chặn bình luận nào."),
    )

    class Meta:
        verbose_name = _("từ cần lưu ý")
        verbose_name_plural = _("từ cần lưu ý")
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word

    def clean(self) -> None:
        """Take the word as it is read: without what prints nothing."""
        self.word = clean_line(self.word)
        if not self.word:
            raise ValidationError({"word": _("Xin nhập từ cần lưu ý.")})
