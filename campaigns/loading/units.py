"""Reads units from CSV or a workbook: code, kind, names, parent, place on the tile map, life, addresses.

A column that the file lacks leaves life, addresses and people as they are. Addresses stand in one cell, each with
whose it is: "van-thu@sotttt.example (Văn thư); lanh-dao@sotttt.example"; people by the names with which they sign in,
who answers for the unit marked: "nguyen-van-a (chính); tran-thi-b".
"""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanoi_portal.spreadsheet import unescape
from hanoi_portal.table_files import BadFile, Problem, decode, is_workbook, open_workbook
from hanoi_portal.text import clean_line

from ..models import Unit
from .unit_drafts import UnitDraft
from .unit_rows import REQUIRED, draft_of
from .workbook import Column, read_rows

UNIT_SHEET = "Đơn vị"
UNIT_COLUMNS = (
    Column("code", gettext_lazy("Mã"), "code", True, 12),
    Column("kind", gettext_lazy("Loại"), "choice", True, 22, choices=dict(Unit.Kind.choices)),
    Column("name", gettext_lazy("Tên đầy đủ"), "text", True, 44),
    Column("short_name", gettext_lazy("Tên gọn"), "text", True, 28),
    Column("parent", gettext_lazy("Mã cấp trên"), "unit", width=14),
    Column("grid_x", gettext_lazy("Cột trên bản đồ ô"), "number", width=10),
    Column("grid_y", gettext_lazy("Hàng trên bản đồ ô"), "number", width=10),
    Column("opened_on", gettext_lazy("Thành lập"), "day", width=14),
    Column("closed_on", gettext_lazy("Chấm dứt"), "day", width=14),
    Column("successors", gettext_lazy("Mã đơn vị kế tục"), "text", width=18),
    Column("contacts", gettext_lazy("Địa chỉ nhận thông báo"), "text", width=60),
    Column("people", gettext_lazy("Cán bộ đầu mối"), "text", width=40),
)
COLUMNS = tuple(column.key for column in UNIT_COLUMNS)


def read_units(
    content: bytes, existing_codes: Collection[str], usernames: Collection[str] = ()
) -> list[UnitDraft]:
    """Return the units of a file, CSV or XLSX by its content, parents before children; BadFile tells every error.

    A parent may be in the file or among the existing units; people are among the usernames.
    """
    if not is_workbook(content):
        return _read(*_rows(decode(content)), existing_codes, usernames)
    rows, problems, places = _sheet_rows(content)
    try:
        return _read(rows, problems, existing_codes, usernames)
    except BadFile as error:
        placed = [
            replace(each, sheet=UNIT_SHEET, field=places.get((each.line, each.field), each.field))
            for each in sorted(error.problems, key=lambda each: not each.sheet)
        ]
        raise BadFile(placed) from error


def _read(
    rows: Sequence[tuple[int, dict[str, str]]],
    problems: list[Problem],
    existing_codes: Collection[str],
    usernames: Collection[str],
) -> list[UnitDraft]:
    drafts: dict[str, UnitDraft] = {}
    lines: dict[str, int] = {}
    for line, row in rows:
        draft = draft_of(line, row, problems)
        if draft.code in drafts:
            first = lines[draft.code]
            problems.append(
                Problem(line, "code", _("mã này đã có ở dòng %(line)s.") % {"line": first})
            )
        else:
            drafts[draft.code] = draft
            lines[draft.code] = line
    for code, draft in drafts.items():
        if draft.parent and draft.parent not in drafts and draft.parent not in existing_codes:
            text = _("không có đơn vị nào mang mã «%(code)s».") % {"code": draft.parent}
            problems.append(Problem(lines[code], "parent", text))
        for person in draft.people or ():
            if person.username not in usernames:
                text = _("không có người dùng «%(username)s» đang hoạt động.")
                told = {"username": person.username}
                problems.append(Problem(lines[code], "people", text % told))
        for successor in draft.life.successors if draft.life else ():
            if successor == code or (successor not in drafts and successor not in existing_codes):
                text = _("không có đơn vị nào khác mang mã «%(code)s».") % {"code": successor}
                problems.append(Problem(lines[code], "successors", text))
    ordered = _parents_first(drafts, lines, problems)
    if problems:
        raise BadFile(problems)
    return ordered


def _rows(text: str) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Return the rows as dicts with their line numbers; a wrong header is an error of its own."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    problems: list[Problem] = []
    try:
        header = [clean_line(name) for name in next(reader, [])]
        for name in REQUIRED:
            if name not in header:
                problems.append(Problem(1, name, _("thiếu cột này ở dòng đầu.")))
        for name in header:
            if name not in COLUMNS or header.count(name) > 1:
                problems.append(Problem(1, name, _("cột lạ, hoặc cột lặp lại.")))
        if problems:
            raise BadFile(problems)
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) != len(header):
                    told = {"got": len(cells), "wanted": len(header)}
                    text = _("có %(got)s ô, phải có %(wanted)s ô.") % told
                    problems.append(Problem(line, "", text))
                else:
                    values = [_clean(unescape(cell)) for cell in cells]
                    rows.append((line, dict(zip(header, values, strict=True))))
            line = reader.line_num + 1
    except csv.Error as error:
        text = _("không đọc được theo dạng CSV (%(error)s).") % {"error": error}
        raise BadFile([*problems, Problem(reader.line_num, "", text)]) from error
    if not rows and not problems:
        problems.append(Problem(0, "", _("không có đơn vị nào.")))
    return rows, problems


def _sheet_rows(
    content: bytes,
) -> tuple[list[tuple[int, dict[str, str]]], list[Problem], dict[tuple[int, str], str]]:
    """Return the rows of a workbook like those of a CSV, and where each value stands in the sheet."""
    problems: list[Problem] = []
    places: dict[tuple[int, str], str] = {}
    rows = []
    book = open_workbook(content)
    try:
        for row in read_rows(book, UNIT_SHEET, UNIT_COLUMNS, problems):
            values = dict.fromkeys(row.keys, "")
            for key, cell in row.cells.items():
                values[key] = _clean(_in_words(cell.value))
                places[row.number, key] = cell.name
            rows.append((row.number, values))
    finally:
        book.close()
    if not rows and not problems:
        problems.append(Problem(0, "", _("không có đơn vị nào.")))
    return rows, problems, places


def _in_words(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _clean(cell: str) -> str:
    """Return the cell without what nobody sees; its lines are the parts of a list."""
    return "; ".join(filter(None, map(clean_line, cell.split("\n"))))


def _parents_first(
    drafts: Mapping[str, UnitDraft], lines: Mapping[str, int], problems: list[Problem]
) -> list[UnitDraft]:
    """Return the drafts so that a parent comes before its children; a circle of parents is an error."""
    placed: dict[str, UnitDraft] = {}
    for start in drafts:
        chain: list[str] = []
        code = start
        while code and code in drafts and code not in placed and code not in chain:
            chain.append(code)
            code = drafts[code].parent
        if code and code in chain:
            text = _("đơn vị không thể là cấp trên của chính mình, kể cả qua đơn vị khác.")
            problem = Problem(lines[code], "parent", text)
            if problem not in problems:
                problems.append(problem)
        for each in reversed(chain):
            placed[each] = drafts[each]
    return list(placed.values())
