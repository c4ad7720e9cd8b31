"""What the public pages of a plan show, as tables for a spreadsheet program: CSV and XLSX, safe against formulas."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from hanoi_portal.spreadsheet import csv_bytes, escape

from .figures import PlanFigures
from .period_figures import lines_of
from .unit_figures import UnitFigures

Row = Sequence[object]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def plan_table(figures: PlanFigures, on: date) -> list[Row]:
    """Return the tasks of a plan with their figures, recurring ones by period; the first row names the columns."""
    head = (
        _("Giải pháp"),
        _("Số"),
        _("Nhiệm vụ"),
        _("Kỳ"),
        _("Sản phẩm đầu ra"),
        _("Hạn"),
        _("Được giao"),
        _("Chưa bắt đầu"),
        _("Đang làm"),
        _("Chờ duyệt"),
        _("Hoàn thành"),
        _("Quá hạn"),
        _("Có báo cáo"),
        _("Có minh chứng"),
        _("Đã đổi hạn"),
        _("Tính đến"),
    )
    return [
        head,
        *(
            (
                str(line.measure),
                line.figures.task.code,
                line.figures.task.title,
                line.period_name,
                line.figures.task.deliverable,
                line.deadline,
                line.figures.tally.total,
                line.figures.tally.none,
                line.figures.tally.doing,
                line.figures.tally.reported,
                line.figures.tally.done,
                line.figures.tally.late,
                line.figures.with_report,
                line.figures.with_evidence,
                line.figures.moved,
                on,
            )
            for line in lines_of(figures, on)
        ),
    ]


def unit_table(figures: UnitFigures, on: date) -> list[Row]:
    """Return a unit's assignments with their three parts; the first row names the columns."""
    head = (
        _("Đơn vị"),
        _("Số"),
        _("Nhiệm vụ"),
        _("Kỳ"),
        _("Vai trò"),
        _("Đơn vị báo cáo"),
        _("Tiến độ (%)"),
        _("Số tệp minh chứng"),
        _("Số bài, trang đã dẫn"),
        _("Minh chứng công khai"),
        _("Thời hạn ban đầu"),
        _("Thời hạn hiện nay"),
        _("Ngày báo cáo"),
        _("Về thời hạn"),
        _("Tính đến"),
    )
    return [
        head,
        *(
            (
                figures.unit.name,
                each.assignment.task.code,
                each.assignment.task.title,
                each.assignment.period_name,
                each.assignment.get_role_display(),
                str(each.standing.label),
                each.assignment.percent,
                each.evidence_count,
                each.cited_count,
                "\n".join(_absolute(shown.url) for shown in each.shown),
                each.assignment.first_deadline,
                each.assignment.deadline,
                each.assignment.reported_on or "",
                str(each.timeliness.label),
                on,
            )
            for each in (*figures.lead, *figures.beside)
        ),
    ]


def _absolute(url: str) -> str:
    """Return an address as it can be opened from a spreadsheet."""
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url


def as_download(rows: Iterable[Row], kind: str, name: str) -> HttpResponse:
    """Return the table as a file to download, "csv" or "xlsx"."""
    written = list(rows)
    if kind == "csv":
        content, content_type = csv_bytes(written), "text/csv; charset=utf-8"
    else:
        content, content_type = _xlsx_bytes(written), XLSX
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _xlsx_bytes(rows: list[Row]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Dữ liệu"))
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, escape(value) if isinstance(value, str) else value)
            if isinstance(value, date):
                cell.number_format = "dd/mm/yyyy"
            if number == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return _without_times(out.getvalue())


def _without_times(content: bytes) -> bytes:
    """Return the same workbook without when it was written, so that the same figures are the same bytes."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "docProps/core.xml":
                part = re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", part)
            info = ZipInfo(entry.filename)  # dated 1980, the beginning of time for zip files
            info.compress_type = ZIP_DEFLATED
            new.writestr(info, part)
    return out.getvalue()
