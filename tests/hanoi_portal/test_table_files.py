"""A flat table from a file: CSV or the first sheet of a workbook, wrong cells told by row and column."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import Workbook

from hanoi_portal.spreadsheet import csv_bytes
from hanoi_portal.table_files import BadFile, TableColumn, flat, read_moment, read_table

COLUMNS = (TableColumn("number", "Số", is_required=True), TableColumn("text", "Nội dung"))


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    book.active.title = "Ý kiến"
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def problems(content: bytes) -> list[str]:
    with pytest.raises(BadFile) as caught:
        read_table(content, COLUMNS)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "content",
    [
        "Số,Nội dung\n1,a\n\n2,\n".encode(),
        "\ufeffnoi dung;SỐ\na;1\n;2\n".encode(),
        "Số\tNội dung\r\n1\ta\r\n2\t\r\n".encode("utf-16"),
        "sep=;\r\nSố;Nội dung\r\n1;a\r\n2;\r\n".encode(),
        csv_bytes([["number", "text"], [1, "a"], [2, None]]),
        workbook(["Số", "Nội dung"], [1, "a"], [None, " "], [2.0, None]),
    ],
    ids=["typed", "semicolons", "unicode-text", "for-excel", "our-csv", "workbook"],
)
def test_rows_are_read_by_their_headings_however_those_are_written(content: bytes) -> None:
    rows = read_table(content, COLUMNS)
    assert [(row.text("number"), row.text("text")) for row in rows] == [("1", "a"), ("2", "")]


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "+84 gọi", "  -x", "a\nb", "'quoted'", "@x"])
def test_what_was_exported_without_formulas_reads_back_identical(text: str) -> None:
    content = csv_bytes([["Số", "Nội dung"], [1, text]])
    assert read_table(content, COLUMNS)[0].text("text") == text


def test_every_wrong_heading_is_told() -> None:
    assert problems("Nội dung,Nội dung,Lạ\na,b,c\n".encode()) == [
        "Dòng 1, mục «B»: cột «Nội dung» lặp lại.",
        "Dòng 1, mục «C»: cột lạ «Lạ», không rõ để làm gì.",
        "Dòng 1, mục «Số»: thiếu cột này ở dòng đầu.",
    ]


def test_every_wrong_cell_is_told_with_its_place() -> None:
    content = workbook(["Số", "Nội dung"], [1, "=1+1"], [2, "a", "thừa"])
    assert problems(content) == [
        "Trang «Ý kiến», dòng 2, cột B (Nội dung): ô là công thức hoặc báo lỗi; xin thay bằng giá trị.",
        "Trang «Ý kiến», dòng 3, cột C: ô này ở ngoài các cột có tên.",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "thiếu cột này"),
        ("Số\n".encode(), "không có dòng nào"),
        ("Số\n1\n".encode("utf-16-le"), "UTF-8"),
        ("Nội dung\nXin chào ánh\n".encode("cp1258", "replace"), "CSV UTF-8"),
        ("Số\n1\n".encode("utf-16") + b"x", "UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), ".xlsx"),
        (f"Số,Nội dung\n1,{'a' * 32_768}\n".encode(), "dài quá 32767"),
        (f"Số,Nội dung\n1,{'a' * 200_000}\n".encode(), "độ dài"),
        (workbook(["Số", "Nội dung"], [1, "a" * 32_767], [2, "=1"]), "công thức"),
        ("Số\n\x00\n".encode(), "NUL"),
        ('Số\n"1\n'.encode(), "CSV"),
        (b"PK\x03\x04 broken", "Tệp"),
        (workbook(), "thiếu cột này"),
    ],
)
def test_what_is_no_table_is_told_in_a_sentence(content: bytes, told: str) -> None:
    assert told in problems(content)[0]


def test_a_table_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat, "MAX_ROWS", 2)
    three = [["Số"], [1], [2], [3]]
    for content in (csv_bytes(three), workbook(*three)):
        assert "dài quá 2 dòng" in problems(content)[0]
    assert len(read_table(csv_bytes(three[:3]), COLUMNS)) == 2


@pytest.mark.parametrize(
    "written",
    [
        "2018-04-14 14:20",
        "2018-04-14T14:20:00+07:00",
        "2018-04-14T07:20:00Z",
        "14/04/2018 14:20",
        "14:20 14/04/2018",
        datetime(2018, 4, 14, 14, 20),  # noqa: DTZ001 as a workbook has it
    ],
)
def test_a_moment_is_read_as_it_is_written(written: Any) -> None:
    assert read_moment(written) == datetime(2018, 4, 14, 7, 20, tzinfo=UTC)


def test_a_day_is_its_beginning_in_ha_noi() -> None:
    for written in ("14/04/2018", date(2018, 4, 14), "2018-04-14"):
        moment = read_moment(written)
        assert moment is not None
        assert timezone.localtime(moment).strftime("%H:%M %d/%m/%Y") == "00:00 14/04/2018"


@pytest.mark.parametrize("written", ["", "hôm qua", "31/02/2018", "2018", 5, None, True, "9" * 40])
def test_what_is_no_moment_is_none(written: Any) -> None:
    assert read_moment(written) is None
