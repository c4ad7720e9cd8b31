"""Public holidays, and the days off that are worked instead: editable, because each year's are announced."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Holiday(models.Model):
    """A day that is not what its weekday says: off by law or by swap, or a weekend day that is worked."""

    day = models.DateField(_("ngày"), unique=True)
    name = models.CharField(_("tên"), max_length=120)
    is_worked = models.BooleanField(
        _("đi làm bù"),
        default=False,
        help_text=_("Đánh dấu khi đây là thứ Bảy hoặc Chủ nhật phải đi làm bù."),
    )

    class Meta:
        verbose_name = _("ngày nghỉ lễ, ngày làm bù")
        verbose_name_plural = _("ngày nghỉ lễ, ngày làm bù")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"
