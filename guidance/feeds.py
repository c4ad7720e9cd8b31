"""The feeds of new articles in RSS and Atom: of all, and of what articles stand under."""

from datetime import UTC, datetime
from html import escape
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hanoi_portal.page_cache.declaring import public_page

from .models import Article, Audience, Category, Tag
from .places import IN_FEED

SITE = gettext_lazy("Hà Nội ứng xử văn minh trên mạng")
EMPTY = datetime(1970, 1, 1, tzinfo=UTC)
# By the part of the address before the name: what stands there, and how an article names it.
SHELVES: dict[str, tuple[type[Model], str]] = {
    "chuyen-muc": (Category, "category"),
    "danh-cho": (Audience, "audiences"),
    "the": (Tag, "tags"),
}


class Steady:
    """A feed without articles gives no hour of its own: the same bytes whenever it is asked for."""

    items: list[Any]

    def latest_post_date(self) -> datetime:
        """Return when the newest article appeared or changed."""
        newest: datetime = super().latest_post_date() if self.items else EMPTY  # type: ignore[misc]
        return newest


class SteadyRss(Steady, Rss201rev2Feed):
    """RSS 2.0."""


class SteadyAtom(Steady, Atom1Feed):
    """Atom (RFC 4287)."""


class NewArticles(Feed):
    """The newest articles, each with its summary. Addresses are the site's own, whatever host was asked."""

    language = "vi"
    author_name = SITE  # of what names nobody
    own = "rss/"

    def get_object(self, request: HttpRequest, shelf: str = "", slug: str = "") -> Any:
        """Return the category, tag or audience; None for all articles."""
        return get_object_or_404(SHELVES[shelf][0], slug=slug) if shelf else None

    def title(self, obj: Any) -> str:
        """Return whose feed it is."""
        return f"{obj} – {SITE}" if obj else str(SITE)

    def description(self, obj: Any) -> str:
        """Return what stands in it."""
        about = getattr(obj, "summary", "") if obj else ""
        return about or _(
            "Bài hướng dẫn mới về ứng xử văn minh, an toàn, đúng pháp luật trên mạng."
        )

    subtitle = description

    def link(self, obj: Any) -> str:
        """Return the page that lists the same."""
        return f"{settings.SITE_URL}{obj.get_absolute_url() if obj else '/huong-dan/'}"

    def feed_url(self, obj: Any) -> str:
        """Return the feed's own address."""
        return f"{settings.SITE_URL}{obj.get_absolute_url() if obj else '/'}{self.own}"

    def items(self, obj: Any) -> Any:
        """Return the articles."""
        shown = Article.objects.published(timezone.now()).listed()
        for model, field in SHELVES.values():
            if isinstance(obj, model):
                shown = shown.filter(**{field: obj})
        return shown[:IN_FEED]

    def item_title(self, item: Any) -> str:
        """Return the title."""
        return str(item.title)

    def item_description(self, item: Any) -> str:
        """Return the summary: both forms take it for HTML, so a "<" that stands in it is written as such."""
        return escape(item.summary, quote=False)

    def item_link(self, item: Any) -> str:
        """Return the article's address, which is also its lasting name."""
        return f"{settings.SITE_URL}{item.get_absolute_url()}"

    def item_author_name(self, item: Any) -> str | None:
        """Return who wrote it; nobody for what the newsroom answers for."""
        return item.author_name or None

    def item_categories(self, item: Any) -> list[str]:
        """Return its category."""
        return [item.category.name]

    def item_pubdate(self, item: Any) -> datetime:
        """Return when it was published, as Hà Nội's clocks showed it."""
        return timezone.localtime(item.published_at)

    def item_updateddate(self, item: Any) -> datetime:
        """Return when its text last changed."""
        return timezone.localtime(item.modified_at)


class RssFeed(NewArticles):
    """In RSS 2.0."""

    feed_type = SteadyRss


class AtomFeed(NewArticles):
    """In Atom (RFC 4287)."""

    feed_type = SteadyAtom
    own = "atom/"


rss = require_safe(public_page()(RssFeed()))
atom = require_safe(public_page()(AtomFeed()))
