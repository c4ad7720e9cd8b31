"""One rendered page, packed once, and how it is answered: whole, compressed, "not modified", or without a body."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

from ..compression import TEXTS, WORTH_IT, accepts_gzip
from .declaring import KEPT_STATUSES

Headers = list[tuple[str, str]]

LARGEST = 1024 * 1024  # bytes; larger answers are not kept
# What a 304 repeats (RFC 9110, 15.4.5).
_REPEATED = frozenset({"cache-control", "content-location", "etag", "vary", "expires"})
# What belongs to one way of sending the page.
_OF_THE_SENDING = frozenset({"content-length", "content-encoding", "etag"})


@dataclass(frozen=True)
class Copy:
    """A page as everybody gets it. `body` is compressed if `is_packed`; `headers` are those of the page itself."""

    status: str
    headers: tuple[tuple[str, str], ...]
    tag: str
    body: bytes
    is_packed: bool

    @classmethod
    def of(cls, status: str, headers: Iterable[tuple[str, str]], body: bytes) -> "Copy | None":
        """Return the copy of an answer; None when it may not be kept."""
        kept = [(name, value) for name, value in headers if name.lower() not in _OF_THE_SENDING]
        if not _may_keep(status, headers, body):
            return None
        described = {name.lower(): value for name, value in kept}
        is_packed = len(body) >= WORTH_IT and described.get("content-type", "").startswith(TEXTS)
        tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
        packed = gzip.compress(body, compresslevel=6, mtime=0) if is_packed else body
        return cls(status, tuple(kept), tag, packed, is_packed)

    @property
    def size(self) -> int:
        """Return about how many bytes of memory the copy takes."""
        return len(self.body) + 2000

    def answer(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """Answer a GET or a HEAD."""
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked and (self.tag in asked or asked.strip() == "*") and self.status.startswith("200"):
            start_response("304 Not Modified", list(self._repeated))
            return []
        is_compressed = self.is_packed and accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        headers, body = self._compressed if is_compressed else self._plain
        start_response(self.status, list(headers))
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    @cached_property
    def _compressed(self) -> tuple[Headers, bytes]:
        return self._with(self.body, ("Content-Encoding", "gzip")), self.body

    @cached_property
    def _plain(self) -> tuple[Headers, bytes]:
        body = gzip.decompress(self.body) if self.is_packed else self.body
        return self._with(body), body

    @cached_property
    def _repeated(self) -> Headers:
        return [pair for pair in self._with(b"") if pair[0].lower() in _REPEATED]

    def _with(self, body: bytes, *more: tuple[str, str]) -> Headers:
        # Weak: the same page, compressed or not, is not the same bytes.
        length = ("Content-Length", str(len(body)))
        return [*self.headers, *more, length, ("ETag", f"W/{self.tag}")]


def _may_keep(status: str, headers: Iterable[tuple[str, str]], body: bytes) -> bool:
    said: dict[str, set[str]] = {"cache-control": set(), "vary": set()}
    for name, value in headers:
        said.setdefault(name.lower(), set()).update(
            word.strip().lower() for word in value.split(",")
        )
    return (
        int(status[:3]) in KEPT_STATUSES
        and len(body) <= LARGEST
        and "set-cookie" not in said
        and said["vary"] <= {"accept-encoding"}
        and "public" in said["cache-control"]
        and not said["cache-control"] & {"private", "no-store"}
    )
