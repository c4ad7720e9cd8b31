"""The words of what can be found: puts right what was typed wrongly, and offers words while one types.

In Vietnamese nearly every wrong syllable is some other syllable, so a word is judged by its neighbours: of all words
that are one slip away, those are taken that stand together most often in what can be found.
"""

import re
import string
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from math import log2
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from ..models import SearchEntry, SearchWord
from . import engine
from .query import Query
from .tokens import words_of

NEWEST = 20_000  # entries whose words are counted
MOST_PAIRS = 60_000
MOST_WORDS = 6  # of a query that is put right
MOST_CANDIDATES = 15  # for each of them
SLIP = 6.0  # what a slip costs, in doublings of how often words stand together
OFFERED = 8
OFFERED_TITLES = 3
GOES_ON = 0.8  # of the entries that have a pair, so many have the third word

_WRITTEN_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile("[a-z]{1,12}")


# --- the words of all that can be found -----------------------------------------------------------
def refresh_words() -> int:
    """Count the words of the newest entries anew; return how many words and pairs there are."""
    wanted = _count()
    had = {word.folded: word for word in SearchWord.objects.all()}
    changed = []
    for folded, word in wanted.items():
        known = had.get(folded)
        if known and (known.written, known.entries) != (word.written, word.entries):
            known.written, known.entries = word.written, word.entries
            changed.append(known)
    with transaction.atomic():
        gone = [word.pk for folded, word in had.items() if folded not in wanted]
        for begin in range(0, len(gone), 500):
            SearchWord.objects.filter(pk__in=gone[begin : begin + 500]).delete()
        SearchWord.objects.bulk_update(changed, ["written", "entries"], batch_size=200)
        new = [word for folded, word in wanted.items() if folded not in had]
        SearchWord.objects.bulk_create(new, batch_size=1000, ignore_conflicts=True)
    return len(wanted)


def _count() -> dict[str, SearchWord]:
    entries: Counter[str] = Counter()
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    newest = SearchEntry.objects.order_by("-pk").values_list("title", "text", "tags")[:NEWEST]
    for title, text, tags in newest.iterator(chunk_size=500):
        here: set[str] = set()
        for line in (title, *text.split("\n"), *tags.split("\n")):
            words = [(word, _folded(word)) for word in _written_words(line)]
            for word, folded in words:
                here.add(folded)
                forms[folded][word] += 1
            for (one, folded_one), (other, folded_other) in pairwise(words):
                if folded_one and folded_other:
                    here.add(f"{folded_one} {folded_other}")
                    forms[f"{folded_one} {folded_other}"][f"{one} {other}"] += 1
        entries.update(here)
    del entries[""]
    pairs = Counter({folded: count for folded, count in entries.items() if " " in folded})
    kept = dict(pairs.most_common(MOST_PAIRS))
    return {
        folded: SearchWord(
            folded=folded, written=forms[folded].most_common(1)[0][0], entries=entries[folded]
        )
        for folded in entries
        if " " not in folded or folded in kept
    }


def _written_words(line: str) -> list[str]:
    return _WRITTEN_WORD.findall(unicodedata.normalize("NFC", line))


def _folded(word: str) -> str:
    """Return the word folded; empty for what is no word of letters (numbers, other scripts)."""
    forms = words_of(word)
    folded = forms[0].folded if len(forms) == 1 else ""
    return folded if _LETTERS.fullmatch(folded) else ""


# --- did you mean ---------------------------------------------------------------------------------
class _Candidate(NamedTuple):
    words: tuple[str, ...]
    entries: int
    slips: int


class _Path(NamedTuple):
    score: float
    words: tuple[str, ...]


def put_right(query: Query) -> str | None:
    """Return the query with words one slip away that stand together most often; None where there are none."""
    words = [word.folded for word in query.words]
    if not words or len(words) > MOST_WORDS:
        return None
    near = [_near(word) for word in words]
    known = _known({each for of_word in near for each in of_word} | set(words))
    choices = [_candidates(word, of_word, known) for word, of_word in zip(words, near, strict=True)]
    if not all(choices):
        return None
    together = _known(
        {
            f"{one.words[-1]} {other.words[0]}"
            for left, right in pairwise(choices)
            for one in left
            for other in right
        }
    )
    best = _best(choices, together)
    pairs = {**together, **{key: word for key, word in known.items() if " " in key}}
    if best is None or _is_guess(best, set(words), pairs):
        return None
    return _as_written(best, known, pairs)


def _is_guess(best: Sequence[str], typed: Collection[str], pairs: Collection[str]) -> bool:
    """Whether a word that was put in stands beside none of its neighbours anywhere: another word by chance."""
    if len(best) == 1:
        return False
    return any(
        word not in typed
        and " ".join(best[at - 1 : at + 1]) not in pairs
        and " ".join(best[at : at + 2]) not in pairs
        for at, word in enumerate(best)
    )


