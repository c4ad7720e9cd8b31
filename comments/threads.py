"""An article's thread: how it takes comments, and the replies that stand below each comment on a page."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from guidance.models import Article
from hanoi_portal.prepared import Prepared

from . import rules
from .models import Comment, ThreadSetting
from .places import PER_PAGE

# Asked for each article that is read: how it takes comments, and one more comment than its page shows.
_SETTING = Prepared(lambda pk: ThreadSetting.objects.filter(article=pk), -1)
_NEWEST = Prepared(lambda pk: Comment.objects.threads(Article(pk=pk))[: PER_PAGE + 1], -1)
REPLIES_SHOWN = 3  # below each of fifty comments; the rest stand on the comment's own page


def setting_of(article: Article) -> ThreadSetting | None:
    """Return what staff have set for the article's comments, or None for the ordinary way."""
    return next(iter(_SETTING.ask(article.pk)), None)


def newest_threads(article: Article) -> list[Any]:
    """Return the newest of `Comment.objects.threads()`, one more than a page shows: then there are more."""
    return _NEWEST.ask(article.pk)


def find_parent(article: Article, number: str) -> Comment | None:
    """Return the comment to which a reader may reply: the numbered one or, if that is a reply, what it replies to."""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    known = Comment.objects.without_phone().select_related("parent")
    comment = known.defer("parent__phone", "parent__mail").filter(pk=number).first()
    if comment is not None and comment.parent is not None:
        comment = comment.parent
    return comment if comment is not None and rules.can_reply(comment, article) else None


def attach_replies(comments: Sequence[Any]) -> None:
    """Give comments of `threads()` their first replies as `shown_replies`. One query, none without replies."""
    answered = [comment for comment in comments if comment.reply_count]
    published = Comment.objects.published().shown()
    replies = published.order_by("created_at", "pk")[:REPLIES_SHOWN]
    prefetch_related_objects(answered, Prefetch("replies", replies, to_attr="shown_replies"))
