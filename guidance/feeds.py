"""The feed of new articles, /rss/."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hanoi_portal.page_cache.declaring import public_page

from .models import Article
from .places import IN_FEED


class NewestArticles(Feed):
    """The newest articles, each with its summary. Addresses are the site's own, whatever host was asked."""

    title = _("Hà Nội ứng xử văn minh trên mạng")
    description = _("Bài hướng dẫn mới về ứng xử văn minh, an toàn, đúng pháp luật trên mạng.")
    language = "vi"

    def link(self) -> str:
        """Return the page that lists the same."""
        return f"{settings.SITE_URL}/huong-dan/"

    def feed_url(self) -> str:
        """Return the feed's own address."""
        return f"{settings.SITE_URL}/rss/"

    def items(self) -> Any:
        """Return the articles."""
        return Article.objects.published(timezone.now()).listed()[:IN_FEED]

    def item_title(self, item: Any) -> str:
        """Return the title."""
        return str(item.title)

    def item_description(self, item: Any) -> str:
        """Return the summary."""
        return str(item.summary)

    def item_link(self, item: Any) -> str:
        """Return the article's address, which is also its lasting name."""
        return f"{settings.SITE_URL}{item.get_absolute_url()}"

    def item_author_name(self, item: Any) -> str:
        """Return who wrote it."""
        return str(item.author_name)

    def item_categories(self, item: Any) -> list[str]:
        """Return its category."""
        return [item.category.name]

    def item_pubdate(self, item: Any) -> datetime:
        """Return when it was published, as Hà Nội's clocks showed it."""
        return timezone.localtime(item.published_at)


newest_articles = require_safe(public_page()(NewestArticles()))
