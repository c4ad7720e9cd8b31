"""Reads text that was typed with the input method off: raw Telex ("uwngs xuwr") and VNI ("u7ng1 xu73") → ứng xử."""

import re
import unicodedata
from collections.abc import Mapping
from functools import partial

_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_VOWELS = "aăâeêioôơuưy"
_VNI_MARKS = {
    "6": {"a": "â", "e": "ê", "o": "ô"},
    "7": {"o": "ơ", "u": "ư"},
    "8": {"a": "ă"},
    "9": {"d": "đ"},
}
_TELEX_MARKS = {
    "a": {"a": "â"},
    "e": {"e": "ê"},
    "o": {"o": "ô"},
    "w": {"a": "ă", "o": "ơ", "u": "ư"},
    "d": {"d": "đ"},
}
# A Vietnamese syllable without its tone: what a key sequence must come to, or it was none.
_SYLLABLE = re.compile(
    r"(?:b|ch|c|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?"
    r"(?:[aăâeêioôơuưy]|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|ôi|ơi|oo|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê"
    r"|iêu|oai|oao|oay|oeo|uao|uây|uôi|uya|uyê|uyu|ươi|ươu|yêu)"
    r"(?:ch|c|m|ng|nh|n|p|t)?"
)
# One key gives both vowels their horn ("truowng"), save at the end ("thuở") and after q.
_BOTH_HORNS = re.compile("(?<!q)uơ(?=.)")
_WORD = re.compile(r"[A-Za-zÀ-ỹ0-9]+")


def readings(typed: str) -> list[str]:
    """Return the text as Telex and as VNI would have written it, where either makes Vietnamese of it."""
    found: list[str] = []
    for tones, marks in ((_TELEX_TONES, _TELEX_MARKS), (_VNI_TONES, _VNI_MARKS)):
        text = _WORD.sub(partial(_read, tones=tones, marks=marks), typed)
        if text != typed and text not in found:
            found.append(text)
    return found


def _read(
    found: re.Match[str], tones: Mapping[str, str], marks: Mapping[str, Mapping[str, str]]
) -> str:
    """Return what the keys of a word write; the word itself where that is no syllable."""
    word = found.group()
    letters: list[str] = []
    tone = ""
    for key in word.casefold():
        has_vowel = any(letter in _VOWELS for letter in letters)
        if key in tones and has_vowel and not tone:
            tone = tones[key]
        elif key not in marks or not _put(letters, marks[key]):
            letters.append("ư" if key == "w" and "w" in marks else key)
    syllable = _BOTH_HORNS.sub("ươ", "".join(letters))
    if not _SYLLABLE.fullmatch(syllable):
        return word
    return _with_tone(syllable, tone)


def _put(letters: list[str], marked: Mapping[str, str]) -> bool:
    """Put a mark over the letter it belongs to, the last that takes it; False where none does."""
    for place in reversed(range(len(letters))):
        letter = letters[place]
        if letter in marked:
            # A second letter makes a mark also later in the syllable ("xuana" → "xuân"), but not across another vowel.
            if any(other in _VOWELS for other in letters[place + 1 :]):
                continue
            letters[place] = marked[letter]
            return True
    return False


def _with_tone(text: str, tone: str) -> str:
    """Return the syllable with the tone where it is written."""
    letters = list(text)
    begin = 2 if text.startswith(("qu", "gi")) and any(c in _VOWELS for c in text[2:]) else 0
    places = [at for at, letter in enumerate(letters) if letter in _VOWELS and at >= begin]
    marked = [at for at in places if letters[at] in "ăâêôơư"]
    if marked:
        place = marked[-1]
    elif len(places) == 1:
        place = places[0]
    elif len(places) == 3 or places[-1] < len(letters) - 1:
        place = places[1]
    else:
        place = places[0]
    letters = [*letters[: place + 1], tone, *letters[place + 1 :]]
    return unicodedata.normalize("NFC", "".join(letters))
