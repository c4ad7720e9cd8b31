"""The field of a phone and an address."""

from hanoi_portal.sealed_fields import SealedCharField


class ContactField(SealedCharField):
    """Encrypted in the database and in dumps, as all sealed fields; by its own name in the migrations."""
