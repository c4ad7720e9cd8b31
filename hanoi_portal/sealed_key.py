"""Addresses that open something by themselves: a row's own random number and an HMAC of it under SECRET_KEY.

The token is `<key>.<signature>`. Nothing that opens is stored, so a copy of the database opens none. (RFC 2104; 128
bits of signature.) Each purpose has its own tokens: that of a letter opens no calendar.
"""

import base64
import hashlib
import hmac
import uuid

from django.conf import settings

SIGNATURE_BYTES = 16


def token_of(key: uuid.UUID, purpose: str) -> str:
    """Return the token that opens what has this key."""
    return f"{_encoded(key.bytes)}.{_signature(key, purpose, settings.SECRET_KEY)}"


def key_of(token: str, purpose: str) -> uuid.UUID | None:
    """Return the key that a token was made for; None for any other text."""
    encoded, _dot, signature = token.partition(".")
    try:
        key = uuid.UUID(bytes=base64.urlsafe_b64decode(f"{encoded}=="))
    except ValueError:
        return None
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    given = signature.encode()
    # Compared with all of them, so that the time tells nothing.
    matches = [
        hmac.compare_digest(_signature(key, purpose, each).encode(), given) for each in secrets
    ]
    return key if any(matches) else None


def _signature(key: uuid.UUID, purpose: str, secret: str) -> str:
    digest = hmac.new(secret.encode(), purpose.encode() + key.bytes, hashlib.sha256).digest()
    return _encoded(digest[:SIGNATURE_BYTES])


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
