"""`{{ article.body|cleaned_html }}`: prints an editor's HTML, cleaned once more on its way out."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from ..html import printable_html

register = template.Library()


@register.filter
def cleaned_html(value: str) -> SafeString:
    """Return the HTML as it may be printed, whatever the database holds."""
    return mark_safe(printable_html(value))
