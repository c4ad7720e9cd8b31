"""How often articles are read: a number a day, and nothing about who read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .article import Article


class ViewCount(models.Model):
    """The views of an article on one day, in Hà Nội's calendar."""

    article = models.ForeignKey(
        Article, verbose_name=_("bài"), on_delete=models.CASCADE, related_name="view_counts"
    )
    day = models.DateField(_("ngày"))
    count = models.PositiveIntegerField(_("lượt xem"), default=0)

    class Meta:
        verbose_name = _("lượt xem")
        verbose_name_plural = _("lượt xem")
        ordering = ["-day", "article"]
        constraints = [
            models.UniqueConstraint(fields=["article", "day"], name="view_count_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.day:%d/%m/%Y}: {self.count}"
