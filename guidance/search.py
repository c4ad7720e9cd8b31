"""What readers find of guidance at /tim-kiem/: published articles and public legal documents."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from django.db.models import Count, Exists, Model, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanoi_portal.html import plain_text
from hanoi_portal.models import SearchEntry
from hanoi_portal.search.find import KIND, Narrowing, find
from hanoi_portal.search.sources import Facet, Record, Source

from .models import Article, Audience, Category, LegalDocument, Tag

CATEGORY, AUDIENCE, TAG = "chuyen-muc", "doi-tuong", "the"
MOST_TAGS = 60  # that results are offered to be narrowed by: who looks for another types its name


def read_articles(ids: Collection[int] | None) -> Iterator[tuple[int, Record]]:
    """Give the published articles, also those whose hour is still to come: search keeps them back until then."""
    published = Article.objects.filter(state=Article.State.PUBLISHED)
    articles = published.select_related("category").prefetch_related("audiences", "tags")
    if ids is not None:
        articles = articles.filter(pk__in=ids)
    for article in articles.order_by("published_at", "pk").iterator(chunk_size=500):
        tags = list(article.tags.all())
        yield (
            article.pk,
            Record(
                title=article.title,
                url=article.get_absolute_url(),
                text=f"{article.summary}\n{plain_text(article.body)}",
                on=article.published_at,
                shown_from=article.published_at,
                shown_until=article.expires_at,
                facets=[
                    (CATEGORY, article.category.slug),
                    *sorted((AUDIENCE, each.slug) for each in article.audiences.all()),
                    *sorted((TAG, each.slug) for each in tags),
                ],
                tags=[each.name for each in tags],
            ),
        )


def read_documents(ids: Collection[int] | None) -> Iterator[tuple[int, Record]]:
    """Give the public legal documents."""
    documents = LegalDocument.objects.filter(is_public=True)
    if ids is not None:
        documents = documents.filter(pk__in=ids)
    for document in documents.order_by("issued_on", "pk").iterator(chunk_size=500):
        yield (
            document.pk,
            Record(
                title=f"{document.get_kind_display()} {document.number}: {document.title}",
                url=document.get_absolute_url(),
                text=f"{document.issuer}. {document.today().label}. {document.abstract}",
                number=document.number,
                on=document.issued_on,
            ),
        )


def _articles_of(shelf: Category | Audience | Tag) -> Collection[int]:
    return list(shelf.articles.values_list("pk", flat=True))


def category_choices() -> Iterable[tuple[str, str]]:
    """Give the categories, in their order."""
    return list(Category.objects.values_list("slug", "name"))


def audience_choices() -> Iterable[tuple[str, str]]:
    """Give the audiences, in their order."""
    return list(Audience.objects.values_list("slug", "name"))


def tag_choices() -> Iterable[tuple[str, str]]:
    """Give the tags under which most articles stand, by the alphabet; none under which readers find nothing.

    Counting published articles alone would read all of them for each search: drafts count, and only the few tags
    that lead are asked whether readers find something there.
    """
    links = Article.tags.through.objects.all()
    counted = links.values("tag").annotate(links=Count("pk")).order_by("-links", "tag")
    leading = counted.values("tag")[:MOST_TAGS]
    shown = Article.objects.published(timezone.now()).order_by()
    found = links.filter(tag=OuterRef("pk"), article__in=shown)
    tags = Tag.objects.filter(Exists(found), pk__in=leading)
    return list(tags.values_list("slug", "name"))


def find_articles(query: str, limit: int) -> list[Article]:
    """Return the published articles that a search finds, the best first."""
    ids = find(query, timezone.now(), Narrowing([(KIND, ARTICLES.kind)])).ids[:limit]
    entries = SearchEntry.objects.in_bulk(ids)
    articles = Article.objects.listed().in_bulk([each.object_id for each in entries.values()])
    found = (articles.get(entries[each].object_id) for each in ids if each in entries)
    return [article for article in found if article is not None]


PARTS: dict[type[Model], Callable[[Any], Collection[int]]] = {
    Category: _articles_of,
    Audience: _articles_of,
    Tag: _articles_of,
}
ARTICLES = Source("bai", _("Bài hướng dẫn"), Article, read_articles, PARTS)
DOCUMENTS = Source("van-ban", _("Văn bản"), LegalDocument, read_documents)
CATEGORIES = Facet(CATEGORY, _("Chuyên mục"), category_choices)
AUDIENCES = Facet(AUDIENCE, _("Dành cho"), audience_choices)
TAGS = Facet(TAG, _("Thẻ"), tag_choices)
