"""Search, /tim-kiem/: asks every source in the registry and shows one list.

A source is `source(query, limit) -> hits` and finds in its own way; how hits are weighed against each other
(`score_text`), which part of a text is shown (`excerpt`) and what is marked in it (`marked`) is the same for all.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from .page_cache.declaring import public_page
from .registry import SearchHit, registry
from .text import clean_line, fold

LONGEST_QUERY = 200
PER_SOURCE = 100
PER_PAGE = 20
EXCERPT_LENGTH = 240
SUGGESTIONS = ("tin giả", "mật khẩu", "bình luận", "722/KH-STTTT")

_WORD = re.compile(r"\w+")


@require_safe
@public_page("q", "trang")
def search(request: HttpRequest) -> HttpResponse:
    """Show what the sources find for `q`; without it, the box and where to look instead."""
    query = clean_line(clean_line(request.GET.get("q", ""))[:LONGEST_QUERY])
    context = {
        "query": query,
        "page": Paginator(find(query), PER_PAGE).get_page(request.GET.get("trang")),
        "pager_address": f"?{urlencode({'q': query})}&",
        "suggestions": SUGGESTIONS,
    }
    return render(request, "search.html", context)


def find(query: str) -> list[SearchHit]:
    """Return the hits of all sources for the query, the best first."""
    if not fold(query):
        return []
    hits = [hit for source in registry.search_sources for hit in source(query, PER_SOURCE)]
    return sorted(hits, key=lambda hit: -hit.score)


def score_text(query: str, title: str, text: str) -> float:
    """Weigh a hit: words together above words apart, title above text, the same diacritics above folded."""
    exact, folded = f" {_words(query)} ", f" {fold(query)} "
    weight = 1.0
    for part, worth in ((title, 8.0), (text, 2.0)):
        if folded in f" {fold(part)} ":
            weight += worth
            if exact in f" {_words(part)} ":
                weight += worth / 2
    words, title_words = folded.split(), set(fold(title).split())
    return weight + 4.0 * sum(word in title_words for word in words) / max(len(words), 1)


def excerpt(text: str, query: str, length: int = EXCERPT_LENGTH) -> str:
    """Return the part of the text around the place where most of the query's words stand together."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return flat
    places = [begin for begin, _end in _matches(flat, query)]
    begin = 0
    if places:
        reach = length * 2 // 3
        near = [sum(place <= other < place + reach for other in places) for place in places]
        best = places[near.index(max(near))]
        if best > reach:
            begin = flat.find(" ", best - length // 4) + 1
    end = len(flat)
    if begin + length < end:
        end = max(flat.rfind(" ", begin, begin + length), begin + 1)
    return f"{'… ' if begin else ''}{flat[begin:end].strip()}{' …' if end < len(flat) else ''}"


def marked(text: str, query: str) -> SafeString:
    """Return the text, escaped, with the words that the query found in <mark>."""
    pieces: list[tuple[str, str]] = []
    at = 0
    for begin, end in _joined(_matches(text, query), text):
        pieces.append((text[at:begin], text[begin:end]))
        at = end
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", pieces), text[at:])


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _matches(text: str, query: str) -> Iterator[tuple[int, int]]:
    """Yield where in the text stand the query's words; where its last one is not, words that begin with it."""
    wanted = fold(query).split()
    if not wanted:
        return
    words = [(word, fold(word.group())) for word in _WORD.finditer(text)]
    is_last_there = any(bare == wanted[-1] for _word, bare in words)
    for word, bare in words:
        if bare in wanted:
            yield word.span()
        elif not is_last_there and bare.startswith(wanted[-1]):
            # Composed text folds letter by letter; where it does not, the whole word is marked.
            is_even = len(bare) == len(word.group())
            yield word.start(), word.start() + len(wanted[-1]) if is_even else word.end()


def _joined(spans: Iterator[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    """Join neighbours: "ứng xử" and "722/KH-STTTT" are marked as one."""
    begin = end = -1
    for span in spans:
        if begin >= 0 and text[end : span[0]] in {" ", "/", "-"}:
            end = span[1]
            continue
        if begin >= 0:
            yield begin, end
        begin, end = span
    if begin >= 0:
        yield begin, end
