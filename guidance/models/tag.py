"""Tags (thẻ): what articles are about, finer than their category."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hanoi_portal.text import slugify, sort_key

from ..querysets import ShelfQuerySet


class Tag(models.Model):
    """A word under which articles of several categories stand together."""

    name = models.CharField(_("tên"), max_length=60, unique=True)
    slug = models.SlugField(_("địa chỉ"), max_length=70, unique=True)
    order_key = models.CharField(max_length=400, editable=False)

    objects = ShelfQuerySet.as_manager()

    class Meta:
        verbose_name = _("thẻ")
        verbose_name_plural = _("thẻ")
        ordering = ["order_key", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the tag with its place in the Vietnamese alphabet."""
        self.order_key = sort_key(self.name)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "order_key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the page of its articles."""
        return f"/huong-dan/the/{self.slug}/"

    @classmethod
    def reading_as(cls, name: str) -> "Tag | None":
        """Return the tag that has this name; else one that reads the same, whatever its case and diacritics."""
        slug = slugify(name, 70)
        same = Q(name=name)
        if slug:  # else nothing is left of the name by which to tell it from others
            same |= Q(slug=slug) | Q(order_key=sort_key(name))
        return min(
            cls.objects.filter(same), key=lambda tag: (tag.name != name, tag.pk), default=None
        )