def _near(word: str) -> set[str]:
    """Return what is one slip away: a letter too many, missing, wrong or in the wrong place; a missing space."""
    if not _LETTERS.fullmatch(word) or len(word) < 2:
        return set()
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    near = {left + right[1:] for left, right in splits if right}
    near |= {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    for letter in string.ascii_lowercase:
        near |= {left + letter + right[1:] for left, right in splits if right}
        near |= {left + letter + right for left, right in splits}
    near |= {f"{left} {right}" for left, right in splits if left and right}
    return near - {word, ""}


def _known(texts: Iterable[str]) -> dict[str, SearchWord]:
    return {word.folded: word for word in SearchWord.objects.filter(folded__in=list(texts))}


def _candidates(word: str, near: Iterable[str], known: dict[str, SearchWord]) -> list[_Candidate]:
    found = [
        _Candidate(tuple(each.split()), known[each].entries, 1) for each in near if each in known
    ]
    found.sort(key=lambda each: (-each.entries, each.words))
    own = [_Candidate((word,), known[word].entries, 0)] if word in known else []
    return own + found[:MOST_CANDIDATES]


def _best(
    choices: Sequence[Sequence[_Candidate]], together: dict[str, SearchWord]
) -> tuple[str, ...] | None:
    """Return the words of the best way through the choices that has at least one slip put right."""
    # Best path to each candidate, apart for paths with and without a slip.
    paths: dict[tuple[str, bool], _Path] = {}
    for number, candidates in enumerate(choices):
        reached: dict[tuple[str, bool], _Path] = {}
        for each in candidates:
            own = log2(1 + each.entries) * len(each.words) - SLIP * each.slips
            before = paths.items() if number else [(("", False), _Path(0.0, ()))]
            for (last, has_slip), path in before:
                pair = together.get(f"{last} {each.words[0]}")
                score = path.score + own + (3 * log2(1 + pair.entries) if pair else 0.0)
                key = (each.words[-1], has_slip or each.slips > 0)
                if key not in reached or reached[key].score < score:
                    reached[key] = _Path(score, path.words + each.words)
        paths = reached
    ended = [path for (_last, has_slip), path in paths.items() if has_slip]
    return max(ended).words if ended else None


def _as_written(
    words: Sequence[str], known: dict[str, SearchWord], pairs: dict[str, SearchWord]
) -> str:
    """Return the words with the diacritics they have beside their neighbours."""
    written = []
    for at, word in enumerate(words):
        beside = [
            (pair.entries, pair.written.split()[place])
            for start, place in ((at - 1, 1), (at, 0))
            if start >= 0 and (pair := pairs.get(" ".join(words[start : start + 2])))
        ]
        alone = known[word].written if word in known else word
        written.append(max(beside)[1] if beside else alone)
    return " ".join(written)


# --- while one types ------------------------------------------------------------------------------
def offer(typed: str, at: datetime) -> list[str]:
    """Return what may be meant by what has been typed so far: words that go on so, then titles."""
    query = Query.read(typed)
    words = query.words
    if not words or len(query.folded) < 2:
        return []
    lead, key = "", words[-1].folded
    beginnings = SearchWord.objects.order_by("-entries", "folded")
    if len(words) > 1:
        key = f"{words[-2].folded} {key}"
        lead = " ".join(_written_words(typed)[:-2])
    found = beginnings.filter(folded__startswith=key)
    pairs = list(found.filter(folded__contains=" ")[:OFFERED])
    offered = list(dict.fromkeys(f"{lead} {text}".strip() for text in _gone_on(pairs)))
    if not offered and len(words) == 1:
        offered = [word.written for word in found[:OFFERED]]
    groups = [tier for tier in query.begun() if tier[0][0].token.startswith("t:")]
    found_ids = engine.find(groups, OFFERED_TITLES * 4, at)
    titles = dict(SearchEntry.objects.filter(pk__in=found_ids).values_list("pk", "title"))
    # What is only tagged so does not read like what was typed.
    fitting = [titles[pk] for pk in sorted(titles, reverse=True) if _goes_on_in(titles[pk], query)]
    fitting = fitting[:OFFERED_TITLES]
    return [*offered[: OFFERED - len(fitting)], *fitting]


def _goes_on_in(title: str, query: Query) -> bool:
    *whole, begun = query.folded.split()
    words = [word.folded for word in words_of(title)]
    return set(whole) <= set(words) and any(word.startswith(begun) for word in words)


def _gone_on(pairs: Sequence[SearchWord]) -> list[str]:
    """Return the pairs as written, with a third word where it nearly always follows: "mạng xã" → "mạng xã hội"."""
    follows = Q()
    for pair in pairs:
        follows |= Q(folded__startswith=f"{pair.folded.split()[1]} ")
    after: dict[str, SearchWord] = {}
    if pairs:
        for word in SearchWord.objects.filter(follows).order_by("-entries", "folded")[:100]:
            after.setdefault(word.folded.split()[0], word)
    texts = []
    for pair in pairs:
        third = after.get(pair.folded.split()[1])
        goes_on = third is not None and third.entries >= GOES_ON * pair.entries > GOES_ON
        texts.append(
            f"{pair.written} {third.written.split()[1]}" if third and goes_on else pair.written
        )
    return texts
