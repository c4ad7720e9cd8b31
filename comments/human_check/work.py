"""The silent proof of work: a number n so that SHA-256("<key>:<n>") begins with so many zero bits.

A browser finds one in a second or two while its reader types; checking costs the server one hash. It asks nothing of
the reader and nothing about the reader.
"""

import hashlib
import re

from django.conf import settings

_NUMBER = re.compile(r"[0-9]{1,12}")


def is_done(key: str, number: str) -> bool:
    """Tell whether the number is one that took the work."""
    if not _NUMBER.fullmatch(number):
        return False
    digest = hashlib.sha256(f"{key}:{number}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - settings.COMMENT_WORK_BITS) == 0
