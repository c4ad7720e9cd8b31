"""Audiences (đối tượng): whom an article is written for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..querysets import ShelfQuerySet


class Audience(models.Model):
    """People an article speaks to: pupils, parents … The first six come with the portal (migration)."""

    name = models.CharField(_("tên"), max_length=60, unique=True)
    slug = models.SlugField(_("địa chỉ"), max_length=70, unique=True)
    summary = models.CharField(_("giới thiệu"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=100)

    objects = ShelfQuerySet.as_manager()

    class Meta:
        verbose_name = _("đối tượng")
        verbose_name_plural = _("đối tượng")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page of its articles."""
        return f"/huong-dan/danh-cho/{self.slug}/"
