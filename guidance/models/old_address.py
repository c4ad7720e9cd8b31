"""Addresses that pages once had: who follows one is led on."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OldAddress(models.Model):
    """A path that moved. Articles need none: their revisions know every address they were shown under."""

    path = models.CharField(_("địa chỉ cũ"), max_length=200, unique=True)
    new_path = models.CharField(_("địa chỉ mới"), max_length=200)

    class Meta:
        verbose_name = _("địa chỉ cũ")
        verbose_name_plural = _("địa chỉ cũ")
        ordering = ["path"]

    def __str__(self) -> str:
        return f"{self.path} → {self.new_path}"
