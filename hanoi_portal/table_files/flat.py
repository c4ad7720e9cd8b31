"""Reads one flat table, CSV or the first sheet of a workbook: cells by column, each with the place where it stands."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from ..spreadsheet import unescape
from ..text import clean_line, fold
from .problems import BadFile, Problem, decode
from .workbook import is_workbook, open_workbook

MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 32_767  # characters: Excel's own limit; a longer one was made to be slow
NAME_SHOWN = 80
DAY_FORMATS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y", "%d/%m/%Y")


@dataclass(frozen=True)
class TableColumn:
    """A column: its key, its heading (which may also be the key itself), and whether a file must have it."""

    key: str
    label: str | Promise
    is_required: bool = False


@dataclass(frozen=True)
class TableRow:
    """One row: its line, its values by column (texts as written, moments of a workbook), and where each stands."""

    line: int
    cells: dict[str, Any]
    places: dict[str, str]
    sheet: str = ""

    def text(self, key: str) -> str:
        """Return a cell as it is written; empty where the file has no such cell."""
        value = self.cells.get(key)
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # spreadsheet programs take 17 for 17.0
        return "" if value is None else str(value)

    def problem(self, key: str, text: str) -> Problem:
        """Return what is wrong with a cell."""
        return Problem(self.line, self.places.get(key, key), text, self.sheet)


def read_table(content: bytes, columns: Sequence[TableColumn]) -> list[TableRow]:
    """Return the rows below the heading, those without any text left out; BadFile tells every error of shape."""
    problems: list[Problem] = []
    if is_workbook(content):
        sheet, lines = _lines_of_workbook(content)
    else:
        sheet, lines = "", _lines_of_text(decode(content))
    heading_line, heading = next(lines, (1, []))
    places = _places(heading_line, heading, columns, sheet, problems)
    if problems:
        raise BadFile(problems)
    names = {
        key: f"{get_column_letter(at + 1)} ({str(heading[at])[:NAME_SHOWN]})"
        for at, key in places.items()
    }
    rows: list[TableRow] = []
    for line, cells in lines:
        if all(_is_blank(value) for value in cells):
            continue
        if len(rows) == MAX_ROWS:
            text = _("dài quá %(longest)s dòng; xin chia thành nhiều tệp.") % {"longest": MAX_ROWS}
            raise BadFile([*problems, Problem(line, "", text, sheet)])
        values: dict[str, Any] = {}
        for at, value in enumerate(cells):
            if _is_blank(value):
                continue
            name = names.get(places.get(at, ""), get_column_letter(at + 1))
            if at not in places:
                problems.append(Problem(line, name, _("ô này ở ngoài các cột có tên."), sheet))
            elif isinstance(value, str) and len(value) > MAX_CELL:
                text = _("ô dài quá %(longest)s ký tự.") % {"longest": MAX_CELL}
                problems.append(Problem(line, name, text, sheet))
            elif isinstance(value, Formula):
                text = _("ô là công thức hoặc báo lỗi; xin thay bằng giá trị.")
                problems.append(Problem(line, name, text, sheet))
            else:
                values[places[at]] = unescape(value) if isinstance(value, str) else value
        rows.append(TableRow(line, values, names, sheet))
    if problems:
        raise BadFile(problems)
    if not rows:
        raise BadFile([Problem(0, "", _("không có dòng nào dưới dòng tiêu đề."), sheet)])
    return rows


def read_moment(value: Any) -> datetime | None:
    """Return a moment: of a workbook, ISO 8601, or as Vietnamese write it (14:20 14/04/2018). None if it is none.

    Without a zone it is meant in the portal's own.
    """
    moment: datetime | None = None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime.combine(value, time())
    elif isinstance(value, str):
        text = clean_line(value)
        with suppress(ValueError):
            moment = datetime.fromisoformat(text)
        for written in DAY_FORMATS:
            with suppress(ValueError):
                zone = timezone.get_current_timezone()
                moment = moment or datetime.strptime(text, written).replace(tzinfo=zone)
    if moment is None:
        return None
    try:
        return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    except (OverflowError, ValueError):
        return None


class Formula:
    """Stands for a cell whose value is computed, or could not be."""


def _places(
    line: int,
    heading: Sequence[Any],
    columns: Sequence[TableColumn],
    sheet: str,
    problems: list[Problem],
) -> dict[int, str]:
    """Return which column's key stands at which place of a row."""
    known = {
        fold(name): column.key for column in columns for name in (column.key, str(column.label))
    }
    places: dict[int, str] = {}
    for at, value in enumerate(heading):
        if _is_blank(value):
            continue
        key = known.get(fold(str(value)[:NAME_SHOWN]))
        if key is None:
            text = _("cột lạ «%(name)s», không rõ để làm gì.") % {"name": str(value)[:NAME_SHOWN]}
            problems.append(Problem(line, get_column_letter(at + 1), text, sheet))
        elif key in places.values():
            text = _("cột «%(name)s» lặp lại.") % {"name": value}
            problems.append(Problem(line, get_column_letter(at + 1), text, sheet))
        else:
            places[at] = key
    for column in columns:
        if column.is_required and column.key not in places.values():
            problems.append(Problem(line, str(column.label), _("thiếu cột này ở dòng đầu."), sheet))
    return places


def _lines_of_text(text: str) -> Iterator[tuple[int, list[Any]]]:
    """Return the numbered lines of CSV, with commas or, as Excel in Việt Nam writes it, semicolons or tabs."""
    line = 1
    if text.startswith("sep="):  # a line for Excel alone
        line, text = 2, text.partition("\n")[2]
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    before = line - 1
    try:
        for cells in reader:
            yield line, list(cells)
            line = before + reader.line_num + 1
    except csv.Error as error:
        told = _("không đọc được theo dạng CSV; xin xem dấu ngoặc kép và độ dài các ô từ dòng này.")
        raise BadFile([Problem(line, "", told)]) from error


def _lines_of_workbook(content: bytes) -> tuple[str, Iterator[tuple[int, list[Any]]]]:
    """Return the name of the first sheet, and its numbered rows."""
    book = open_workbook(content)
    sheet = str(book.sheetnames[0])
    try:
        # One more than is taken, so that whoever reads can say that there are too many.
        rows = book[sheet].iter_rows(max_col=MAX_COLUMNS, max_row=MAX_ROWS + 2)
        lines = [[_value(cell) for cell in cells] for cells in rows]
    except Exception as error:  # openpyxl lets through whatever its parsers meet in a broken part
        raise BadFile([Problem(0, "", _("trang này bị hỏng, không đọc được."), sheet)]) from error
    finally:
        book.close()
    return sheet, _numbered(lines)


def _numbered(lines: Iterable[list[Any]]) -> Iterator[tuple[int, list[Any]]]:
    yield from enumerate(lines, start=1)


def _value(cell: Any) -> Any:
    return Formula() if cell.data_type in {"f", "e"} else cell.value


def _is_blank(value: Any) -> bool:
    return value is None or (
        isinstance(value, str) and len(value) <= MAX_CELL and not clean_line(value)
    )
