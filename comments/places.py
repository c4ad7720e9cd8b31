"""Where a published comment can be read: on its article's page, or further back in the list of all."""

from django.db.models import Q
from django.urls import reverse

from .models import Comment

PER_PAGE = 50


def page_of(comment: Comment) -> int:
    """Return on which page of its article's comments a published comment stands, from 1."""
    newer = Q(created_at__gt=comment.created_at) | Q(
        created_at=comment.created_at, pk__gt=comment.pk
    )
    before = Comment.objects.published().filter(newer, article_id=comment.article_id).count()
    return before // PER_PAGE + 1


def address_of(comment: Comment) -> str:
    """Return the address at which a published comment is shown."""
    page = page_of(comment)
    if page == 1:
        return f"{comment.article.get_absolute_url()}#{comment.anchor}"
    return f"{reverse('comment-list', args=[comment.article.slug])}?trang={page}#{comment.anchor}"
