"""Where a published comment can be read: on its article's page, further back in the list of all, or on its own."""

from django.db.models import Q
from django.urls import reverse

from .models import Comment

PER_PAGE = 50


def page_of(comment: Comment) -> int:
    """Return on which page of its article's comments a comment that is no reply stands, from 1."""
    newer = Q(created_at__gt=comment.created_at) | Q(
        created_at=comment.created_at, pk__gt=comment.pk
    )
    before = Comment.objects.threads(comment.article).filter(newer).count()
    return before // PER_PAGE + 1


def address_of(comment: Comment) -> str:
    """Return the address at which a published comment is shown among its neighbours."""
    if comment.parent_id is not None:
        return address_of_reply(comment)
    page = page_of(comment)
    if page == 1:
        return f"{comment.article.get_absolute_url()}#{comment.anchor}"
    return f"{reverse('comment-list', args=[comment.article.slug])}?trang={page}#{comment.anchor}"


def address_of_reply(reply: Comment) -> str:
    """Return where a published reply stands below what it replies to."""
    earlier = Q(created_at__lt=reply.created_at) | Q(created_at=reply.created_at, pk__lt=reply.pk)
    before = Comment.objects.replies_to(reply.parent_id).filter(earlier).count()
    address, page = reverse("comment-show", args=[reply.parent_id]), before // PER_PAGE + 1
    return f"{address}#{reply.anchor}" if page == 1 else f"{address}?trang={page}#{reply.anchor}"
