"""Narrowing the list of articles: to what the cards of the first page count, to a stage, to an author."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import AllValuesFieldListFilter, ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import cards
from ..models import Article
from .parts import person_of


class WorkFilter(SimpleListFilter):
    """What is mine, what waits, what is due: the same reads as the cards'."""

    title = _("việc")
    parameter_name = cards.WORK

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        """Return the kinds of work."""
        return [
            (cards.MINE, _("Bài tôi đang soạn")),
            (cards.WAITING, _("Bài chờ duyệt, chờ đăng")),
            (cards.DUE, _("Bài đến ngày xem lại")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        """Return the articles of the work that was chosen; all where none was."""
        read = cards.READS.get(self.value() or "")
        if read is None:
            return None
        return queryset.filter(pk__in=read(person_of(request)).order_by().values("pk"))


class StageFilter(SimpleListFilter):
    """How far the text has come that readers do not get; what they have got has come all the way."""

    title = _("bước soạn thảo")
    parameter_name = "buoc"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        """Return the stages."""
        return list(Article.Stage.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        """Return the articles at the stage that was chosen; all where none was."""
        if self.value() not in Article.Stage.values:
            return None
        unseen = Article.objects.unseen().filter(stage=self.value())
        return queryset.filter(pk__in=unseen.order_by().values("pk"))


class AuthorFilter(AllValuesFieldListFilter):
    """By the author that readers are told; where none is told, the choice has words all the same."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Return the authors."""
        for each in super().choices(changelist):
            yield each if each["display"] else {**each, "display": _("(không ghi)")}
