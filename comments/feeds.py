"""The feed of an article's published comments."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guidance.models import Article
from hanoi_portal.page_cache.declaring import public_page

from .models import Comment

IN_FEED = 30


class NewestComments(Feed):
    """The newest comments and replies of one article, with the Sở's answers. Addresses are the site's own."""

    language = "vi"

    def get_object(self, request: HttpRequest, slug: str) -> Article:
        """Return the article, if readers can see it."""
        return get_object_or_404(Article.objects.published(timezone.now()).linked(), slug=slug)

    def title(self, article: Article) -> str:
        """Return whose comments these are."""
        return _("Bình luận: %(title)s") % {"title": article.title}

    def description(self, article: Article) -> str:
        """Return the same, as a sentence."""
        return _("Bình luận mới dưới bài “%(title)s”.") % {"title": article.title}

    def link(self, article: Article) -> str:
        """Return the article's page."""
        return f"{settings.SITE_URL}{article.get_absolute_url()}"

    def feed_url(self, article: Article) -> str:
        """Return the feed's own address."""
        return f"{settings.SITE_URL}{reverse('comment-feed', args=[article.slug])}"

    def items(self, article: Article) -> Any:
        """Return the comments, each with its article."""
        return Comment.objects.published().filter(article=article)[:IN_FEED]

    def item_title(self, item: Any) -> str:
        """Return the title."""
        return str(item.title)

    def item_description(self, item: Any) -> str:
        """Return the comment's words, and the answer's."""
        answer = getattr(item, "official_answer", None)
        return f"{item.content}\n\n{answer.signed_as}: {answer.text}" if answer else item.content

    def item_link(self, item: Any) -> str:
        """Return the comment's own page: it stays, whatever is written later."""
        return f"{settings.SITE_URL}{reverse('comment-show', args=[item.pk])}"

    def item_author_name(self, item: Any) -> str:
        """Return who wrote it."""
        return str(item.name)

    def item_pubdate(self, item: Any) -> datetime:
        """Return when it came, as Hà Nội's clocks showed it."""
        return timezone.localtime(item.created_at)


newest_comments = require_safe(public_page()(NewestComments()))
