"""Organisation: who runs the portal, and how it is reached, in both languages."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FUNCTIONS_MAX = 1500


class Organisation(models.Model):
    """Đơn vị quản lý cổng: one row, made by the migration. What is left empty is not shown to readers.

    Decree 42/2022/NĐ-CP asks for it in Vietnamese and in English.
    """

    name = models.CharField(_("tên"), max_length=200)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    functions = models.TextField(_("chức năng, nhiệm vụ"), max_length=FUNCTIONS_MAX, blank=True)
    functions_en = models.TextField(
        _("chức năng, nhiệm vụ (tiếng Anh)"), max_length=FUNCTIONS_MAX, blank=True
    )
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    address_en = models.CharField(_("địa chỉ (tiếng Anh)"), max_length=300, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=60, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    hours = models.CharField(_("giờ làm việc"), max_length=200, blank=True)
    hours_en = models.CharField(_("giờ làm việc (tiếng Anh)"), max_length=200, blank=True)
    changed_at = models.DateTimeField(_("sửa lúc"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("đơn vị quản lý cổng")
        verbose_name_plural = _("đơn vị quản lý cổng")
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.name

    def missing(self) -> list[Any]:
        """Return what readers look for and nobody has filled in: the names of the fields."""
        wanted = ("name_en", "functions", "functions_en", "address", "address_en", "phone")
        return [
            self._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            for name in (*wanted, "email", "hours", "hours_en")
            if not getattr(self, name)
        ]
