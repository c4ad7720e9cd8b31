"""The plain question: "hai mươi ba cộng bốn bằng mấy?", for who can neither see the picture nor hear the sound.

It belongs to the same key as the picture and follows from it by the server's secret: nothing more is stored, and the
key alone tells nothing. No sum carries over ten, so that it can be worked out by anybody. It is asked in the language
of the page; answers in either language are right.
"""

import unicodedata

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hanoi_portal.text import fold

from .seed import random_for

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


IN_ENGLISH = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
TENS_IN_ENGLISH = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def ask(key: str, challenge: str) -> str:
    """Return the question of a key, in words."""
    first, second = _numbers(key, challenge)
    if (get_language() or "").startswith("en"):
        words = {"first": say_in_english(first), "second": say_in_english(second)}
    else:
        words = {"first": say(first).capitalize(), "second": say(second)}
    return _("%(first)s cộng %(second)s bằng mấy?") % words


def is_right(key: str, challenge: str, typed: str) -> bool:
    """Tell whether what was typed answers the key's question, in digits or in words."""
    total = sum(_numbers(key, challenge))
    answer = unicodedata.normalize("NFKC", typed).strip()
    return answer == str(total) or fold(answer).replace(" ", "") in _spellings(total)


def say(number: int) -> str:
    """Return a number below 100 in Vietnamese words."""
    tens, units = divmod(number, 10)
    if tens == 0:
        return DIGITS[units]
    words = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    if units == 0:
        return words
    if units == 5:
        return f"{words} lăm"
    return f"{words} mốt" if units == 1 and tens > 1 else f"{words} {DIGITS[units]}"


def say_in_english(number: int) -> str:
    """Return a number below 100 in English words."""
    if number < 20:
        return IN_ENGLISH[number]
    tens, units = divmod(number, 10)
    return TENS_IN_ENGLISH[tens - 2] + (f"-{IN_ENGLISH[units]}" if units else "")


def _numbers(key: str, challenge: str) -> tuple[int, int]:
    random = random_for(key, f"question {challenge}")
    tens, units = random.randint(1, 6), random.randint(1, 5)
    return tens * 10 + units, random.randint(2, 9 - units)


def _spellings(number: int) -> frozenset[str]:
    """Return the ways in which people write the number, folded and without spaces."""
    words = say(number)
    ways = {
        words,
        words.replace(" lăm", " năm"),
        words.replace(" mươi", ""),
        words.replace("bốn", "tư"),
        say_in_english(number),
    }
    return frozenset(fold(way).replace(" ", "") for way in ways)
