"""House rules: what comments are judged by, each under a number that stays."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class HouseRule(models.Model):
    """Quy tắc: a numbered rule that a decline must cite. Numbers stay; a rule may retire."""

    number = models.PositiveSmallIntegerField(_("số"), unique=True)
    title = models.CharField(_("tên"), max_length=120)
    text = models.TextField(_("nội dung"))
    sentence = models.CharField(
        _("câu mẫu"),
        max_length=300,
        blank=True,
        help_text=_("Gợi ý sẵn cho lý do không đăng; người kiểm duyệt sửa lại cho đúng bình luận."),
    )
    is_active = models.BooleanField(_("đang áp dụng"), default=True)

    class Meta:
        verbose_name = _("quy tắc bình luận")
        verbose_name_plural = _("quy tắc bình luận")
        ordering = ["number"]

    def __str__(self) -> str:
        told = {"number": self.number, "title": self.title_in_language}
        return _("Quy tắc %(number)s: %(title)s") % told

    def get_absolute_url(self) -> str:
        """Return the rule's place on the public page; it stays the same for ever."""
        return f"/binh-luan/quy-tac/#{self.anchor}"

    @property
    def title_in_language(self) -> str:
        """Return the name in the language of the page, where it still is the one that has a translation."""
        return gettext(self.title)

    @property
    def text_in_language(self) -> str:
        """Return the text likewise."""
        return gettext(self.text) if self.text else ""

    @property
    def anchor(self) -> str:
        """Return the rule's place on the page of all."""
        return f"quy-tac-{self.number}"
