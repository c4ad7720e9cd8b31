"""Phone numbers as readers type them, and the one form in which they are kept: +84912345678."""

import re
import unicodedata

# Mobile: ten digits after the reform of 2018. Fixed lines: 02 and nine more digits.
_VIETNAMESE = re.compile(r"(?:3[2-9]|5[25-9]|7[06-9]|8[1-9]|9[0-9])[0-9]{7}|2[0-9]{9}")
# E.164: a country code that does not begin with 0, at most fifteen digits in all.
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{7,14}")
_SEPARATORS = re.compile(r"[\s.()\-\u2010-\u2015]")


def normalize_phone(typed: str) -> str | None:
    """Return the number in E.164 form, or None if it is no Vietnamese or international number."""
    number = _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed))
    if number.startswith("00"):
        number = "+" + number[2:]
    if number.startswith("+84"):
        national = number[3:].removeprefix("0")  # "+84 (0)91…" is often seen
    elif number.startswith("0"):
        national = number[1:]
    elif number.startswith("84") and len(number) in {11, 12}:
        national = number[2:]
    else:
        return number if _INTERNATIONAL.fullmatch(number) else None
    return f"+84{national}" if _VIETNAMESE.fullmatch(national) else None
