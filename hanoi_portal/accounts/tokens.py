"""The key inside a link to set one's own password: good once, for a limited time, for an active account."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int

from ..models import User

# Who already has a password has just asked for the link and is waiting for it; an invitation may wait for a week
# (settings.PASSWORD_RESET_TIMEOUT).
FORGOTTEN_PASSWORD_LIFETIME = timedelta(hours=2)


class PasswordLinkTokens(PasswordResetTokenGenerator):
    """Django's tokens (they die with the old password, the next sign-in or another address), bounded further."""

    key_salt = "hanoi_portal.accounts.password-link"

    def check_token(self, user: Any, token: str | None) -> bool:
        """Tell whether the link may still set this user's password."""
        if not super().check_token(user, token) or not user.is_active:
            return False
        if not user.has_usable_password():
            return True
        made = base36_to_int(str(token).partition("-")[0])
        age = self._num_seconds(self._now()) - made
        return age <= FORGOTTEN_PASSWORD_LIFETIME.total_seconds()

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        assert isinstance(user, User)
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}"
