"""How an article takes comments."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ThreadSetting(models.Model):
    """How an article takes comments, where that differs from the ordinary way: read before they are published."""

    class Mode(models.TextChoices):
        BEFORE = "before", _("Duyệt trước khi đăng")
        AFTER = "after", _("Đăng ngay, duyệt sau")
        CLOSED = "closed", _("Không nhận bình luận")

    article = models.OneToOneField(
        "guidance.Article",
        verbose_name=_("bài"),
        on_delete=models.CASCADE,
        related_name="thread_setting",
    )
    mode = models.CharField(
        _("cách nhận"), max_length=10, choices=Mode.choices, default=Mode.BEFORE
    )
    closes_on = models.DateField(
        _("nhận đến hết ngày"),
        null=True,
        blank=True,
        help_text=_("Bỏ trống nếu không có hạn. Bình luận đã đăng vẫn còn trên trang."),
    )

    class Meta:
        verbose_name = _("cách nhận bình luận của một bài")
        verbose_name_plural = _("cách nhận bình luận của từng bài")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.article}: {self.get_mode_display()}"
