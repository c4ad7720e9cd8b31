"""Phones and addresses as they lie in the database: that they are encrypted, and under today's key.

Nothing here shows or logs one: findings name the comment and the column.
"""

from dataclasses import dataclass

from django.db import connection, transaction

from .models import Comment

COLUMNS = ("phone", "mail")
TOKEN = "gAAAA"  # how every Fernet token begins: version 0x80 and a time of this century


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
