"""`{% comment_item comment write_url %}`: one comment of a thread with its first replies, remembered by its content."""

from django import template
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

from hanoi_portal.fragments import content_of, remembered

from ..models import Comment

register = template.Library()

TEMPLATE = "comments/_comment.html"


@register.simple_tag
def comment_item(comment: Comment, write_url: str = "") -> SafeString:
    """Return the comment as a list item; `write_url`, where readers may reply, as its template says."""
    context = {"comment": comment, "write_url": write_url}
    # How many there are in all is known to each comment and shown by none.
    key = (TEMPLATE, get_script_prefix(), write_url, content_of(comment, "thread_total"))
    return remembered(key, lambda: render_to_string(TEMPLATE, context))
