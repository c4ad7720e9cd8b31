"""Categories (chuyên mục): the subjects under which articles are found."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..querysets import CategoryQuerySet


class Category(models.Model):
    """A subject under which articles are found."""

    name = models.CharField(_("tên"), max_length=100, unique=True)
    slug = models.SlugField(_("địa chỉ"), max_length=80, unique=True)
    summary = models.CharField(_("giới thiệu"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=100)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("chuyên mục")
        verbose_name_plural = _("chuyên mục")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the category's page."""
        return f"/huong-dan/chuyen-muc/{self.slug}/"
