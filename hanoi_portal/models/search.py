"""What search stores: what can be found, the words of it all, and what was looked for in vain."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, OuterRef, Subquery, Sum
from django.utils.translation import gettext_lazy as _


class SearchEntry(models.Model):
    """Something public that can be found: how it is shown, and what its tokens are made of (search/tokens.py).

    It is kept by search/index.py alone. The newest have the highest ids: `engine` relies on it.
    """

    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    title = models.CharField(max_length=700)
    url = models.CharField(max_length=300)
    text = models.TextField()
    tags = models.TextField(default="", db_default="")  # one in a line
    date = models.DateTimeField(null=True)
    has_time = models.BooleanField(default=False)  # whether `date` is a moment, or just a day
    shown_from = models.DateTimeField(null=True)
    shown_until = models.DateTimeField(null=True)
    digest = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("mục tìm kiếm")
        verbose_name_plural = _("mục tìm kiếm")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")
        ]

    def __str__(self) -> str:
        return self.title


class SearchWord(models.Model):
    """A word, or two neighbouring words, of what can be found: for "did you mean" and for suggestions."""

    folded = models.CharField(max_length=90, unique=True)
    written = models.CharField(max_length=90)  # as it is written most often
    entries = models.PositiveIntegerField()  # in how many entries it stands

    class Meta:
        verbose_name = _("từ của kho bài")
        verbose_name_plural = _("từ của kho bài")
        default_permissions = ()

    def __str__(self) -> str:
        return self.written


class EmptySearchQuerySet(models.QuerySet["EmptySearch"]):
    """Reads of searches that found nothing."""

    def since(self, day: date) -> "EmptySearchQuerySet":
        """Return those of a day and later."""
        return self.filter(day__gte=day)

    def totals(self, on: date, days: int) -> "EmptySearchQuerySet":
        """Return one row for each query of the last so many days: its latest, with `total` of them all."""
        first = on - timedelta(days=days - 1)
        same = EmptySearch.objects.since(first).filter(folded=OuterRef("folded"))
        total = same.order_by().values("folded").annotate(sum=Sum("count")).values("sum")
        latest = same.order_by("-day").values("pk")[:1]
        return self.annotate(total=Subquery(total), latest=Subquery(latest)).filter(pk=F("latest"))

    def most_wanted(self) -> "EmptySearchQuerySet":
        """Return `totals`, the most frequent first."""
        return self.order_by(F("total").desc(), "-day", "folded")


class EmptySearch(models.Model):
    """How often a query found nothing on a day. Who asked is not known: there is nothing here to follow anybody by."""

    folded = models.CharField(_("tìm gì"), max_length=100)
    day = models.DateField(_("lần gần nhất"))
    count = models.PositiveIntegerField(_("số lần"), default=0)

    objects = EmptySearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần tìm không ra")
        verbose_name_plural = _("tìm không ra")
        default_permissions = ("view",)
        ordering = ["-day", "-count", "folded"]
        constraints = [
            models.UniqueConstraint(fields=["folded", "day"], name="empty_search_once_a_day")
        ]
        indexes = [models.Index(fields=["day"], name="empty_search_day")]

    def __str__(self) -> str:
        return self.folded
