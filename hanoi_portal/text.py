"""Vietnamese text: cleaning, folding, ordering and slugs. The one place where characters are judged.

Every text that a person types passes through `clean_line` or `clean_paragraphs` (the form fields of
`hanoi_portal.fields` do it); search and slugs stand on `fold`; lists are ordered by `sort_key`.
"""

import re
import unicodedata

# Characters that print nothing although Unicode does not call them spaces or format characters:
# Hangul fillers, the braille blank, the combining grapheme joiner, Khmer inherent vowels, Mongolian separator, the
# place of an object that was not copied along, the musical null notehead.
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u180e\ufffc\U0001d159"
_BLANK = re.compile(f"[{_BLANK_LETTERS}]")
# Format characters that are no part of Vietnamese text; the zero-width joiner (U+200D) holds emoji together and stays.
_KEPT_FORMAT = "\u200d"

# Marks that pile up on a letter (Latin, Cyrillic, Hebrew, Arabic, Thai, signs). No language needs more than four
# on one; thousands are drawn over the lines, and the buttons, above and below.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_MARK = re.compile(f"[{_MARKS}]")
_PILE = re.compile(f"((?:[{_MARKS}]\u200d*){{3}}[{_MARKS}])[{_MARKS}\u200d]+")

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# The order of the tones in Vietnamese dictionaries: level, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LETTER_CODE = {letter: f"{30 + rank:02d}" for rank, letter in enumerate(_ALPHABET)}
_BARE_WORD = re.compile("[0-9a-z]+")


def _bare_letters() -> dict[int, str]:
    """Return the letters of Vietnamese, composed, each with the plain one it is folded to; and its usual signs."""
    bare = {ord(sign): " " for sign in "–—“”‘’…•·«»\u00a0"}
    for letter in _ALPHABET:
        for tone in ("", *_TONES):
            composed = unicodedata.normalize("NFC", letter + tone)
            if len(composed) == 1:
                bare[ord(composed)] = unicodedata.normalize("NFD", letter)[0].replace("đ", "d")
    return bare


_BARE = _bare_letters()


def _is_removed(char: str) -> bool:
    if char in "\n\t":
        return False
    if char in _BLANK_LETTERS:
        return True
    category = unicodedata.category(char)
    return category in {"Cc", "Cs", "Co", "Cn"} or (category == "Cf" and char not in _KEPT_FORMAT)


def _strip_invisible(value: str) -> str:
    text = unicodedata.normalize("NFC", value)
    if not text.isprintable() or _BLANK.search(text):  # nearly every line is printable
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        kept = "".join(char for char in text if not _is_removed(char))
        text = unicodedata.normalize("NFC", kept)
    # Vietnamese, composed, has no marks apart from its letters.
    return _PILE.sub(r"\1", text) if _MARK.search(text) else text


def _shows(stripped: str) -> bool:
    """Tell whether a reader would see anything: a letter, digit, sign or symbol."""
    return any(unicodedata.category(char)[0] in "LNPS" for char in stripped)


def clean_line(value: str) -> str:
    """Return the text as one line: NFC, no invisible characters, single spaces, no ends.

    Text of which a reader would see nothing comes back empty, so that "required" means it.
    """
    text = " ".join(_strip_invisible(value).split())
    return text if _shows(text) else ""


def clean_paragraphs(value: str) -> str:
    """Return the text cleaned like `clean_line`, its line breaks kept, at most one empty line in a row."""
    lines = [" ".join(line.split()) for line in _strip_invisible(value).split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return text if _shows(text) else ""


def fold(value: str) -> str:
    """Return the text without case and diacritics, đ as d, everything but letters and digits as one space.

    "Ứng xử trên MẠNG" → "ung xu tren mang"; "722/KH-STTTT" → "722 kh stttt".
    """
    text = value.casefold().translate(_BARE)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("đ", "d"))
        text = "".join(char for char in text if not unicodedata.combining(char))
        return " ".join("".join(char if char.isalnum() else " " for char in text).split())
    return " ".join(_BARE_WORD.findall(text))


def slugify(value: str, max_length: int = 80) -> str:
    """Return an ASCII slug, cut at a word's end: "Kế hoạch 722" → "ke-hoach-722"."""
    words: list[str] = []
    for word in fold(value).encode("ascii", "ignore").decode().split():
        if sum(len(each) + 1 for each in words) + len(word) > max_length:
            break
        words.append(word)
    return "-".join(words)


def sort_key(value: str) -> str:
    """Return a key of digits that orders text as Vietnamese dictionaries do, on every database.

    First the letters (ă and â after a, đ after d …), then the tones. Two digits a letter; digits alone,
    so that no database's collation can order them otherwise.
    """
    letters: list[str] = []
    tones: list[str] = []
    for char in clean_line(value).casefold():
        decomposed = unicodedata.normalize("NFD", char)
        tone = next((mark for mark in decomposed if mark in _TONES), "")
        base = unicodedata.normalize("NFC", decomposed.replace(tone, "") if tone else decomposed)
        if base in _LETTER_CODE:
            letters.append(_LETTER_CODE[base])
            tones.append(_TONES.get(tone, "0"))
        elif base.isdecimal():
            letters.append(f"{20 + unicodedata.decimal(base):02d}")
        elif base.isspace():
            letters.append("01")
        else:
            letters.append("02")
    return ("".join(letters) + "00" + "".join(tones))[:400]
