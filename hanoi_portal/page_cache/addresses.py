"""From what is asked for to what it is kept under: one address for all requests that get the same bytes."""

from urllib.parse import parse_qsl, urlencode

from django.urls import Resolver404, resolve

from .. import english
from .declaring import parameters_of

LONGEST_QUERY = 2000  # bytes; longer ones are answered without the cache
MOST_PARAMETERS = 30


def kept_query(path: str, query: str) -> str | None:
    """Return the part of the query that a public page depends on, in one order; None when it is no public page.

    `path` is decoded text, `query` as it came. What cannot be read is left to Django, which refuses it in words.
    """
    below = english.below_prefix(path)
    if below is not None and not english.is_offered(below):
        return None
    try:
        parameters = parameters_of(resolve(path if below is None else below).func)
    except Resolver404:
        return None
    if parameters is None:
        return None
    if not query:
        return ""
    if len(query) > LONGEST_QUERY or "%00" in query or "\x00" in query:
        return None
    try:
        pairs = parse_qsl(query, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        return None
    chosen = {name: value for name, value in pairs if name in parameters}  # the last one counts
    return urlencode(sorted(chosen.items()))
