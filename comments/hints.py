"""Hints for the moderator: what to look at in a comment. Never verdicts: nothing is decided by them."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hanoi_portal.text import fold

from .models import Comment, WatchedWord

_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[a-z0-9-]+\.(?:com|vn|net|org|info|xyz|top)\b", re.I)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_NUMBER = re.compile(r"\+?\d(?:[ .-]?\d){8,15}")
_SAME_SIGN = re.compile(r"(\S)\1{5,}")


@dataclass(frozen=True)
class Hint:
    """One thing to look at, in words; `others` are comments that hold the same text."""

    text: str
    others: tuple[int, ...] = ()


def fingerprint(content: str) -> str:
    """Return what is the same for texts that differ only in accents, capitals and spaces."""
    return hashlib.sha256(fold(content).encode()).hexdigest()


def count_links(text: str) -> int:
    """Return how many links the text holds, clickable or not."""
    return len(_LINK.findall(_MAIL.sub(" ", text)))


def personal_data(text: str) -> list[str]:
    """Return passages that look like somebody's phone, document or account number, or address, each once."""
    return list(dict.fromkeys([*_MAIL.findall(text), *_NUMBER.findall(text)]))


def hints_for(comments: Sequence[Comment]) -> dict[int, list[Hint]]:
    """Return the hints of each comment, by its number. Two queries however many there are."""
    words = [(word.word, f" {fold(word.word)} ") for word in WatchedWord.objects.all()]
    prints = {comment.fingerprint for comment in comments if comment.fingerprint}
    same: dict[str, list[int]] = {}
    for pk, found in Comment.objects.filter(fingerprint__in=prints).values_list(
        "pk", "fingerprint"
    ):
        same.setdefault(found, []).append(pk)
    return {comment.pk: list(_hints(comment, words, same)) for comment in comments}


def _hints(
    comment: Comment, words: Iterable[tuple[str, str]], same: dict[str, list[int]]
) -> Iterable[Hint]:
    text = f"{comment.title}\n{comment.content}"
    if links := count_links(text):
        yield Hint(_("Liên kết: %(n)d") % {"n": links})
    if passages := personal_data(text):
        yield Hint(_("Có thể là thông tin cá nhân: %(what)s") % {"what": ", ".join(passages)})
    folded = f" {fold(text)} "
    if found := [word for word, plain in words if plain in folded]:
        yield Hint(_("Từ cần lưu ý: %(words)s") % {"words": ", ".join(found)})
    others = tuple(pk for pk in same.get(comment.fingerprint, ()) if pk != comment.pk)
    if others:
        yield Hint(_("Cùng lời với bình luận khác:"), others[:5])
    letters = [char for char in text if char.isalpha()]
    if len(letters) > 20 and sum(char.isupper() for char in letters) > len(letters) * 0.7:
        yield Hint(_("Viết hoa gần hết"))
    if _SAME_SIGN.search(text):
        yield Hint(_("Một ký tự lặp nhiều lần"))
