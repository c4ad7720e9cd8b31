"""`{% page_blocks "slot" subject %}`: what the apps registered for a slot of a page, rendered in order."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from hanoi_portal.registry import registry

register = template.Library()


@register.simple_tag
def page_blocks(slot: str, subject: Any = None) -> SafeString:
    """Return the rendered blocks of the slot for the subject."""
    rendered = (
        render_to_string(block.template, block.context) for block in registry.blocks(slot, subject)
    )
    return mark_safe("".join(rendered))  # each part is a template's own, escaped output
