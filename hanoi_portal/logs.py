"""What must not stay in a log: the address of a signed link opens work, or an unpublished text, to whoever reads it."""

import logging
import re

LINK = re.compile(
    r"(/can-bo/lien-ket/|/can-bo/lich/(?=[^/\s]+/viec\.ics)|/huong-dan/xem-truoc/)[^/\s\"'?]+"
)


class MaskingFormatter(logging.Formatter):
    """Writes a line, or a whole traceback, with the tokens of signed links and calendars taken out."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished text, masked."""
        return LINK.sub(r"\1…", super().format(record))
