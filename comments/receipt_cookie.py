"""Shows a receipt code once more to the browser that sent the comment, for half an hour, without keeping it anywhere.

It goes to the browser itself, sealed: what stands in the cookie can be read by the portal alone, and for half an hour.
A session would be a row of the database that holds the code in plain beside the moment it was made.
"""

import base64
import functools
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

NAME = "bien-nhan"
SECONDS = 30 * 60
_SALT = "comments.receipt-cookie.v1"


def put(response: HttpResponse, shown: dict[str, Any]) -> None:
    """Send what the page after sending shows; anything JSON can say, below 2 kB."""
    sealed = _seal(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(
        json.dumps(shown, ensure_ascii=False).encode()
    )
    response.set_cookie(
        NAME,
        sealed.decode(),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def read(request: HttpRequest) -> dict[str, Any] | None:
    """Return what was put; None without it, after half an hour, or when somebody else wrote it."""
    sealed = request.COOKIES.get(NAME, "").encode()
    seal = _seal(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    try:
        shown: dict[str, Any] = json.loads(seal.decrypt(sealed, ttl=SECONDS))
    except InvalidToken:
        return None
    return shown


@functools.cache
def _seal(*secrets: str) -> MultiFernet:
    """Return what seals with the first secret and opens with any. (Fernet: AES-128-CBC, HMAC-SHA256, and the time.)"""
    keys = (salted_hmac(_SALT, "", secret=secret, algorithm="sha256") for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key.digest())) for key in keys])
