"""Public pages of guidance: lists of articles, a series, an article, and what stands where one was withdrawn."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hanoi_portal.page_cache.declaring import public_page
from hanoi_portal.prepared import Prepared

from .around import around
from .models import Article, Audience, Category, Series, Tag
from .places import PER_PAGE
from .querysets import ArticleQuerySet

# Asked for each article that is read: what a reader may read at a moment, by its address.
READABLE = Prepared(
    lambda now, slug: (
        Article.objects.readable(now)
        .select_related("category")
        .defer("search_text")
        .filter(slug=slug)
    ),
    datetime(1, 1, 2, tzinfo=UTC),
    "?",
)

# So many articles that took each other's place are followed; they may also stand in a circle.
LED_ON = 3


@dataclass(frozen=True)
class Shelf:
    """What a list of articles stands under: its kind in words, its name, a sentence about it, its address."""

    kind: str
    name: str
    summary: str
    url: str


@require_safe
@public_page("trang")
def list_articles(request: HttpRequest) -> HttpResponse:
    """Show all articles, newest first, and what they stand under."""
    return _list(request, Article.objects.all(), None)


@require_safe
@public_page("trang")
def show_category(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the articles of one category, newest first."""
    category = get_object_or_404(Category, slug=slug)
    shelf = Shelf(_("Chuyên mục"), category.name, category.summary, category.get_absolute_url())
    return _list(request, Article.objects.filter(category=category), shelf)


@require_safe
@public_page("trang")
def show_tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the articles that have a tag, newest first."""
    tag = get_object_or_404(Tag, slug=slug)
    shelf = Shelf(_("Thẻ"), tag.name, "", tag.get_absolute_url())
    return _list(request, Article.objects.filter(tags=tag), shelf)


@require_safe
@public_page("trang")
def show_audience(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the articles written for an audience, newest first."""
    audience = get_object_or_404(Audience, slug=slug)
    shelf = Shelf(_("Dành cho"), audience.name, audience.summary, audience.get_absolute_url())
    return _list(request, Article.objects.filter(audiences=audience), shelf)


@require_safe
@public_page()
def show_series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a series: its published articles in their order."""
    series = get_object_or_404(Series, slug=slug)
    articles = Article.objects.published(timezone.now()).listed().filter(series_part__series=series)
    context = {
        "series": series,
        "articles": articles.order_by("series_part__position", "pk"),
    }
    return render(request, "guidance/series_page.html", context)


@require_safe
@public_page()
def show_article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an article with what stands around it; one that is withdrawn or over answers 410 and says why."""
    now = timezone.now()
    article = next(iter(READABLE.ask(now, slug)), None)
    if article is None:
        raise Http404
    if article.state != Article.State.PUBLISHED:
        context = {"article": article, "successor": _successor(article, now)}
        return render(request, "guidance/article_withdrawn.html", context, status=410)
    return article_page(request, article)


def _successor(article: Article, now: datetime) -> Article | None:
    """Return what readers get in its place: its successor, or what took the place of that in turn."""
    rows = Article.objects.readable(now).only("title", "slug", "state", "successor")
    after: Article | None = article
    for _step in range(LED_ON):
        after = after and rows.filter(pk=after.successor_id).first()
        if after is not None and after.state == Article.State.PUBLISHED:
            return after
    return None


def article_page(
    request: HttpRequest,
    article: Article,
    *,
    is_preview: bool = False,
    outside: dict[str, Any] | None = None,
) -> HttpResponse:
    """Return the article's page; as a preview, the page it would be if it were published now.

    `outside` is what an outside reader is shown below a preview (`outside.show_preview`).
    """
    now = timezone.now()
    if article.published_at is None:
        article.published_at = now
    context = {
        "article": article,
        "around": around(article, now),
        "is_preview": is_preview,
        "outside": outside,
    }
    return render(request, "guidance/article_page.html", context)


def _list(request: HttpRequest, articles: ArticleQuerySet, shelf: Shelf | None) -> HttpResponse:
    now = timezone.now()
    shown = articles.published(now).listed()
    context = {
        "shelf": shelf,
        "categories": Category.objects.with_articles(now),
        "audiences": Audience.objects.with_articles(now),
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("trang")),
    }
    return render(request, "guidance/article_list.html", context)
