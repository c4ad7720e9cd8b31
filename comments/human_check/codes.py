"""Codes of the human check: made, asked about, spent once, swept. The table is django-simple-captcha's."""

import re
import secrets

from captcha.models import CaptchaStore
from django.db import connection
from django.utils import timezone

from . import question, work

# Digits, because they are typed on a phone's number pad and understood when spoken. 0 and 1 are left out: with them 7
# and 6 could be misread.
ALPHABET = "23456789"
LENGTH = 5
_KEY = re.compile(r"[0-9a-f]{40}")
_SPEND = (
    f"DELETE FROM {CaptchaStore._meta.db_table} WHERE hashkey = %s AND expiration > %s"
    " RETURNING challenge, response"
)


def make_challenge() -> tuple[str, str]:
    """Return what is drawn and what must be typed (the library's CAPTCHA_CHALLENGE_FUNCT)."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return code, code


def issue() -> str:
    """Make a code and return its public key, from which nothing about the code follows."""
    challenge, response = make_challenge()
    key = secrets.token_hex(20)
    CaptchaStore.objects.create(hashkey=key, challenge=challenge, response=response)
    return key


def find_challenge(key: str) -> str | None:
    """Return what to draw or speak for a key, or None when the code is spent or has expired."""
    if not _KEY.fullmatch(key):
        return None
    open_codes = CaptchaStore.objects.filter(hashkey=key, expiration__gt=timezone.now())
    return open_codes.values_list("challenge", flat=True).first()


def spend(key: str, answer: str, number: str = "") -> bool:
    """Use the code up, and tell whether the answer was right: the digits, the question's answer or the work's number.

    One key takes one answer, right or wrong, also when sixteen arrive at once: only the one whose delete gave
    the row may compare. (The library compares whatever it deleted, and so accepted one answer up to five times.)
    """
    if not _KEY.fullmatch(key):
        return False
    # One statement, which the ORM has no word for; in SQLite and PostgreSQL alike.
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, [key, connection.ops.adapt_datetimefield_value(timezone.now())])
        code = cursor.fetchone()
    if code is None:
        return False
    challenge, response = code
    return (
        work.is_done(key, number)
        or secrets.compare_digest(response.encode(), answer.encode())
        or question.is_right(key, challenge, answer)
    )


def sweep() -> int:
    """Delete the codes whose time is over; return how many."""
    removed, _ = CaptchaStore.objects.filter(expiration__lte=timezone.now()).delete()
    return removed
