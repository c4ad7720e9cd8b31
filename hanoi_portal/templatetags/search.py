"""`{{ hit.title|marked:query }}`: marks what a search found."""

from django import template
from django.utils.safestring import SafeString

from ..search.shown import marked as mark

register = template.Library()


@register.filter
def marked(text: str, query: str) -> SafeString:
    """Return the text, escaped, with what the query found in <mark>."""
    return mark(text, query)
