"""The health of units' addresses, as mail servers tell it: refused for good, or accepted again.

A mark stops nothing: the next letter still goes there, because a server may have been wrong, and if it is accepted
the mark is taken away. It is for people to see and put right.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models.functions import Lower

from .models import UnitContact


def note_refused(words_of: Mapping[str, str], at: datetime) -> None:
    """Mark the addresses that a mail server refused for good, with its words."""
    for address, words in words_of.items():
        UnitContact.objects.filter(email__iexact=address).update(refused_at=at, refused_words=words)


def note_accepted(addresses: Sequence[str]) -> None:
    """Take the marks from addresses that a mail server has accepted since. One query."""
    marked = UnitContact.objects.filter(refused_at__isnull=False).alias(lower=Lower("email"))
    marked.filter(lower__in={address.lower() for address in addresses}).update(
        refused_at=None, refused_words=""
    )
