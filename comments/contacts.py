"""Phones and addresses as they lie in the database: that they are encrypted, and under today's key.

Nothing here shows or logs one: findings name the comment and the column.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.db import connection, transaction

from .models import Comment

COLUMNS = ("phone", "mail")
TOKEN = "gAAAA"  # how every Fernet token begins: version 0x80 and a time of this century
PIECE = 1 << 20  # bytes of a dump that are looked at together
LONGEST = 1024  # bytes: longer than any phone or address in any spelling


@dataclass(frozen=True, order=True)
class Finding:
    """A contact in plain: whose it is, and which column; never the contact itself."""

    comment: int
    column: str


def plain_in_database() -> list[Finding]:
    """Return the stored values that are no token at all, without decrypting any."""
    table, quote = Comment._meta.db_table, connection.ops.quote_name
    found = []
    with connection.cursor() as cursor:
        for column in COLUMNS:
            cursor.execute(
                f"SELECT id FROM {quote(table)} WHERE {quote(column)} IS NOT NULL "
                f"AND {quote(column)} NOT LIKE %s",
                [f"{TOKEN}%"],
            )
            found += [Finding(row[0], column) for row in cursor.fetchall()]
    return sorted(found)


def plain_in_dump(dump: BinaryIO) -> list[Finding]:
    """Return whose contact can be read in the dump, whatever its form. Read in pieces: a dump may be large."""
    spellings = [(finding, each) for finding, value in _contacts() for each in _spellings(value)]
    found: set[Finding] = set()
    before = b""
    while piece := dump.read(PIECE):
        text = (before + piece).lower()
        found |= {finding for finding, each in spellings if each in text}
        before = text[-LONGEST:]
    return sorted(found)


def encrypt_anew() -> int:
    """Write every contact again, under today's key; return of how many comments."""
    done = 0
    holders = Comment.objects.exclude(phone=None, mail=None).order_by("pk")
    for pk in list(holders.values_list("pk", flat=True)):
        with transaction.atomic():
            comment = (
                Comment.objects.select_for_update().only("phone", "mail").filter(pk=pk).first()
            )
            if comment is not None:
                values = {name: getattr(comment, name) for name in COLUMNS}
                Comment.objects.filter(pk=pk).update(**values)
                done += 1
    return done


def _contacts() -> Iterator[tuple[Finding, str]]:
    for pk, *values in Comment.objects.values_list("pk", *COLUMNS).iterator():
        for column, value in zip(COLUMNS, values, strict=True):
            if value:
                yield Finding(pk, column), value


def _spellings(value: str) -> Iterable[bytes]:
    """Return how the contact may be written: +84912345678 also as 0912345678; text also as UTF-16."""
    ways = {value.lower()}
    if value.startswith("+84"):
        ways |= {f"0{value[3:]}", value[1:]}
    return [way.encode(code) for way in ways for code in ("utf-8", "utf-16-le")]
