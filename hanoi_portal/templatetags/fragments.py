"""`{% remembered key … %}…{% endremembered %}`: a part of a template that a process remembers by what it shows.

The part must show nothing but the keys and what is the same for all pages of a language. A key is a text, a number, a
moment, a row of the database (all that was loaded of it counts), or a list or tuple of these.
"""

import itertools

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

from hanoi_portal.fragments import flat, remembered

register = template.Library()
_numbers = itertools.count()


@register.tag("remembered")
def compile_remembered(parser: Parser, token: Token) -> "RememberedNode":
    """Compile the tag."""
    keys = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(("endremembered",))
    parser.delete_first_token()
    return RememberedNode(keys, nodelist)


class RememberedNode(template.Node):
    """The part between the tags. Templates are compiled once in a process: its number tells it from all others."""

    def __init__(self, keys: list[FilterExpression], nodelist: NodeList) -> None:
        self.number = next(_numbers)
        self.keys = keys
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        """Return what was remembered for these keys, or render."""
        key = (
            self.number,
            get_script_prefix(),
            *(flat(each.resolve(context, ignore_failures=True)) for each in self.keys),
        )
        return remembered(key, lambda: self.nodelist.render(context))
