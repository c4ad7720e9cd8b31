"""Takes out of a photograph what its camera wrote beside the picture: where and when it was made, with what, by whom.

The picture itself is not packed anew, so it loses nothing. What a viewer needs stays: the colour profile, and which way
is up. (JPEG: ITU-T T.81 annex B, Exif in APP1; PNG: W3C PNG 3rd edition, 11.3.)
"""

import io
import struct
import warnings
from collections.abc import Iterator

from PIL import Image
from PIL.ExifTags import Base

SOI, EOI, SOS, COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
APP0, APP2, APP14, APP15 = 0xE0, 0xE2, 0xEE, 0xEF
RESTARTS = range(0xD0, 0xD8)
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
# Text, times and Exif; all else in a PNG is about how the picture looks.
PNG_TRACES = frozenset({b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"})


def without_traces(content: bytes) -> bytes:
    """Return the same JPEG or PNG without what was written beside the picture; ValueError if it is cut off."""
    if content.startswith(PNG_HEAD):
        return _png(content)
    return _jpeg(content)


def _png(content: bytes) -> bytes:
    """Copy the chunks that are the picture; what follows its end is left behind."""
    out, at = bytearray(PNG_HEAD), len(PNG_HEAD)
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if kind not in PNG_TRACES:
            out += content[at:end]
        if kind == b"IEND":
            return bytes(out)
        at = end
    raise ValueError("a PNG without its end")


def _jpeg(content: bytes) -> bytes:
    """Copy the segments that are the picture, up to its end: some cameras hide a second picture behind it."""
    out = bytearray(b"\xff\xd8")
    turn = _turn(content)
    if turn > 1:
        out += _segment(0xE1, _exif_of_turn(turn))
    for marker, start, end in _segments(content):
        if marker == EOI:
            return bytes(out + b"\xff\xd9")
        if not _is_trace(marker, content[start + 4 : start + 16]):
            out += content[start:end]
    raise ValueError("a JPEG without its end")


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield each segment's marker, start and end; the packed picture goes with the segment before it."""
    at = 2
    while at + 2 <= len(content):
        if content[at] != 0xFF:
            raise ValueError("no marker where one has to be")
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == EOI:
            yield marker, at, at + 2
            return
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        end = at + 2 + length
        if marker == SOS:
            end = _end_of_scan(content, end)
        yield marker, at, end
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    """Return where the packed points end: at the first marker that is not part of them."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise ValueError("a JPEG cut off in its points")
        following = content[at + 1]
        if following and following not in RESTARTS and following != 0xFF:
            return at
        at += 1 if following == 0xFF else 2


def _is_trace(marker: int, head: bytes) -> bool:
    if marker == COMMENT:
        return True
    if marker == APP2:
        return not head.startswith(b"ICC_PROFILE")
    return APP0 < marker <= APP15 and marker != APP14


def _turn(content: bytes) -> int:
    """Return which way is up, 1 to 8, as the camera says (Exif's Orientation)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # an Exif that is partly broken is read as far as it goes
            with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
                turn = picture.getexif().get(Base.Orientation.value, 1)
    except (OSError, SyntaxError, ValueError, struct.error):
        return 1  # an Exif that nobody can read says nothing
    return turn if isinstance(turn, int) and 1 <= turn <= 8 else 1


def _exif_of_turn(turn: int) -> bytes:
    """Return an Exif of one entry, the Orientation."""
    entry = struct.pack(">HHIHH", Base.Orientation.value, 3, 1, turn, 0)
    return b"Exif\0\0MM\0\x2a" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
