"""Receipt codes (mã tra cứu): "7K3M-9QXW-42TP", what a reader keeps to follow a comment without an account.

Eleven random characters and a check character of an alphabet of 31 without I, L, O, 0 and 1. As 31 is prime, the
weighted sum finds every single wrong character and every two exchanged ones. The database holds keyed
hashes only: neither a dump nor the staff can tell a code.
"""

import secrets
import unicodedata

from django.conf import settings
from django.utils.crypto import salted_hmac

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12
SALT = "comments.receipt.v1"
CODE_SALT = "comments.receipt-code.v1"


def make_code() -> str:
    """Return a new code, as it is shown."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return show(body + _check_character(body))


def code_of(*sent: str) -> str:
    """Return the code of what was sent, as it is shown: the same for the same, and secret without the server's key.

    A form that comes twice, because its answer was lost on the way, so gets the code that it got the first time.
    """
    digest = salted_hmac(CODE_SALT, "\0".join(sent), algorithm="sha256").digest()
    number, body = int.from_bytes(digest, "big"), ""
    for _place in range(LENGTH - 1):
        number, place = divmod(number, len(ALPHABET))
        body += ALPHABET[place]
    return show(body + _check_character(body))


def show(code: str) -> str:
    """Return a bare code in groups of four, easy to copy by hand."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def read_code(typed: str) -> str | None:
    """Return the bare code that was typed in whatever way, or None if it cannot be one."""
    text = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(char for char in text if char.isalnum())
    if len(code) != LENGTH or any(char not in ALPHABET for char in code):
        return None
    return code if _check_character(code[:-1]) == code[-1] else None


def hash_code(code: str, secret: str | None = None) -> str:
    """Return the keyed hash under which a code is stored; bare or as shown."""
    bare = code.replace("-", "")
    return salted_hmac(SALT, bare, secret=secret, algorithm="sha256").hexdigest()


def possible_hashes(code: str) -> list[str]:
    """Return the hashes under which a code may be stored: with today's key and with those it replaced."""
    return [
        hash_code(code, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def _check_character(body: str) -> str:
    total = sum(weight * ALPHABET.index(char) for weight, char in enumerate(body, start=1))
    # The check character's own weight is LENGTH: it is what brings the whole sum to 0.
    inverse = pow(LENGTH, -1, len(ALPHABET))
    return ALPHABET[-total * inverse % len(ALPHABET)]
