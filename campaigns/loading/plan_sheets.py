"""A plan as a workbook: its three sheets, and how they become the tree that `plans` reads.

The words of the sheets are those of the admin; the keys are those of the YAML file.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanoi_portal.table_files import Problem, open_workbook

from ..models.plan import Recurrence
from .tree import Branch
from .workbook import Column, Row, read_pairs, read_rows

PLAN_SHEET = "Kế hoạch"
MEASURES_SHEET = "Giải pháp"
TASKS_SHEET = "Nhiệm vụ"

_SEVERAL = gettext_lazy("Mã đơn vị, cách nhau bằng dấu phẩy; cả một loại thì viết all:district.")

PLAN_ITEMS = (
    Column("number", gettext_lazy("Số, ký hiệu"), "code", True, help="722/KH-STTTT"),
    Column("title", gettext_lazy("Trích yếu"), "text", True),
    Column("issuer", gettext_lazy("Cơ quan ban hành"), "unit", True),
    Column("year", gettext_lazy("Năm"), "number", True),
    Column("starts", gettext_lazy("Từ ngày"), "day", True, help="14/04/2018"),
    Column("ends", gettext_lazy("Đến hết ngày"), "day", True, help="31/12/2018"),
    Column(
        "are_dates_assumed",
        gettext_lazy("Thời hạn là giả định"),
        "flag",
        help=gettext_lazy("Có, nếu văn bản không ghi ngày và người nhập tự đặt."),
    ),
    Column("carries_out_number", gettext_lazy("Thực hiện văn bản số"), "code"),
    Column("carries_out_issuer", gettext_lazy("Cơ quan ban hành văn bản đó"), "unit"),
    Column("carries_out_issued", gettext_lazy("Ngày ban hành văn bản đó"), "day"),
    Column("public", gettext_lazy("Công khai"), "flag"),
)
MEASURE_COLUMNS = (
    Column("position", gettext_lazy("Thứ tự"), "number", True, 10),
    Column("title", gettext_lazy("Tên giải pháp"), "text", True, 80),
)
TASK_COLUMNS = (
    Column("measure", gettext_lazy("Giải pháp"), "number", True, 10),
    Column("id", gettext_lazy("Số"), "code", True, 8, "1.1"),
    Column("title", gettext_lazy("Nội dung"), "text", True, 60),
    Column("deliverable", gettext_lazy("Sản phẩm đầu ra"), "text", True, 36),
    Column("deliverable_assumed", gettext_lazy("Sản phẩm là giả định"), "flag", False, 12),
    Column(
        "deadline",
        gettext_lazy("Thời hạn"),
        "day",
        False,
        14,
        gettext_lazy("Trống thì theo ngày kết thúc của kế hoạch."),
    ),
    Column("units", gettext_lazy("Chủ trì"), "names", True, 36, _SEVERAL),
    Column("with", gettext_lazy("Phối hợp"), "names", False, 36, _SEVERAL),
    Column("cascades", gettext_lazy("Giao tiếp cho cấp xã"), "flag", False, 12),
    Column("authority", gettext_lazy("Căn cứ"), "text", False, 30),
    Column("responsibility", gettext_lazy("Trách nhiệm"), "text", False, 30),
    Column("indicator_name", gettext_lazy("Chỉ tiêu"), "text", False, 24),
    Column("indicator_unit", gettext_lazy("Đơn vị tính"), "text", False, 12),
    Column("indicator_target", gettext_lazy("Mức cần đạt"), "number", False, 12),
    Column("starred", gettext_lazy("Trọng tâm"), "flag", False, 12),
    Column(
        "repeats",
        gettext_lazy("Định kỳ"),
        "choice",
        False,
        14,
        choices=dict(Recurrence.choices),
    ),
)


def parse(content: bytes) -> tuple[Branch, list[Problem]]:
    """Return the tree of a plan's workbook, and what is wrong with single cells.

    BadFile if sheets or columns are missing.
    """
    problems: list[Problem] = []
    book = open_workbook(content)
    try:
        items = read_pairs(book, PLAN_SHEET, PLAN_ITEMS, problems)
        measures = read_rows(book, MEASURES_SHEET, MEASURE_COLUMNS, problems)
        tasks = read_rows(book, TASKS_SHEET, TASK_COLUMNS, problems)
    finally:
        book.close()
    root = Branch(0, "", kind="mapping")
    root.children["plan"] = _plan(items)
    root.children["measures"] = _measures(measures, tasks, problems)
    return root, problems


def _plan(items: dict[str, Branch]) -> Branch:
    head = Branch(0, "", kind="mapping", sheet=PLAN_SHEET)
    for key in ("number", "title", "issuer", "public"):
        if key in items:
            head.children[key] = items[key]
    stated = Branch(0, "", kind="mapping", sheet=PLAN_SHEET)
    assumed = Branch(0, "", kind="mapping", sheet=PLAN_SHEET)
    # A deliverable says for itself, in its own column, whether it is assumed.
    assumed.children["deliverables"] = Branch(0, "", value=False, sheet=PLAN_SHEET)
    if "year" in items:
        stated.children["year"] = items["year"]
    answer = items.get("are_dates_assumed")
    days = assumed if answer and answer.value is True else stated
    for key in ("starts", "ends"):
        if key in items:
            days.children[key] = items[key]
    if answer and not isinstance(answer.value, bool):
        assumed.children["deliverables"] = answer  # the reader refuses it where it stands
    head.children["stated"] = stated
    head.children["assumed"] = assumed
    carried = {
        key: items[f"carries_out_{key}"]
        for key in ("number", "issuer", "issued")
        if f"carries_out_{key}" in items
    }
    if carried:
        first = next(iter(carried.values()))
        labels = {
            item.key.removeprefix("carries_out_"): f"B ({item.label})"
            for item in PLAN_ITEMS
            if item.key.startswith("carries_out_")
        }
        head.children["carries_out"] = Branch(
            first.line, first.name, None, carried, kind="mapping", sheet=PLAN_SHEET, labels=labels
        )
    return head


def _measures(measures: list[Row], tasks: list[Row], problems: list[Problem]) -> Branch:
    """Put the tasks below their measures, in the order of the measures' numbers."""
    all_of_them = Branch(0, "", kind="sequence", sheet=MEASURES_SHEET)
    by_position: dict[int, Branch] = {}
    rows_of: dict[int, int] = {}
    for row in measures:
        position = _position(row, "position", problems)
        if position is None:
            continue
        if position in by_position:
            text = _("số này đã dùng ở dòng %(line)s.") % {"line": rows_of[position]}
            problems.append(Problem(row.number, row.cells["position"].name, text, MEASURES_SHEET))
            continue
        branch = Branch(row.number, "", kind="mapping", sheet=MEASURES_SHEET)
        branch.children["title"] = row.cells["title"]
        branch.children["tasks"] = Branch(row.number, "", kind="sequence", sheet=MEASURES_SHEET)
        by_position[position] = branch
        rows_of[position] = row.number
    for row in tasks:
        position = _position(row, "measure", problems)
        if position is None:
            continue
        if position not in by_position:
            told = {"position": position, "sheet": MEASURES_SHEET}
            text = _("không có giải pháp số %(position)s ở trang «%(sheet)s».") % told
            problems.append(Problem(row.number, row.cells["measure"].name, text, TASKS_SHEET))
            continue
        by_position[position].children["tasks"].items.append(_task(row))
    for position in sorted(by_position):
        branch = by_position[position]
        if not branch.children["tasks"].items:
            text = _("giải pháp này chưa có nhiệm vụ nào ở trang «%(sheet)s».")
            place = branch.children["title"].name
            told = {"sheet": TASKS_SHEET}
            problems.append(Problem(branch.line, place, text % told, MEASURES_SHEET))
        else:
            all_of_them.items.append(branch)
    return all_of_them


def _position(row: Row, key: str, problems: list[Problem]) -> int | None:
    cell = row.cells[key]
    value: Any = cell.value
    if isinstance(value, str) and value.strip().isdecimal() and value.isascii():
        value = int(value)
    if type(value) is int and 0 < value < 1000:
        return value
    problems.append(Problem(cell.line, cell.name, _("phải là số từ 1 đến 999."), cell.sheet))
    return None


def _task(row: Row) -> Branch:
    branch = Branch(row.number, "", kind="mapping", sheet=TASKS_SHEET)
    indicator = Branch(row.number, "", kind="mapping", sheet=TASKS_SHEET)
    name = next(column for column in TASK_COLUMNS if column.key == "indicator_name")
    indicator.labels["name"] = str(name.label)
    for key, cell in row.cells.items():
        if key.startswith("indicator_"):
            indicator.children[key.removeprefix("indicator_")] = cell
        elif key != "measure":
            branch.children[key] = cell
    if indicator.children:
        branch.children["indicator"] = indicator
    return branch
