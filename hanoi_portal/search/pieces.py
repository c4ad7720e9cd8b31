"""Pieces of a query of which something is said, for who found nothing: "phát hiện tin giả trên Zalo" → tin giả."""

from collections.abc import Mapping
from itertools import pairwise

from ..models import SearchWord
from .query import Query

MOST = 3


def pieces_of(query: Query) -> list[str]:
    """Return pairs of its words that stand together in what can be found, those that belong together most first.

    Pairs alone: one syllable is in too many texts, with too many diacritics, to say what somebody was looking for.
    """
    words = [word.folded for word in query.words]
    if len(words) < 3:  # two words are no piece of themselves
        return []
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    known = {each.folded: each for each in SearchWord.objects.filter(folded__in={*words, *pairs})}
    there = [(at, known[pair]) for at, pair in enumerate(pairs) if pair in known]
    there.sort(key=lambda place: (-_closeness(place[1], known), -place[1].entries))
    chosen: dict[int, str] = {}
    for at, pair in there:
        if not {at - 1, at + 1} & chosen.keys():  # a word belongs to one pair
            chosen[at] = pair.written
    return list(dict.fromkeys(chosen.values()))[:MOST]


def _closeness(pair: SearchWord, known: Mapping[str, SearchWord]) -> float:
    """Return in what part of the entries that have the rarer of its words the pair stands."""
    alone = (known[word].entries for word in pair.folded.split() if word in known)
    return pair.entries / min(alone, default=pair.entries)
