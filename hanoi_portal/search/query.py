"""What was typed, taken apart, and what the index is asked for it: tiers, the best first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .tokens import Word, join, words_of

MOST_WORDS = 12

_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]')
_NUMBER_PREFIX = re.compile(r"^\s*(?:văn bản|kế hoạch)?\s*số\s*:?\s*(?=\d)", re.IGNORECASE)


class Term(NamedTuple):
    """A token that is wanted; or, with `is_beginning`, one that begins so."""

    token: str
    is_beginning: bool = False


# All groups must be met, each by one of its terms.
Groups = list[list[Term]]


@dataclass(frozen=True)
class Part:
    """Words that stand together: what was put in quotation marks, or what stands between such."""

    words: tuple[Word, ...]
    is_quoted: bool


@dataclass(frozen=True)
class Query:
    """What was typed, as words."""

    parts: tuple[Part, ...]

    @classmethod
    def read(cls, typed: str) -> "Query":
        """Take the text apart. A leading "số" is no part of a document's number."""
        typed = _NUMBER_PREFIX.sub("", typed)
        parts: list[Part] = []
        left = MOST_WORDS
        # Every second piece stood in quotation marks.
        for number, piece in enumerate(_QUOTED.split(typed)):
            words = words_of(piece)[:left]
            if words:
                parts.append(Part(tuple(words), is_quoted=number % 2 == 1))
                left -= len(words)
        return cls(tuple(parts))

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def words(self) -> list[Word]:
        """All its words in order."""
        return [word for part in self.parts for word in part.words]

    @property
    def folded(self) -> str:
        """The words, folded."""
        return " ".join(word.folded for word in self.words)

    @property
    def phrases(self) -> list[list[str]]:
        """The quoted parts of which pairs alone do not tell that they stand together: of three words and more."""
        return [
            [word.folded for word in part.words]
            for part in self.parts
            if part.is_quoted and len(part.words) > 2
        ]

    def together(self) -> list[Groups]:
        """Return the tiers in which the words stand together: in the title and as written, …, folded anywhere."""
        tiers = []
        folded = [[word.folded for word in part.words] for part in self.parts]
        written = [[word.written for word in part.words] for part in self.parts]
        if any(char.isdecimal() for char in self.folded):
            tiers.append([[Term(f"n:{''.join(self.folded.split())}", True)]])
        for place in ("t:", ""):
            if written != folded:
                tiers.append(_all(place, written))
            tiers.append(_all(place, folded))
        return tiers

    def apart(self) -> list[Groups]:
        """Return the tier in which the words stand anywhere, save those quoted; none where that is no difference."""
        if all(part.is_quoted or len(part.words) == 1 for part in self.parts):
            return []
        return [self._apart()]

    def begun(self) -> list[Groups]:
        """Return the tiers in which the last word has only been begun; none where it is quoted."""
        if not self.parts or self.parts[-1].is_quoted:
            return []
        folded = [[word.folded for word in part.words] for part in self.parts]
        tiers = [_begun(_all(place, folded)) for place in ("t:", "")]
        return [*tiers, _begun(self._apart())] if len(self.words) > 1 else tiers

    def _apart(self) -> Groups:
        groups: Groups = []
        for part in self.parts:
            folded = [word.folded for word in part.words]
            groups += [[Term(token)] for token in (join(folded) if part.is_quoted else folded)]
        return groups


def _all(place: str, parts: Sequence[Sequence[str]]) -> Groups:
    return [[Term(place + token)] for part in parts for token in join(part)]


def _begun(groups: Groups) -> Groups:
    return [*groups[:-1], [Term(term.token, True) for term in groups[-1]]]
