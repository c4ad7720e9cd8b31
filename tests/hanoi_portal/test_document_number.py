"""Numbers of Vietnamese documents: read, put right, or refused in words."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hanoi_portal.document_number import (
    KINDS,
    BadDocumentNumber,
    DocumentNumberField,
    clean_document_number,
    parse,
)


@pytest.mark.parametrize(
    ("text", "serial", "year", "kind", "body"),
    [
        ("722/KH-STTTT", "722", None, "KH", "STTTT"),
        ("07/KH-UBND", "07", None, "KH", "UBND"),
        ("42/2014/QĐ-TTg", "42", 2014, "QĐ", "TTg"),
        ("91/2025/QH15", "91", 2025, "", "QH15"),
        ("874/QĐ-BTTTT", "874", None, "QĐ", "BTTTT"),
        ("30/2020/NĐ-CP", "30", 2020, "NĐ", "CP"),
        ("02/2018/UBTVQH14", "02", 2018, "", "UBTVQH14"),
        ("12/2017/TTLT-BTTTT-BVHTTDL", "12", 2017, "TTLT", "BTTTT-BVHTTDL"),
        ("1234/UBND-KGVX", "1234", None, "", "UBND-KGVX"),
        ("15/TTr-STTTT", "15", None, "TTr", "STTTT"),
        ("35-NQ/TW", "35", None, "NQ", "TW"),
        ("101-CT/TU", "101", None, "CT", "TU"),
        ("64-CP", "64", None, "", "CP"),
        ("19/2007/TTLT/BTM-BTC", "19", 2007, "TTLT", "BTM-BTC"),
        ("25a/CP", "25a", None, "", "CP"),
    ],
)
def test_a_number_is_taken_apart_and_written_back_as_it_was(
    text: str, serial: str, year: int | None, kind: str, body: str
) -> None:
    number = parse(text)
    assert (number.serial, number.year, number.kind, number.body) == (serial, year, kind, body)
    assert str(number) == text


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Số: 722/KH-STTTT", "722/KH-STTTT"),
        (" 722 / KH – STTTT ", "722/KH-STTTT"),
        ("7/kh-ubnd", "07/KH-UBND"),
        ("42/2014/qd-ttg", "42/2014/QĐ-TTg"),
        ("30/2020/ND-CP", "30/2020/NĐ-CP"),
        ("5/TTR-STTTT", "05/TTr-STTTT"),
        ("9-nq/tw", "09-NQ/TW"),
        ("12/HĐ-STTTT", "12/HĐ-STTTT"),
        ("12/HD-STTTT", "12/HD-STTTT"),
    ],
)
def test_what_is_typed_carelessly_is_put_right(typed: str, written: str) -> None:
    assert clean_document_number(typed) == written


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Xin nhập"),
        ("\u3164", "Xin nhập"),
        ("KH-STTTT", "bắt đầu bằng chữ số"),
        ("722", "dấu gạch chéo"),
        ("722/", "chưa đúng cách ghi"),
        ("722/KH", "thiếu chữ viết tắt cơ quan"),
        ("722/2018", "chưa đúng cách ghi"),
        ("722/1890/QĐ-UBND", "Năm 1890"),
        ("722/KH-", "chưa đúng cách ghi"),
        ("722/XX/STTTT", "loại văn bản «XX»"),
        ("722-XX/TW", "loại văn bản «XX»"),
        ("722/KH STTTT", "chưa đúng cách ghi"),
        ("722/KH-<b>", "chưa đúng cách ghi"),
        (f"722/KH-{'A' * 60}", "dài quá 60"),
    ],
)
def test_what_is_no_number_is_refused_with_a_sentence(text: str, words: str) -> None:
    with pytest.raises(BadDocumentNumber, match=words):
        parse(text)


@given(
    serial=st.integers(10, 99999),
    year=st.none() | st.integers(1945, 2100),
    kind=st.sampled_from(KINDS),
    body=st.text("ABCĐGHKLMNTUVX", min_size=2, max_size=10),
)
def test_putting_right_twice_changes_nothing_more(
    serial: int, year: int | None, kind: str, body: str
) -> None:
    text = f"{serial}/{f'{year}/' if year else ''}{kind}-{body}"
    assert clean_document_number(text) == text


@given(st.text(max_size=80))
def test_any_text_is_either_a_number_or_refused(text: str) -> None:
    try:
        written = clean_document_number(text)
    except BadDocumentNumber:
        return
    assert clean_document_number(written) == written


def test_the_form_field_puts_right_what_it_takes_and_leaves_empty_empty() -> None:
    field = DocumentNumberField(required=False)
    assert field.clean(" 7/kh-ubnd ") == "07/KH-UBND"
    assert field.clean("") == ""
    with pytest.raises(ValidationError, match="dấu gạch chéo"):
        field.clean("722")
