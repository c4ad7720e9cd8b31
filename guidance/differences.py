"""What changed between two texts, in words and not in HTML: paragraphs held against each other, then their words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanoi_portal.html import plain_text

FIELDS = {
    "title": gettext_lazy("Tiêu đề"),
    "slug": gettext_lazy("Địa chỉ"),
    "category": gettext_lazy("Chuyên mục"),
    "summary": gettext_lazy("Tóm tắt"),
    "body": gettext_lazy("Nội dung"),
    "author_name": gettext_lazy("Tác giả"),
    "source_name": gettext_lazy("Nguồn"),
}
# So many paragraphs that did not change are shown before and after one that did.
AROUND = 1
# Paragraphs less alike than this are another paragraph, not the same one with other words.
ALIKE = 0.4

_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"[^>]*>(.*?)</a>', re.S)
_PICTURE = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r'\balt="([^"]*)"')
_HEADING = re.compile(r"<h([2-4])\b[^>]*>")
_ITEM = re.compile(r"<li\b[^>]*>")
_WORD = re.compile(r"\s+|[^\s]+")

SAME, ADDED, REMOVED, SKIPPED = "same", "added", "removed", "skipped"


@dataclass(frozen=True)
class Piece:
    """Some words: the same in both texts, added, or removed."""

    kind: str
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the comparison; `skipped` stands for some that did not change."""

    kind: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class FieldDifference:
    """A field that changed, with what it is called."""

    name: str
    label: Any
    paragraphs: tuple[Paragraph, ...]


def readable(html: str) -> str:
    """Return HTML as lines to read, pictures and where links lead among the words."""
    text = _PICTURE.sub(_picture, html)
    text = _LINK.sub(_link, text)
    text = _HEADING.sub(lambda found: f"{found[0]}{'#' * int(found[1])} ", text)
    return plain_text(_ITEM.sub(lambda found: f"{found[0]}• ", text))


def differences(
    old: Mapping[str, Any], new: Mapping[str, Any], labels: Mapping[str, Any] = FIELDS
) -> list[FieldDifference]:
    """Return what changed from one text to another (`Article.text()`, `Revision.text`), field by field."""
    found = []
    for name, label in labels.items():
        before, after = _said(name, old.get(name)), _said(name, new.get(name))
        if before != after:
            paragraphs = tuple(_folded(list(_paragraphs(before, after))))
            found.append(FieldDifference(name, label, paragraphs))
    return found


def _said(name: str, value: Any) -> list[str]:
    text = "" if value is None else str(value)
    if name == "body":
        text = readable(text)
    return [line for line in text.split("\n") if line.strip()]


def _paragraphs(before: Sequence[str], after: Sequence[str]) -> Iterator[Paragraph]:
    for verb, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if verb == "equal":
            yield from (Paragraph(SAME, (Piece(SAME, line),)) for line in before[i:j])
            continue
        old, new = list(before[i:j]), list(after[k:m])
        is_one_line = len(before) == len(after) == 1
        # Paragraphs that stand for each other are shown as one, their words marked.
        while old and new:
            likeness = SequenceMatcher(None, old[0], new[0], autojunk=False)
            if is_one_line or likeness.ratio() >= ALIKE:
                yield Paragraph("changed", tuple(_words(old.pop(0), new.pop(0))))
            elif len(old) >= len(new):
                yield Paragraph(REMOVED, (Piece(REMOVED, old.pop(0)),))
            else:
                yield Paragraph(ADDED, (Piece(ADDED, new.pop(0)),))
        yield from (Paragraph(REMOVED, (Piece(REMOVED, line),)) for line in old)
        yield from (Paragraph(ADDED, (Piece(ADDED, line),)) for line in new)


def _words(old: str, new: str) -> Iterator[Piece]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    removed, added = "", ""
    for verb, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[i:j]), "".join(after[k:m])
        if verb != "equal" or (gone.isspace() and removed and added):
            # A space between two changed words is part of one change, easier to read than two.
            removed, added = removed + gone, added + come
            continue
        yield from _change(removed, added)
        removed, added = "", ""
        yield Piece(SAME, gone)
    yield from _change(removed, added)


def _change(removed: str, added: str) -> Iterator[Piece]:
    # What both end with (the space of the rule above) has not changed.
    space = " " if removed.endswith(" ") and added.endswith(" ") else ""
    removed, added = removed.removesuffix(space), added.removesuffix(space)
    if removed:
        yield Piece(REMOVED, removed)
    if added:
        yield Piece(ADDED, added)
    if space:
        yield Piece(SAME, space)


def _folded(paragraphs: list[Paragraph]) -> Iterator[Paragraph]:
    """Leave out what did not change, but for the nearest paragraphs."""
    near = {
        number + step
        for number, each in enumerate(paragraphs)
        if each.kind != SAME
        for step in range(-AROUND, AROUND + 1)
    }
    is_skipping = False
    for number, each in enumerate(paragraphs):
        if number in near:
            is_skipping = False
            yield each
        elif not is_skipping:
            is_skipping = True
            yield Paragraph(SKIPPED)


def _picture(found: re.Match[str]) -> str:
    alt = _ALT.search(found[0])
    return _("[Ảnh: %(alt)s]") % {"alt": alt[1] if alt else ""}


def _link(found: re.Match[str]) -> str:
    address, words = found[1], found[2]
    return words if unescape(address) in unescape(words) else f"{words} ({address})"
