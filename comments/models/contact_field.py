"""The field of a phone and an address: encrypted in the database, and in whatever Django writes out of it."""

from typing import TYPE_CHECKING, Any

from django.db import models
from encrypted_fields.fields import EncryptedCharField

if TYPE_CHECKING:
    EncryptedText = models.CharField[str | None, str | None]
else:
    EncryptedText = EncryptedCharField


class ContactField(EncryptedText):
    """As the library's, which serializers (`dumpdata`) write in plain; here they write what the database would hold."""

    def value_to_string(self, obj: models.Model) -> Any:
        """Return the value encrypted; `loaddata` reads it back."""
        return self.get_prep_value(self.value_from_object(obj))
