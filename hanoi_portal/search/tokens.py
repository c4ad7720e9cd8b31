"""What the index is made of: words, and pairs of neighbouring words, with and without diacritics.

Vietnamese has few syllables and each is common, so that one syllable selects almost nothing, while two neighbours
do. A token is one of:

    ung         a word, folded           ung_xu        two neighbours, folded
    ưng=4       the same as written      ưng=4_xư=2    the same as written (where it differs from the folded)
    t:ung_xu    any of these, in the title; of the folded ones, also in a tag
    n:722khstttt            a document's number
    f:loai=bai              something that results can be narrowed by
    y:2018 m:201803 d:20180305              its day

A word "as written" carries its tone at its end, so that hoà and hòa are one. Tokens keep to characters that both
databases take for parts of a word.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ..text import fold

LONGEST_WORD = 40
MOST_WORDS = 20_000  # of one text; a book is found by its first half

_WORD = re.compile(r"[^\W_]+")
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LAST_LETTER = "\u1ef9"  # ỹ: what lies beyond is no Vietnamese, and databases disagree about it


class Word(NamedTuple):
    """A word: as written (its tone at its end), and folded. Both are the same where nothing was written over it."""

    written: str
    folded: str


def words_of(text: str) -> list[Word]:
    """Return the words of a text in order."""
    flat = unicodedata.normalize("NFC", text).casefold()
    return [form for found in _WORD.finditer(flat) for form in _forms(found.group())][:MOST_WORDS]


def tokens_of(
    title: str,
    text: str,
    number: str,
    on: date | None,
    facets: Iterable[tuple[str, str]],
    tags: Iterable[str] = (),
) -> set[str]:
    """Return all tokens under which something is found. A tag counts as a title in which the diacritics may differ."""
    title_words, text_words = words_of(title), words_of(text)
    tokens = {f"t:{token}" for token in _tokens(title_words)}
    tokens.update(_tokens(title_words), _tokens(text_words))
    for tag in tags:
        words = words_of(tag)
        tokens.update(_tokens(words))
        tokens.update(f"t:{token}" for token in _tokens(_bare(words)))
    if number:
        tokens.add(number_token(number))
    if on is not None:
        tokens |= {f"y:{on:%Y}", f"m:{on:%Y%m}", f"d:{on:%Y%m%d}"}
    tokens.update(facet_token(name, value) for name, value in facets)
    return tokens


def number_token(text: str) -> str:
    """Return the token of a document's number, however it is spaced: "722 / KH-STTTT" → "n:722khstttt"."""
    return f"n:{''.join(word.folded for word in words_of(text))}"


def facet_token(name: str, value: str) -> str:
    """Return the token of something that results can be narrowed by; both parts are slugs."""
    return f"f:{name}={value}"


def day_tokens(first: date, last: date) -> list[str]:
    """Return the fewest tokens that together are all days from the first to the last: years, months, days."""
    tokens: list[str] = []
    day = first
    while day <= last:
        next_year, next_month = (
            date(day.year + 1, 1, 1),
            (day.replace(day=1) + _MONTH).replace(day=1),
        )
        if (day.month, day.day) == (1, 1) and next_year - _DAY <= last:
            tokens.append(f"y:{day:%Y}")
            day = next_year
        elif day.day == 1 and next_month - _DAY <= last:
            tokens.append(f"m:{day:%Y%m}")
            day = next_month
        else:
            tokens.append(f"d:{day:%Y%m%d}")
            day += _DAY
    return tokens


def join(words: Sequence[str]) -> list[str]:
    """Return the tokens that words standing together have: the word, or its pairs."""
    return list(words) if len(words) == 1 else [f"{one}_{other}" for one, other in pairwise(words)]


_DAY, _MONTH = timedelta(days=1), timedelta(days=31)


def _tokens(words: Sequence[Word]) -> Iterator[str]:
    for word in words:
        yield word.folded
        if word.written != word.folded:
            yield word.written
    for one, other in pairwise(words):
        folded, written = f"{one.folded}_{other.folded}", f"{one.written}_{other.written}"
        yield folded
        if written != folded:
            yield written


def _bare(words: Sequence[Word]) -> list[Word]:
    return [Word(word.folded, word.folded) for word in words]


@lru_cache(maxsize=20_000)
def _forms(word: str) -> tuple[Word, ...]:
    """Return the word in its forms; more than one where a sign stands for several words (ﷺ)."""
    folded = [_plain(part) for part in fold(word).split()]
    if len(folded) != 1:
        return tuple(Word(part, part) for part in folded)
    apart = unicodedata.normalize("NFD", word)
    tone = next((_TONES[char] for char in apart if char in _TONES), "")
    bare = unicodedata.normalize("NFC", "".join(char for char in apart if char not in _TONES))
    return (Word(_plain(bare) + (f"={tone}" if tone else ""), folded[0]),)


def _plain(word: str) -> str:
    """Return the word cut to a length, without idle zeros, of characters that both databases know."""
    if word.isdecimal():
        word = word.lstrip("0") or "0"
    return "".join(
        char if char <= _LAST_LETTER and char.isalnum() else f"u{ord(char):x}"
        for char in word[:LONGEST_WORD]
    )
