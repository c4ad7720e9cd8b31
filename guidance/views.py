"""Public pages of guidance: the list, a category, an article, and what stands where one was withdrawn."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hanoi_portal.page_cache.declaring import public_page

from .models import Article, Category
from .places import NEIGHBOURS, PER_PAGE


@require_safe
@public_page("trang")
def list_articles(request: HttpRequest) -> HttpResponse:
    """Show all articles, newest first, and the categories."""
    return _list(request, None)


@require_safe
@public_page("trang")
def show_category(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the articles of one category, newest first."""
    return _list(request, get_object_or_404(Category, slug=slug))


@require_safe
@public_page()
def show_article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an article with its neighbours; one that is withdrawn or over answers 410 and says why."""
    now = timezone.now()
    readable = Article.objects.readable(now).select_related("category")
    article = get_object_or_404(readable.defer("search_text"), slug=slug)
    if article.state != Article.State.PUBLISHED:
        after = Article.objects.published(now).linked().filter(pk=article.successor_id).first()
        context = {"article": article, "successor": after}
        return render(request, "guidance/article_withdrawn.html", context, status=410)
    return article_page(request, article)


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
    others = Article.objects.published(now).linked()
    context = {
        "article": article,
        "newer": others.newer_than(article)[:NEIGHBOURS],
        "older": others.older_than(article)[:NEIGHBOURS],
        "is_preview": is_preview,
        "outside": outside,
    }
    return render(request, "guidance/article_page.html", context)


def _list(request: HttpRequest, category: Category | None) -> HttpResponse:
    now = timezone.now()
    articles = Article.objects.published(now).listed()
    if category is not None:
        articles = articles.filter(category=category)
    context = {
        "category": category,
        "categories": Category.objects.with_articles(now),
        "page": Paginator(articles, PER_PAGE).get_page(request.GET.get("trang")),
    }
    return render(request, "guidance/article_list.html", context)
