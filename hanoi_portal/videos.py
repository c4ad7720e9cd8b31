"""Knows a whole MP4 or WebM by its content, and blanks where an MP4 says that it was filmed.

An MP4 is boxes in boxes (ISO/IEC 14496-12): a phone writes the place into `udta` or `meta` of the film or of one of its
tracks. A WebM is EBML (RFC 8794) whose head names the kind; browsers and programs write no place there.
"""

import struct
from collections.abc import Iterator
from typing import IO

HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif"})
EBML = b"\x1a\x45\xdf\xa3"
# What holds other boxes on the way to where a place may be written, and what may hold one.
FOLDERS = frozenset({b"moov", b"trak"})
WORDS = frozenset({b"udta", b"meta"})
MOST_BOXES = 10_000


class BrokenVideo(ValueError):
    """It is cut off, or its parts do not fit together."""


def is_mp4(start: bytes) -> bool:
    """Tell whether it begins as a film does; pictures of the same family (HEIC) are none."""
    return start[4:8] == b"ftyp" and start[8:12] not in HEIF_BRANDS


def is_heif(start: bytes) -> bool:
    """Tell whether it is a picture as newer phones keep them."""
    return start[4:8] == b"ftyp" and start[8:12] in HEIF_BRANDS


def is_webm(start: bytes) -> bool:
    """Tell whether it is EBML whose head says "webm"."""
    return start.startswith(EBML) and b"webm" in start[:64]


def blank_place(file: IO[bytes], size: int) -> None:
    """Write zeros over what an MP4 says beside the film, in place; BrokenVideo if it is not whole."""
    kinds = {kind for kind, _start, _end in _boxes(file, 0, size)}
    if b"moov" not in kinds or not kinds & {b"mdat", b"moof"}:
        raise BrokenVideo("no film in it")
    for start, end in list(_with_words(file, 0, size)):
        file.seek(start + 4)
        file.write(b"free")
        file.seek(start + 8)
        left = end - start - 8
        while left:
            left -= file.write(bytes(min(left, 1 << 16)))


def _with_words(file: IO[bytes], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the boxes stand that may name a place."""
    for kind, begin, finish in _boxes(file, start, end):
        if kind in FOLDERS:
            yield from _with_words(file, begin + 8, finish)
        elif kind in WORDS:
            yield begin, finish


def _boxes(file: IO[bytes], start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield each box's kind, start and end; BrokenVideo where they do not fill the space exactly."""
    count = 0
    while start < end:
        count += 1
        file.seek(start)
        head = file.read(16)
        if len(head) < 8 or count > MOST_BOXES:
            raise BrokenVideo("a box cut off")
        size, kind = struct.unpack(">I4s", head[:8])
        if size == 1 and len(head) == 16:
            (size,) = struct.unpack(">Q", head[8:])
        elif size == 0:  # to the end
            size = end - start
        if size < 8 or start + size > end:
            raise BrokenVideo("a box larger than its place")
        yield kind, start, start + size
        start += size
