"""Workbooks (XLSX): what columns a sheet has, and reading its cells with the place where each stands.

The same `Column` says how a cell is read, how it is written, and what its drop-down offers.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils import get_column_letter

from hanoi_portal.spreadsheet import unescape
from hanoi_portal.table_files import BadFile, Problem
from hanoi_portal.text import clean_line, fold

from .tree import Branch

MAX_ROWS = 20_000
MAX_COLUMNS = 60
BETWEEN_CODE_AND_NAME = " – "
YES, NO = gettext_lazy("Có"), gettext_lazy("Không")


@dataclass(frozen=True)
class Column:
    """A column (or, on the plan's own sheet, a row): its key in the tree, its heading, and what its cells hold.

    `kind` is text, code, flag, day, number, unit (a code), names (several units or kinds) or choice (of `choices`).
    """

    key: str
    label: str | Promise
    kind: str = "text"
    is_required: bool = False
    width: int = 18
    help: str | Promise = ""
    choices: dict[str, str | Promise] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its number, and the cells that are not empty by the keys of their columns."""

    number: int
    cells: dict[str, Branch]
    keys: tuple[str, ...]  # of every column that the sheet has


def read_rows(
    book: Any, sheet: str, columns: Sequence[Column], problems: list[Problem]
) -> list[Row]:
    """Return the sheet's rows below its heading; what is wrong with single cells goes into `problems`.

    BadFile when the sheet or a column that is required is not there.
    """
    grid = _grid(book, sheet)
    heading = [fold(str(cell.value or "")) for cell in grid[0][1]] if grid else []
    structure = []
    places: dict[int, Column] = {}
    for column in columns:
        wanted = fold(str(column.label))
        if heading.count(wanted) > 1:
            structure.append(Problem(1, str(column.label), _("cột lặp lại."), sheet))
        elif wanted in heading:
            places[heading.index(wanted)] = column
        elif column.is_required:
            structure.append(Problem(1, str(column.label), _("thiếu cột này ở dòng đầu."), sheet))
    known = {fold(str(column.label)) for column in columns}
    for index, name in enumerate(heading):
        if name and name not in known:
            text = _("cột lạ, không rõ để làm gì.")
            structure.append(Problem(1, get_column_letter(index + 1), text, sheet))
    if structure:
        raise BadFile(structure)
    rows = []
    for number, cells in grid[1:]:
        if all(_is_blank(cell.value) for cell in cells):
            continue
        read = {}
        for index, cell in enumerate(cells):
            if index not in places:
                if not _is_blank(cell.value):
                    text = _("ô này ở ngoài các cột có tên.")
                    problems.append(Problem(number, get_column_letter(index + 1), text, sheet))
                continue
            branch = read_cell(sheet, number, index + 1, places[index], cell, problems)
            if branch is not None:
                read[places[index].key] = branch
        for index, column in places.items():
            if column.is_required and column.key not in read:
                read[column.key] = empty_cell(sheet, number, index + 1, column)
        rows.append(Row(number, read, tuple(column.key for column in places.values())))
    return rows


def read_pairs(
    book: Any, sheet: str, items: Sequence[Column], problems: list[Problem]
) -> dict[str, Branch]:
    """Return the values of a sheet that has one item a row: its name in column A, its value in column B."""
    by_name = {fold(str(item.label)): item for item in items}
    found: dict[str, Branch] = {}
    for number, cells in _grid(book, sheet)[1:]:
        name = fold(str(cells[0].value or "")) if cells else ""
        if not name:
            continue
        item = by_name.get(name)
        if item is None:
            problems.append(Problem(number, "A", _("mục lạ, không rõ để làm gì."), sheet))
        elif item.key in found:
            problems.append(Problem(number, "A", _("mục này lặp lại."), sheet))
        else:
            cell = cells[1] if len(cells) > 1 else None
            branch = cell and read_cell(sheet, number, 2, item, cell, problems)
            if branch is not None:
                found[item.key] = branch
            elif item.is_required:
                found[item.key] = empty_cell(sheet, number, 2, item)
    for item in items:
        if item.is_required and item.key not in found:
            text = _("thiếu dòng «%(item)s».") % {"item": item.label}
            problems.append(Problem(0, "A", text, sheet))
    return found


def empty_cell(sheet: str, row: int, column_number: int, column: Column) -> Branch:
    """Return an empty value that stands in a cell, so that the reader says there what is missing."""
    kind = "sequence" if column.kind == "names" else "scalar"
    return Branch(row, _place(column_number, column), value="", kind=kind, sheet=sheet)


def read_cell(
    sheet: str, row: int, column_number: int, column: Column, cell: Any, problems: list[Problem]
) -> Branch | None:
    """Return what a cell holds, as its column means it; None if it is empty."""
    if _is_blank(cell.value):
        return None
    place = _place(column_number, column)
    branch = Branch(row, place, sheet=sheet)
    if cell.data_type in {"f", "e"}:
        text = _("ô là công thức hoặc báo lỗi; xin thay bằng giá trị.")
        problems.append(Problem(row, place, text, sheet))
        return branch
    value = unescape(cell.value) if isinstance(cell.value, str) else cell.value
    if column.kind == "names":
        branch.kind = "sequence"
        branch.items = [Branch(row, place, value=name, sheet=sheet) for name in _names(value)]
    else:
        branch.value = _meaning(column, value)
    return branch


def _meaning(column: Column, value: Any) -> Any:
    """Return the value as its column means it; what does not fit stays as it is, for the reader to refuse."""
    if column.kind == "day":
        return _day(value)
    if column.kind == "flag":
        answers = {fold(str(YES)): True, fold(str(NO)): False}
        return answers.get(fold(str(value)), value)
    if column.kind == "choice":
        labels = {fold(str(label)): key for key, label in column.choices.items()}
        return labels.get(fold(str(value)), value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if column.kind == "number":
        return value
    if column.kind == "unit" and isinstance(value, str):
        return value.split(BETWEEN_CODE_AND_NAME)[0]
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if is_whole or (isinstance(value, float) and column.kind == "text"):
        return str(value)
    return value  # a code such as 1.10 that the program took for the number 1.1 is refused


def _day(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        with suppress(ValueError):
            day, month, year = (int(part) for part in value.strip().split("/"))
            return date(year, month, day)
    return value


def _names(value: Any) -> list[str]:
    """Return the codes of a cell: "A, B", one a line, or as the drop-down offers them ("A – Sở A")."""
    names = []
    for line in str(value).replace(";", "\n").split("\n"):
        codes = line.split(BETWEEN_CODE_AND_NAME)[0].split(",")
        names += [name for name in map(clean_line, codes) if name]
    return names


def _grid(book: Any, sheet: str) -> list[tuple[int, list[Any]]]:
    """Return the numbered rows of a sheet; BadFile if there is none of this name, or if it has no end."""
    name = next((each for each in book.sheetnames if fold(each) == fold(sheet)), None)
    if name is None:
        raise BadFile([Problem(0, "", _("thiếu trang này trong bảng tính."), sheet)])
    grid: list[tuple[int, list[Any]]] = []
    try:
        for number, cells in enumerate(book[name].iter_rows(max_col=MAX_COLUMNS), start=1):
            if number > MAX_ROWS:
                text = _("dài quá %(longest)s dòng.") % {"longest": MAX_ROWS}
                raise BadFile([Problem(number, "", text, sheet)])
            grid.append((number, list(cells)))
    except BadFile:
        raise
    except Exception as error:  # openpyxl lets through whatever its parsers meet in a broken part
        raise BadFile([Problem(0, "", _("trang này bị hỏng, không đọc được."), sheet)]) from error
    return grid


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not clean_line(value))


def _place(column_number: int, column: Column) -> str:
    return f"{get_column_letter(column_number)} ({column.label})"
