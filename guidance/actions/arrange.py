"""What is done to the place of an article among the others: its tags and audiences, what is related, its series."""

from collections.abc import Iterable

from django.db import models, transaction
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, NotAllowed
from hanoi_portal.history import record
from hanoi_portal.models import HistoryEntry, User

from .. import rules
from ..addresses import address_of, lead_on
from ..models import Article, Audience, LegalDocument, Series, SeriesPart, Tag, free_slug


def arrange_article(
    article: Article,
    *,
    by: User,
    tags: Iterable[str] | None = None,
    audiences: Iterable[Audience] | None = None,
    documents: Iterable[LegalDocument] | None = None,
    related: Iterable[Article] | None = None,
    via: str = HistoryEntry.Via.WEB,
) -> None:
    """Say where the article stands and what it is related to; what is not given stays. Readers see it at once.

    Tags are given by name; one that is not there yet is made.
    """
    if not rules.can_arrange(by, article):
        raise NotAllowed(_("Tài khoản này không có quyền xếp bài ở trạng thái hiện tại."))
    given: dict[str, Iterable[models.Model] | None] = {
        "audiences": audiences,
        "documents": documents,
        "related": related,
    }
    wanted = {name: {each.pk for each in rows} for name, rows in given.items() if rows is not None}
    if article.pk in wanted.get("related", ()):
        raise DomainError(_("Bài không tự liên quan đến chính nó."))
    with transaction.atomic():
        if tags is not None:
            wanted["tags"] = {_tag_named(name).pk for name in tags}
        changed = []
        for name, keys in wanted.items():
            link = getattr(article, name)
            if keys != set(link.values_list("pk", flat=True)):
                link.set(keys)
                changed.append(name)
        if changed:
            record("arrange_article", article, by=by, via=via, data={"fields": changed})


def _tag_named(name: str) -> Tag:
    """Return the tag that reads the same, whatever its case and diacritics: two such would only confuse."""
    if (tag := Tag.reading_as(name)) is not None:
        return tag
    return Tag.objects.get_or_create(name=name, defaults={"slug": free_slug(Tag, name)})[0]


def order_series(
    series: Series, articles: Iterable[Article], *, by: User, via: str = HistoryEntry.Via.WEB
) -> None:
    """Save the series with these articles, in this order; an article leaves the series where it stood before."""
    if not rules.can_order_series(by, None if series.pk is None else series):
        raise NotAllowed(_("Tài khoản này không có quyền xếp tuyến bài."))
    ordered = list(articles)
    if len({article.pk for article in ordered}) != len(ordered):
        raise DomainError(_("Mỗi bài chỉ có một chỗ trong tuyến bài."))
    with transaction.atomic():
        before = address_of(series)
        series.save()
        lead_on(before, series)
        series.parts.all().delete()
        SeriesPart.objects.filter(article__in=ordered).delete()
        SeriesPart.objects.bulk_create(
            SeriesPart(series=series, article=article, position=place)
            for place, article in enumerate(ordered, 1)
        )
        told = {"articles": [article.pk for article in ordered]}
        record("order_series", series, by=by, via=via, data=told)


def remove_series(series: Series, *, by: User) -> None:
    """Delete the series; its articles stay."""
    if not rules.can_remove_series(by):
        raise NotAllowed(_("Tài khoản này không có quyền bỏ tuyến bài."))
    with transaction.atomic():
        record("remove_series", series, by=by)
        series.delete()
