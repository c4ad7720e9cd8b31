"""Moments, days and numbers as Vietnamese write them; in English below /en/. A page has a hundred: they are cheap."""

import datetime
from decimal import Decimal

from django.utils import dateformat, timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language


def is_english() -> bool:
    """Whether the page being answered is one in English."""
    return (get_language() or "vi").startswith("en")


def local(value: datetime.datetime) -> datetime.datetime:
    """Return the moment as clocks in Hà Nội show it."""
    return timezone.localtime(value) if timezone.is_aware(value) else value


def vn_datetime(value: datetime.datetime | None) -> str:
    """Write a moment as Vietnamese do: 14:20 14/04/2018."""
    if value is None:
        return ""
    return _written(local(value))


def vn_date(value: datetime.date | None) -> str:
    """Write a day: 14/04/2018."""
    if value is None:
        return ""
    day = local(value) if isinstance(value, datetime.datetime) else value
    if is_english():
        return dateformat.format(day, "j F Y")
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def vn_number(value: float | Decimal | None, places: int = 0) -> str:
    """Write a number: 1.234,5 (English: 1,234.5)."""
    if value is None:
        return ""
    written = f"{value:,.{int(places)}f}"
    return written if is_english() else written.translate(str.maketrans(",.", ".,"))


def moment(value: datetime.datetime | None) -> SafeString:
    """Write a moment for people and for machines: a whole <time> element."""
    if value is None:
        return SafeString("")
    here = local(value)
    return SafeString(f'<time datetime="{here.isoformat()}">{_written(here)}</time>')


def _written(here: datetime.datetime) -> str:
    if is_english():
        return dateformat.format(here, "H:i, j F Y")
    return f"{here.hour:02}:{here.minute:02} {here.day:02}/{here.month:02}/{here.year:04}"
