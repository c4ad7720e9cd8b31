"""What makes one code's picture and sound the same each time, and unpredictable to whoever has its key."""

from random import Random

from django.utils.crypto import salted_hmac


def random_for(key: str, challenge: str) -> Random:
    """Return a generator of its own, seeded with the server's secret.

    The library seeds the global generator with the public key: then anybody can compute the noise and take it away.
    """
    digest = salted_hmac("comments.human_check", f"{key}|{challenge}", algorithm="sha256")
    return Random(digest.digest())
