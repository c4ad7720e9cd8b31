"""`{{ article.body|cleaned_html }}`: prints an editor's HTML, cleaned once more on its way out."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from ..html import printable_html

register = template.Library()


@register.filter
def cleaned_html(value: str) -> SafeString:
    """Return the HTML as it may be printed, whatever the database holds.

    A wide table scrolls on a phone, so the Tab key has to reach it: not every browser sees to that by itself.
    """
    return mark_safe(printable_html(value).replace("<table>", '<table tabindex="0">'))
