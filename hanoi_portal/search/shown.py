"""How what was found is shown: which part of its text, and what is marked in it."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..text import fold

EXCERPT_LENGTH = 240

_WORD = re.compile(r"\w+")
# A heading has no full stop; without one it would run on into the text below it.
_LINE_END = re.compile(r"(?<=\w)\s*\n\s*(?=[^\W_])")


def excerpt(text: str, query: str, length: int = EXCERPT_LENGTH) -> str:
    """Return the part of the text around the place where most of the query's words stand together."""
    flat = " ".join(_LINE_END.sub(_stop, text).split())
    if len(flat) <= length:
        return flat
    places = [begin for begin, _end in _matches(flat, query)]
    begin = 0
    if places:
        reach = length * 2 // 3
        near = [bisect_left(places, place + reach) - at for at, place in enumerate(places)]
        best = places[near.index(max(near))]
        if best > reach:
            begin = flat.find(" ", best - length // 4) + 1
    end = len(flat)
    if begin + length < end:
        end = max(flat.rfind(" ", begin, begin + length), begin + 1)
    return f"{'… ' if begin else ''}{flat[begin:end].strip()}{' …' if end < len(flat) else ''}"


def _stop(end: re.Match[str]) -> str:
    """Return what stands between two lines: a full stop, unless the second goes on in small letters."""
    return " " if end.string[end.end()].islower() else ". "


def marked(text: str, query: str) -> SafeString:
    """Return the text, escaped, with the words that the query found in <mark>."""
    pieces: list[tuple[str, str]] = []
    at = 0
    for begin, end in _joined(_matches(text, query), text):
        pieces.append((text[at:begin], text[begin:end]))
        at = end
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", pieces), text[at:])


def is_marked(text: str, query: str) -> bool:
    """Whether any of the text is marked."""
    return any(_matches(text, query))


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
