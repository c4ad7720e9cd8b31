"""The articles of `bench.search`: made-up texts in the project's own Vietnamese, always the same for a number.

A text is pasted together of short runs of the project's own prose, of single syllables of it, and now and then of a
rare one. So syllables are as frequent as they really are; those of a word often stand together and yet oftener apart;
and where two pieces meet stand neighbours that hardly any other text has.
"""

import random
import re
import unicodedata
from functools import cache
from typing import NamedTuple

from bench.rounds import ROOT
from hanoi_portal.search.tokens import tokens_of

PROSE = ("guidance/data/**/*.yaml", "campaigns/data/*.yaml", "docs/**/*.md", "*.md")
ONSETS = "b c d đ g h k l m n p r s t v x ch gi kh ng nh ph qu th tr"
RHYMES = "oác uých ẫm uếch oẹt ỉu uyển oăn ứt ềm ưỡn oạch ủng uệ õm ịp ổn ãnh ẩy ượu oét ắng ụp ốc ẽn ựng uơ iễm uýt"
LONG = (
    200,
    1000,
)  # syllables of a text, fewest and most; the city's own report of Plan 722 has about 600
SHORT = (100, 300)
TITLE = 9
RUNS, SINGLES = 0.7, 0.95  # the share of runs among the pieces; of runs and single syllables

_SYLLABLE = re.compile(r"[^\W\d_]+")
_VIETNAMESE = re.compile(r"[^\W\d_a-z]")


class Article(NamedTuple):
    """Its id, what it says, and its tokens as the portal makes them."""

    number: int
    title: str
    text: str
    tokens: set[str]


@cache
def prose() -> list[str]:
    """Return the syllables of the project's prose in order; lines that are not mostly Vietnamese are left out."""
    syllables: list[str] = []
    for pattern in PROSE:
        for path in sorted(ROOT.glob(pattern)):
            for line in unicodedata.normalize("NFC", path.read_text("utf-8")).splitlines():
                words = _SYLLABLE.findall(line.lower())
                if 2 * sum(bool(_VIETNAMESE.search(word)) for word in words) >= max(len(words), 3):
                    syllables += words
    return syllables


@cache
def rare() -> list[str]:
    """Return syllables that hardly stand in the prose."""
    return [onset + rhyme for onset in ONSETS.split() for rhyme in RHYMES.split()]


def make_text(chance: random.Random, length: int) -> str:
    """Return so many syllables."""
    source, seldom = prose(), rare()
    made: list[str] = []
    while len(made) < length:
        piece = chance.random()
        at = int(chance.random() * len(source))
        if piece < RUNS:
            made += source[at : at + chance.randint(2, 5)]
        else:
            made.append(source[at] if piece < SINGLES else chance.choice(seldom))
    return " ".join(made[:length])


def make_article(number: int, lengths: tuple[int, int]) -> Article:
    """Return an article; its text has as many syllables as `lengths` says."""
    chance = random.Random(number)
    title, text = make_text(chance, TITLE), make_text(chance, chance.randint(*lengths))
    return Article(number, title, text, tokens_of(title, text, "", None, [("loai", "bai")]))


def make_queries(count: int) -> list[str]:
    """Return so many pairs of neighbours out of texts written like the articles that are none of them."""
    chance = random.Random(-722)
    queries = []
    for _number in range(count):
        words = make_text(chance, 50).split()
        at = chance.randrange(len(words) - 1)
        queries.append(" ".join(words[at : at + 2]))
    return queries
