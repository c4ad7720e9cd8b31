"""A message as the bytes that go over the line: headers, plain text and HTML, nothing else.

Python's own generator asks every header and line what it is and takes half of the time that a mail costs; a mail of
ours always has one of two shapes (RFC 2045, 2046), so it is written down directly.
"""

import base64
import secrets
from email import message_from_bytes, policy
from email.header import Header
from email.utils import formatdate
from functools import lru_cache
from re import compile as pattern
from typing import Any

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives
from django.core.mail.message import forbid_multi_line_headers, sanitize_address

LINE = 78  # characters; a longer header line is folded where it has a space
LONGEST_LINE = 998  # bytes a line of the body may have (RFC 5322 §2.1.1)
END = b"\r\n"
PLAIN_ADDRESS = pattern(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class Message(EmailMultiAlternatives):
    """Django's message, written out once, however often it is asked for. It has no attachments."""

    _content: bytes | None = None

    def content(self) -> bytes:
        """Return the whole message, its lines ended as they are on the wire. Raises ValueError where it cannot be."""
        if self._content is None:
            self._content = b"".join([*self._headers(), *self._body()])
        return self._content

    def message(self, **kwargs: Any) -> Any:
        """Return the MIME message, for whoever asks for its parts."""
        return message_from_bytes(self.content(), policy=policy.SMTP)

    def _headers(self) -> list[bytes]:
        own = {name.lower() for name in self.extra_headers}
        pairs = [
            ("From", self.from_email),
            ("To", ", ".join(map(str, self.to))),
            ("Subject", str(self.subject)),
        ]
        if "date" not in own:
            pairs.append(("Date", formatdate(localtime=settings.EMAIL_USE_LOCALTIME)))
        pairs += [(name, str(value)) for name, value in self.extra_headers.items()]
        return [_header(name, value) for name, value in pairs] + [b"MIME-Version: 1.0\r\n"]

    def _body(self) -> list[bytes]:
        plain = _part("plain", str(self.body))
        if not self.alternatives:
            return plain
        boundary = f"={secrets.token_hex(12)}".encode()
        lines = [b'Content-Type: multipart/alternative; boundary="', boundary, b'"\r\n\r\n']
        for part in (plain, *(_part("html", str(content)) for content, _type in self.alternatives)):
            lines += [b"--", boundary, END, *part, END]
        return [*lines, b"--", boundary, b"--\r\n"]


def content_of(message: EmailMessage) -> bytes:
    """Return any of Django's messages as the bytes that go over the line."""
    if isinstance(message, Message):
        return message.content()
    content: Any = message.message()
    return bytes(content.as_bytes(linesep="\r\n"))


def _header(name: str, value: str) -> bytes:
    """Return one header, folded where it is long. A value of two lines would be two headers: refused."""
    if "\n" in value or "\r" in value:
        raise BadHeaderError(f"{name}: {value!r}")
    if name == "Subject":
        # Django folds it as if the line were the subject's alone, so that the first line stays empty.
        words = value if value.isascii() else Header(value, "utf-8", header_name=name).encode()
    elif PLAIN_ADDRESS.fullmatch(value):
        words = value
    else:
        words = _checked(name, value)
    if len(name) + 2 + len(words) > LINE and " " in words and "\n" not in words:
        words = Header(words, maxlinelen=LINE, header_name=name).encode()
    return f"{name}: {words}\n".replace("\n", "\r\n").encode("ascii")


@lru_cache(maxsize=256)
def _checked(name: str, value: str) -> str:
    return str(forbid_multi_line_headers(name, value, "utf-8")[1])


@lru_cache(maxsize=256)
def envelope_address(value: str) -> str:
    """Return an address as the mail server wants it, without a name."""
    return value if PLAIN_ADDRESS.fullmatch(value) else sanitize_address(value, "utf-8")


def _part(kind: str, text: str) -> list[bytes]:
    """Return one text with its own headers, as it is where its lines may go over the wire."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    content = text.replace("\n", "\r\n").encode()
    encoding = b"7bit" if text.isascii() else b"8bit"
    if max(map(len, content.split(END))) > LONGEST_LINE or b"\x00" in content:
        encoding = b"base64"
        content = base64.encodebytes(content).replace(b"\n", END)
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: '.encode()
    return [head, encoding, END, END, content]
