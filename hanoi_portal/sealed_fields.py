"""Fields that are encrypted in the database, and in whatever Django writes out of it.

The library's own fields are written in plain by serializers (`dumpdata`); these write what the database would hold, and
`loaddata` reads it back.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from encrypted_fields.fields import EncryptedCharField, EncryptedTextField

if TYPE_CHECKING:
    EncryptedLine = models.CharField[str | None, str | None]
    EncryptedText = models.TextField[str | None, str | None]
else:
    EncryptedLine, EncryptedText = EncryptedCharField, EncryptedTextField


class SealedCharField(EncryptedLine):
    """A line of text."""

    def value_to_string(self, obj: models.Model) -> Any:
        """Return the value encrypted."""
        return self.get_prep_value(self.value_from_object(obj))


class SealedTextField(EncryptedText):
    """A text of any length."""

    def value_to_string(self, obj: models.Model) -> Any:
        """Return the value encrypted."""
        return self.get_prep_value(self.value_from_object(obj))
