"""A comment's words on a page. Addresses in them become links once a moderator has read the comment, never before."""

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from ..models import Comment

register = template.Library()

# Ends before punctuation that belongs to the sentence.
_ADDRESS = re.compile(r"https?://[^\s<>\"'“”‘’]+[^\s<>\"'“”‘’.,;:!?)\]}…]", re.IGNORECASE)


@register.filter
def with_links(comment: Comment) -> SafeString:
    """Return the content, escaped. Links say to search engines that they are readers' own, and show where they lead."""
    text = comment.content
    if comment.decided_at is None or "://" not in text:
        return conditional_escape(text)
    parts, start = [], 0
    for found in _ADDRESS.finditer(text):
        parts += [
            conditional_escape(text[start : found.start()]),
            format_html(
                '<a href="{0}" rel="nofollow ugc noopener noreferrer">{0}</a>', found.group()
            ),
        ]
        start = found.end()
    parts.append(conditional_escape(text[start:]))
    return mark_safe("".join(parts))
