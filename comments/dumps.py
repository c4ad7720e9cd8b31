"""Looks for readers' contacts in a dump: in plain, in whatever spelling, between whatever stands beside them.

One way through the dump, however many contacts there are: it is cut at digits and at "@", and what stands there is
looked up. Of what is found only the comment and the column are told.
"""

import bz2
import gzip
import lzma
import re
import shutil
import subprocess
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError

from .contacts import COLUMNS, Finding
from .models import Comment

PIECE = 1 << 20  # bytes that are looked at together
LONGEST = 1024  # bytes: longer than any phone or address in any spelling
_DIGITS = re.compile(rb"[0-9](?:[ .()-]{0,2}[0-9]){8,}")
_NO_DIGIT = re.compile(rb"[^0-9]")
_HASH = re.compile(rb"(?=([0-9a-f]{64}))")
_OPENERS: dict[bytes, Callable[..., object]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}
BROKEN = (OSError, EOFError, lzma.LZMAError, zlib.error)  # what reading a damaged file raises


class UnreadableDump(DomainError):
    """Nothing can be told from the file."""


@contextmanager
def open_dump(path: Path) -> Iterator[BinaryIO]:
    """Open a dump as it would be restored: unpacked, and pg_dump's own form written out by pg_restore."""
    with path.open("rb") as file:
        head = file.read(5)
    if head == b"PGDMP":
        yield from _written_out(path)
        return
    opener = next((each for magic, each in _OPENERS.items() if head.startswith(magic)), open)
    with cast(BinaryIO, opener(path, "rb")) as dump:
        yield dump


def plain_in_dump(dump: BinaryIO) -> list[Finding]:
    """Return whose contact can be read in the dump; `UnreadableDump` when not even a comment can be found there.

    A file that is packed or encrypted in some other way shows no phone either: that proves nothing.
    """
    known = _Known()
    found: set[Finding] = set()
    is_a_dump = not known.receipts
    before = b""
    while piece := dump.read(PIECE):
        text = before + piece.replace(b"\0", b"").lower()  # UTF-16, too
        found |= set(known.in_text(text))
        is_a_dump = is_a_dump or any(each in known.receipts for each in _hashes(text))
        before = text[-LONGEST:]
    if not found and not is_a_dump:
        raise UnreadableDump(
            _(
                "Không thấy bình luận nào của cổng trong tệp này: tệp của nơi khác, hoặc đã nén, đã mã hóa. Chưa "
                "chứng minh được gì."
            )
        )
    return sorted(found)


def told_in_words() -> dict[Finding, int]:
    """Return whose contact stands in the words of a comment, and in which: there a moderator can hide it."""
    known = _Known()
    told: dict[Finding, int] = {}
    for pk, *words in Comment.objects.values_list("pk", "name", "title", "content").iterator():
        for finding in known.in_text("\n".join(words).lower().encode()):
            told.setdefault(finding, pk)
    return told


class _Known:
    """The contacts that the portal holds, by how they may be written."""

    def __init__(self) -> None:
        self.phones: dict[bytes, list[Finding]] = {}
        self.mails: dict[bytes, list[tuple[bytes, bytes, Finding]]] = {}
        self.receipts: set[bytes] = set()
        holders = Comment.objects.exclude(phone=None, mail=None)
        for pk, receipt, *values in holders.values_list("pk", "receipt_hash", *COLUMNS).iterator():
            self.receipts.add(receipt.encode())
            phone, mail = values
            if phone:
                self._add_phone(phone, Finding(pk, "phone"))
            if mail:
                local, _at, domain = mail.lower().encode().rpartition(b"@")
                self.mails.setdefault(domain[:3], []).append((local, domain, Finding(pk, "mail")))

    def _add_phone(self, phone: str, finding: Finding) -> None:
        digits = _NO_DIGIT.sub(b"", phone.encode())
        self.phones.setdefault(digits, []).append(finding)
        if phone.startswith("+84"):
            self.phones.setdefault(b"0" + digits[2:], []).append(finding)

    def in_text(self, text: bytes) -> Iterator[Finding]:
        """Yield whose contact stands in the text."""
        lengths = {len(each) for each in self.phones}
        for run in _DIGITS.finditer(text):
            digits = _NO_DIGIT.sub(b"", run.group())
            for length in lengths:
                for start in range(len(digits) - length + 1):
                    yield from self.phones.get(digits[start : start + length], ())
        at = text.find(b"@")
        while at >= 0:
            for local, domain, finding in self.mails.get(text[at + 1 : at + 4], ()):
                if text.startswith(domain, at + 1) and text.endswith(local, 0, at):
                    yield finding
            at = text.find(b"@", at + 1)


def _hashes(text: bytes) -> Iterator[bytes]:
    return (found[1] for found in _HASH.finditer(text))


def _written_out(path: Path) -> Iterator[BinaryIO]:
    program = shutil.which("pg_restore")
    if program is None:
        raise UnreadableDump(
            _("Tệp này do pg_dump --format=custom ghi: cần có pg_restore trên máy để đọc.")
        )
    command = [program, "--file=-", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        yield cast(BinaryIO, process.stdout)
        if process.wait() != 0:
            raise UnreadableDump(_("pg_restore không đọc được tệp này."))
