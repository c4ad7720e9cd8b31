"""Writes workbooks: sheets with headings, drop-downs and a list of what may be chosen; no cell is ever a formula."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from hanoi_portal.spreadsheet import escape

from .workbook import NO, YES, Column

SPARE_ROWS = 1000  # rows below the heading for which drop-downs are laid
LIST_SHEET = "Danh mục"
_BOLD = Font(bold=True)
_HEADING = PatternFill("solid", fgColor="E8E2CF")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


class SheetWriter:
    """One workbook under way: sheets in order, then the lists from which their drop-downs choose."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self.book = Workbook(write_only=True)
        self.lists = {"flag": [str(YES), str(NO)], **lists}

    def add_table(
        self, title: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Add a sheet with one row of headings and a row for each mapping (by the keys of the columns)."""
        sheet = self.book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for number, column in enumerate(columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = column.width
            letter = get_column_letter(number)
            self._offer(sheet, column, f"{letter}2:{letter}{SPARE_ROWS + 1}")
        sheet.append([_head(sheet, str(column.label)) for column in columns])
        for row in rows:
            sheet.append([_cell(sheet, column, row.get(column.key)) for column in columns])

    def add_pairs(self, title: str, items: Sequence[Column], values: Mapping[str, Any]) -> None:
        """Add a sheet with one item a row: its name, its value, and a word of help."""
        sheet = self.book.create_sheet(title)
        for letter, width in (("A", 32), ("B", 70), ("C", 60)):
            sheet.column_dimensions[letter].width = width
        for number, item in enumerate(items, start=2):
            self._offer(sheet, item, f"B{number}")
        sheet.append([_head(sheet, text) for text in (_("Mục"), _("Giá trị"), _("Cách điền"))])
        for item in items:
            cells = [_text(sheet, str(item.label)), _cell(sheet, item, values.get(item.key))]
            sheet.append([*cells, _text(sheet, str(item.help))])

    def finish(self) -> bytes:
        """Add the lists, and return the file."""
        sheet = self.book.create_sheet(LIST_SHEET)
        names = list(self.lists)
        for number in range(1, len(names) + 1):
            sheet.column_dimensions[get_column_letter(number)].width = 50
        longest = max(len(values) for values in self.lists.values())
        sheet.append([_head(sheet, name) for name in names])
        for index in range(longest):
            values = [self.lists[name][index : index + 1] for name in names]
            sheet.append([_text(sheet, value[0]) if value else None for value in values])
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()

    def _offer(self, sheet: Any, column: Column, cells: str) -> None:
        """Lay a drop-down over cells. Where several may be named, other text is let through."""
        name = column.key if column.kind == "choice" else column.kind
        if column.kind == "choice":
            self.lists.setdefault(name, [str(label) for label in column.choices.values()])
        if name not in self.lists:
            return
        letter = get_column_letter(list(self.lists).index(name) + 1)
        last = len(self.lists[name]) + 1
        offer = DataValidation(
            type="list",
            formula1=f"'{LIST_SHEET}'!${letter}$2:${letter}${max(last, 2)}",
            allow_blank=True,
            showErrorMessage=column.kind in {"flag", "choice"},
            errorTitle=_("Chưa đúng"),
            error=_("Xin chọn một giá trị trong danh sách."),
        )
        offer.add(cells)
        sheet.data_validations.append(offer)


def _head(sheet: Any, text: str) -> Any:
    cell = _text(sheet, text)
    cell.font = _BOLD
    cell.fill = _HEADING
    return cell


def _text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=escape(text))
    cell.alignment = _WRAPPED
    cell.number_format = "@"  # so that a program keeps 1.10 as it is when the cell is edited
    return cell


def _cell(sheet: Any, column: Column, value: Any) -> Any:
    """Return a cell that reads back as the value."""
    if value is None or value == "" or value == []:
        cell = WriteOnlyCell(sheet)
        cell.number_format = {"code": "@", "day": "dd/mm/yyyy"}.get(column.kind, "General")
        return cell
    if isinstance(value, bool):
        return _text(sheet, str(YES if value else NO))
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "dd/mm/yyyy"
        return cell
    if isinstance(value, int | Decimal):
        return WriteOnlyCell(sheet, value=value)
    if column.kind == "names":
        return _text(sheet, ", ".join(value))
    if column.kind == "choice":
        return _text(sheet, str(column.choices[value]))
    return _text(sheet, str(value))
