"""`manage.py encrypt_contacts_anew`: after SECRET_KEY was changed, readers' phones and addresses under the new one.

Put the old key into SECRET_KEY_FALLBACKS first; it must stay there as long as receipt codes made under it are used.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from comments.contacts import encrypt_anew


class Command(BaseCommand):
    """Encrypts again; may be repeated and interrupted."""

    help = "Mã hóa lại số điện thoại, thư điện tử của người bình luận bằng SECRET_KEY hiện tại."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say how many."""
        count = encrypt_anew()
        self.stdout.write(_("Đã mã hóa lại liên hệ của %(n)s bình luận.") % {"n": count})
