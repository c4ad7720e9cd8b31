"""Cells that a spreadsheet program shows as text and never runs as a formula.

A cell that begins with = + - @ (or a tab or line break, or spaces before them) is computed when the file is opened,
whoever wrote it (CSV injection, OWASP). `escape` puts an apostrophe before such text; `unescape` takes exactly that
apostrophe away again, so that what is exported imports back identical.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_RUNS = re.compile(r"'*\s*[=+\-@\t\r\n]")


def escape(text: str) -> str:
    """Return the text so that no spreadsheet program runs it."""
    return f"'{text}" if _RUNS.match(text) else text


def unescape(text: str) -> str:
    """Return the text of which `escape` made this."""
    return text[1:] if text.startswith("'") and _RUNS.match(text[1:]) else text


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as CSV that Excel opens as UTF-8 (with a byte order mark); every text is escaped."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([escape(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")
