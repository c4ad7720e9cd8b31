"""Reads units from CSV: code,kind,name,short_name,parent,grid_x,grid_y (the last three may be empty)."""

import csv
import io
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hanoi_portal.text import clean_line

from ..models import Unit
from .problems import BadFile, Problem, decode

COLUMNS = ("code", "kind", "name", "short_name", "parent", "grid_x", "grid_y")
REQUIRED = ("code", "kind", "name", "short_name")
CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}")
LARGEST_GRID = 99


@dataclass(frozen=True)
class UnitDraft:
    """A unit as the file says it."""

    code: str
    kind: str
    name: str
    short_name: str
    parent: str = ""
    grid_x: int | None = None
    grid_y: int | None = None


def read_units(content: bytes, existing_codes: Collection[str]) -> list[UnitDraft]:
    """Return the file's units, parents before children; BadFile tells every error.

    A parent may be in the file or among the existing units.
    """
    rows, problems = _rows(decode(content))
    drafts: dict[str, UnitDraft] = {}
    lines: dict[str, int] = {}
    for line, row in rows:
        draft = _draft(line, row, problems)
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
                    rows.append((line, dict(zip(header, map(clean_line, cells), strict=True))))
            line = reader.line_num + 1
    except csv.Error as error:
        text = _("không đọc được theo dạng CSV (%(error)s).") % {"error": error}
        raise BadFile([*problems, Problem(reader.line_num, "", text)]) from error
    if not rows and not problems:
        problems.append(Problem(0, "", _("không có đơn vị nào.")))
    return rows, problems


def _draft(line: int, row: Mapping[str, str], problems: list[Problem]) -> UnitDraft:
    for name in REQUIRED:
        if not row[name]:
            problems.append(Problem(line, name, _("không được để trống.")))
    if row["code"] and not CODE.fullmatch(row["code"]):
        text = _("mã chỉ gồm chữ in hoa không dấu và chữ số, tối đa 20 ký tự.")
        problems.append(Problem(line, "code", text))
    if row["kind"] and row["kind"] not in Unit.Kind.values:
        known = ", ".join(Unit.Kind.values)
        text = _("loại «%(kind)s» không có; các loại: %(known)s.") % {
            "kind": row["kind"],
            "known": known,
        }
        problems.append(Problem(line, "kind", text))
    for name, longest in (("name", 200), ("short_name", 80)):
        if len(row[name]) > longest:
            text = _("dài quá %(longest)s ký tự.") % {"longest": longest}
            problems.append(Problem(line, name, text))
    grid_x = _grid(line, "grid_x", row.get("grid_x", ""), problems)
    grid_y = _grid(line, "grid_y", row.get("grid_y", ""), problems)
    if bool(row.get("grid_x")) != bool(row.get("grid_y")):
        text = _("cột và hàng trên bản đồ ô phải cùng có, hoặc cùng để trống.")
        problems.append(Problem(line, "grid_x" if row.get("grid_y") else "grid_y", text))
    return UnitDraft(
        code=row["code"],
        kind=row["kind"],
        name=row["name"],
        short_name=row["short_name"],
        parent=row.get("parent", ""),
        grid_x=grid_x,
        grid_y=grid_y,
    )


def _grid(line: int, name: str, value: str, problems: list[Problem]) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(LARGEST_GRID))):
        text = _("phải là số nguyên từ 0 đến %(largest)s.") % {"largest": LARGEST_GRID}
        problems.append(Problem(line, name, text))
        return None
    return int(value)


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
