"""Series (tuyến bài): articles that belong together and are read in order."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .article import Article


class Series(models.Model):
    """A series; its articles stand in `parts`, in order. Readers count only those that are published."""

    title = models.CharField(_("tên tuyến bài"), max_length=200, unique=True)
    slug = models.SlugField(_("địa chỉ"), max_length=120, unique=True)
    summary = models.TextField(_("giới thiệu"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("tuyến bài")
        verbose_name_plural = _("tuyến bài")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the page of its articles."""
        return f"/huong-dan/tuyen-bai/{self.slug}/"


class SeriesPart(models.Model):
    """An article's place in its series. An article is in one series at most.

    Two parts may have the same number while an editor moves them about; then the older article goes first.
    """

    series = models.ForeignKey(
        Series, verbose_name=_("tuyến bài"), on_delete=models.CASCADE, related_name="parts"
    )
    article = models.OneToOneField(
        Article, verbose_name=_("bài"), on_delete=models.CASCADE, related_name="series_part"
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=1)

    class Meta:
        verbose_name = _("bài trong tuyến")
        verbose_name_plural = _("bài trong tuyến")
        ordering = ["position", "article_id"]

    def __str__(self) -> str:
        return f"{self.position}. {self.article}"
