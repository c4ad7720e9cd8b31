"""Sessions in the database, as Django's own; a new one is written without asking first whether its key is taken."""

from typing import Any

from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.crypto import get_random_string


class SessionStore(DatabaseStore):
    """Django's store. Thirty-two random letters are never taken; if they were, `create` would try others."""

    def _get_new_session_key(self) -> Any:
        return get_random_string(32, VALID_KEY_CHARS)
