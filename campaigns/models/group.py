"""Saved groups of units (nhóm đơn vị): a picked list with a name, to be used as a target of many tasks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .unit import Unit


class UnitGroup(models.Model):
    """A list of units that belong together for giving work. Whom a task is for is read when it is given."""

    code = models.SlugField(
        _("mã nhóm"),
        max_length=40,
        unique=True,
        help_text=_("Chữ thường không dấu, số và gạch nối. Trong tệp kế hoạch ghi group:mã-nhóm."),
    )
    name = models.CharField(_("tên nhóm"), max_length=120, unique=True)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    units = models.ManyToManyField(Unit, verbose_name=_("các đơn vị"), related_name="groups")

    class Meta:
        verbose_name = _("nhóm đơn vị")
        verbose_name_plural = _("nhóm đơn vị")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
