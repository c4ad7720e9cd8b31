"""Hints for the moderator: what to look at in a comment. Never verdicts: nothing is decided by them."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from hanoi_portal.text import fold

from .models import Comment, WatchedWord

# Each begins only where a word does, so that a long word made to be slow is looked through once.
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![a-z0-9-])[a-z0-9-]+\.(?:com|vn|net|org|info|xyz|top)\b", re.I
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]*\w")
_NUMBER = re.compile(r"\+?\d(?:[ .-]?\d){8,15}")
_SAME_SIGN = re.compile(r"(\S)\1{5,}")
_SENTENCE_END = re.compile(r"[.!?…\n]+")
SAME_SHOWN = 5


@dataclass(frozen=True)
class Hint:
    """One thing to look at, in words; `others` are comments that hold the same text."""

    text: str
    others: tuple[int, ...] = ()


def fingerprint(content: str) -> str:
    """Return what is the same for texts that differ only in accents, capitals and spaces."""
    return hashlib.sha256((fold(content) or content).encode()).hexdigest()


def count_links(text: str) -> int:
    """Return how many links the text holds, clickable or not."""
    return len(_LINK.findall(_MAIL.sub(" ", text)))


def personal_data(text: str) -> list[str]:
    """Return passages that look like somebody's phone, document or account number, or address, each once."""
    return list(dict.fromkeys([*_MAIL.findall(text), *_NUMBER.findall(text)]))


def hints_for(comments: Sequence[Comment]) -> dict[int, list[Hint]]:
    """Return the hints of each comment, by its number. Two queries however many there are."""
    words = [(word.word, fold(word.word)) for word in WatchedWord.objects.all()]
    prints = {comment.fingerprint for comment in comments if comment.fingerprint}
    of_one = F("fingerprint")
    newest = (
        Comment.objects.filter(fingerprint__in=prints)
        .annotate(
            nth=Window(RowNumber(), partition_by=of_one, order_by=F("pk").desc()),
            total=Window(Count("*"), partition_by=of_one),
        )
        .filter(nth__lte=SAME_SHOWN + 1)
        .order_by("-pk")
    )
    same: dict[str, list[tuple[int, int]]] = {}
    for print_of, pk, total in newest.values_list("fingerprint", "pk", "total"):
        same.setdefault(print_of, []).append((pk, total))
    return {comment.pk: list(_hints(comment, words, same)) for comment in comments}


def _hints(
    comment: Comment,
    words: Iterable[tuple[str, str]],
    same: dict[str, list[tuple[int, int]]],
) -> Iterable[Hint]:
    text = f"{comment.name}\n{comment.title}\n{comment.content}"
    if links := count_links(text):
        yield Hint(_("Liên kết: %(n)d") % {"n": links})
    if passages := personal_data(text):
        yield Hint(_("Có thể là thông tin cá nhân: %(what)s") % {"what": ", ".join(passages)})
    folded = f" {fold(text)} "
    # A word without any letter, such as an emoji, is looked for as it is.
    if found := [
        word for word, plain in words if (f" {plain} " in folded if plain else word in text)
    ]:
        yield Hint(_("Từ cần lưu ý: %(words)s") % {"words": ", ".join(found)})
    others = [(pk, total) for pk, total in same.get(comment.fingerprint, ()) if pk != comment.pk]
    if others:
        numbers = tuple(pk for pk, _total in others[:SAME_SHOWN])
        yield Hint(_("Cùng lời với %(n)d bình luận khác:") % {"n": others[0][1] - 1}, numbers)
    letters = [char for char in text if char.isalpha()]
    if len(letters) > 20 and sum(char.isupper() for char in letters) > len(letters) * 0.7:
        yield Hint(_("Viết hoa gần hết"))
    if _SAME_SIGN.search(text):
        yield Hint(_("Một ký tự lặp nhiều lần"))
    sentences = Counter(map(fold, _SENTENCE_END.split(comment.content)))
    if any(count > 2 and len(sentence) > 9 for sentence, count in sentences.items()):
        yield Hint(_("Một câu lặp nhiều lần"))
