"""Cells that a spreadsheet program shows as text and never runs as a formula.

A cell that begins with = + - @ (or their wide forms, a tab or line break, or spaces before them) is computed when the
file is opened, whoever wrote it (CSV injection, OWASP). `escape` puts an apostrophe before such text; `unescape` takes
exactly that apostrophe away again, so that what is exported imports back identical.

Where Excel takes semicolons for separators, as in Việt Nam, it also cuts a text of a CSV with commas at its semicolons
and lines, and what follows begins a cell of its own. What strangers wrote is escaped there, too: `escape_within`, and
back, after `unescape`, `unescape_within`.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_SIGNS = "=+\\-@＝＋－＠"
_RUNS = re.compile(rf"'*\s*[{_SIGNS}\t\r\n]")
_RUNS_WITHIN = rf"'*[^\S\t\r\n]*[{_SIGNS}]"
_BEGINS_WITHIN = re.compile(rf"([;\t\r\n])(?={_RUNS_WITHIN})")
_ESCAPED_WITHIN = re.compile(rf"([;\t\r\n])'(?={_RUNS_WITHIN})")


def escape(text: str) -> str:
    """Return the text so that no spreadsheet program runs it."""
    return f"'{text}" if _RUNS.match(text) else text


def escape_within(text: str) -> str:
    """Return the text so that nothing in it runs where a program cuts it at semicolons, tabs and lines."""
    return _BEGINS_WITHIN.sub(r"\1'", text)


def unescape(text: str) -> str:
    """Return the text of which `escape` made this."""
    return text[1:] if text.startswith("'") and _RUNS.match(text[1:]) else text


def unescape_within(text: str) -> str:
    """Return the text of which `escape_within` made this."""
    return _ESCAPED_WITHIN.sub(r"\1", text)


def csv_bytes(rows: Iterable[Sequence[object]], *, by_strangers: bool = False) -> bytes:
    """Return rows as CSV that Excel opens as UTF-8 (with a byte order mark); every text is escaped.

    `by_strangers`: within, too, because anybody could have written it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        texts = (
            escape_within(cell) if by_strangers and isinstance(cell, str) else cell for cell in row
        )
        writer.writerow([escape(cell) if isinstance(cell, str) else cell for cell in texts])
    return out.getvalue().encode("utf-8-sig")
