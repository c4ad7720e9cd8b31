"""Pages on which published comments are read: all of an article's, and one with its replies."""

from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from guidance.models import Article
from hanoi_portal.page_cache.declaring import public_page

from . import rules
from .models import Comment
from .places import PER_PAGE, address_of_reply
from .threads import attach_replies, setting_of


class Order(NamedTuple):
    """A way to order comments: its value in the address, and its name as a heading and as a link."""

    value: str
    name: Any


ORDERS = (
    Order("", _("Mới nhất trước")),
    Order("cu", _("Cũ nhất trước")),
    Order("tra-loi", _("Nhiều trả lời trước")),
)


@require_safe
@public_page("thu-tu", "trang")
def list_comments(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all comments of an article in one of the ORDERS (?thu-tu=…), each with its first replies."""
    article = Article.objects.published(timezone.now()).filter(slug=slug).first()
    if article is None:
        raise Http404
    asked = request.GET.get("thu-tu", "")
    order = next((each for each in ORDERS if each.value == asked), ORDERS[0])
    threads = Comment.objects.threads(article)
    if order.value == "cu":
        threads = threads.reverse()
    elif order.value == "tra-loi":
        threads = threads.most_answered()
    page = Paginator(threads, PER_PAGE).get_page(request.GET.get("trang"))
    page.object_list = list(page.object_list)
    attach_replies(page.object_list)
    context = {
        "article": article,
        "page": page,
        "count": page.object_list[0].thread_total if page.object_list else 0,
        "order": order,
        "orders": ORDERS,
        "can_comment": _can_comment(article),
    }
    return render(request, "comments/comment_list.html", context)


@require_safe
@public_page("trang")
def show_comment(request: HttpRequest, number: int) -> HttpResponse:
    """Show one comment with all its replies, at an address that stays; a reply leads to its place there."""
    comment = None
    if number < 2**63:
        shown = Article.objects.published(timezone.now()).order_by()
        known = Comment.objects.without_phone().select_related("article", "official_answer")
        comment = known.with_reply_count().filter(pk=number, article__in=shown).first()
    if comment is None:
        raise Http404
    is_published = comment.state == Comment.State.PUBLISHED
    if is_published and comment.parent_id is not None:
        return HttpResponseRedirect(address_of_reply(comment))
    if not (is_published or comment.reply_count):
        raise Http404
    replies = Paginator(Comment.objects.replies_to(comment), PER_PAGE)
    context = {
        "article": comment.article,
        "comment": comment,
        "page": replies.get_page(request.GET.get("trang")),
        "can_comment": _can_comment(comment.article),
    }
    return render(request, "comments/comment_show.html", context)


def _can_comment(article: Article) -> bool:
    return rules.can_comment(article, setting_of(article), timezone.now())
