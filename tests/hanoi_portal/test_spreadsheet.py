"""Cells of spreadsheets: nothing in them runs, and nothing is lost on the way out and in."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_portal.spreadsheet import csv_bytes, escape, escape_within, unescape, unescape_within

DANGEROUS = [
    "=1+1",
    "+84",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "'=1",
    "''  @x",
    "＝1+1",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_cell_that_would_run_gets_an_apostrophe(text: str) -> None:
    assert escape(text) == f"'{text}"
    assert unescape(escape(text)) == text


@pytest.mark.parametrize("text", ["", "Sở Nội vụ", "722/KH-STTTT", "'trích'", "0,5", "a=b"])
def test_any_other_cell_stays_as_it_is(text: str) -> None:
    assert escape(text) == text == unescape(text)


@given(st.text("'=+-@ \t\r\nab1", max_size=8))
def test_what_is_escaped_comes_back_identical(text: str) -> None:
    assert unescape(escape(text)) == text
    assert escape(text)[:1] not in tuple("=+-@\t\r\n")


@given(st.text("'=-; \n\ta", max_size=9))
def test_what_is_escaped_within_comes_back_identical(text: str) -> None:
    escaped = escape(escape_within(text))
    assert unescape_within(unescape(escaped)) == text
    for part in re.split("[;\t\n]", escaped):
        assert part.strip(" ")[:1] not in tuple("=-")


@pytest.mark.parametrize("text", ["a;=cmd|' /C calc'!A0;b", "a\n  @SUM(1)", "a;\t-1", "x; ＋1"])
def test_no_cell_begins_with_a_formula_where_semicolons_separate(text: str) -> None:
    content = csv_bytes([[1, text, "c"]], by_strangers=True).decode("utf-8-sig")
    for line in csv.reader(io.StringIO(content, newline=""), delimiter=";"):
        for cell in line:
            assert not re.match(r"\s*[=+\-@＝＋－＠]", cell.replace('"', ""))
    (row,) = csv.reader(io.StringIO(content, newline=""))
    assert unescape_within(unescape(row[1])) == text


def test_csv_opens_in_excel_as_vietnamese_and_keeps_numbers_numbers() -> None:
    content = csv_bytes([["Tên", "Số"], ["=HYPERLINK(1)", -5], ['a,"b"\nc', None]])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [["Tên", "Số"], ["'=HYPERLINK(1)", "-5"], ['a,"b"\nc', ""]]
