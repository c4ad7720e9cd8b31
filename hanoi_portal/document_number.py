"""Số, ký hiệu văn bản: reads, checks and writes the numbers of Vietnamese documents, such as 722/KH-STTTT.

How they are composed is laid down in Decree 30/2020/NĐ-CP (Appendix I, part II, point 3 and Appendix III); for laws
and rules (91/2025/QH15, 42/2014/QĐ-TTg) in Decree 34/2016/NĐ-CP. The Party writes its own way (35-NQ/TW), and
documents from before write in several (64-CP, 19/2007/TTLT/BTM-BTC): those are read too, and kept as they are.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .errors import DomainError
from .fields import LineField
from .text import clean_line, fold

LONGEST = 60
YEARS = range(1945, 2101)
# Decree 30/2020, Appendix III; then the kinds of laws and rules, as they are abbreviated in their own numbers.
KINDS = (
    *("NQ", "QĐ", "CT", "QC", "QyĐ", "TC", "TB", "HD", "CTr", "KH", "PA", "ĐA", "DA", "BC", "BB"),
    *("TTr", "HĐ", "CĐ", "BGN", "BTT", "GUQ", "GM", "GGT", "GNP", "PG", "PC", "PB"),
    *("NĐ", "TT", "TTLT", "NQLT", "PL", "L", "VBHN"),
)
MIXED_CASE_BODIES = {"ttg": "TTg"}

_SERIAL = r"(?P<serial>[0-9]{1,6}[A-Za-zĐđ]?)"
_SIGN = r"[^\W\d_][\w&.]*"
_MODERN = re.compile(
    rf"{_SERIAL}/(?:(?P<year>[0-9]{{4}})/)?(?:(?P<old_kind>{_SIGN})/)?(?P<signs>{_SIGN}(?:-{_SIGN})*)"
)
_PARTY = re.compile(rf"{_SERIAL}-(?P<kind>{_SIGN})/(?P<body>{_SIGN}(?:-{_SIGN})*)")
_OLDEST = re.compile(rf"{_SERIAL}-(?P<body>{_SIGN})")
_KIND_AS_TYPED = {kind.casefold(): kind for kind in KINDS}
_KIND_WITHOUT_MARKS: dict[str, str] = {}
for _kind in KINDS:
    _KIND_WITHOUT_MARKS.setdefault(fold(_kind), _kind)


class BadDocumentNumber(DomainError):
    """The text is no document number; the message says in Vietnamese what is wrong with it."""


@dataclass(frozen=True)
class DocumentNumber:
    """A number taken apart. `kind` is empty for a công văn and for laws; `str()` writes it as it should be."""

    serial: str
    year: int | None
    kind: str
    body: str
    form: str = "{serial}/{year}{kind}-{body}"

    def __str__(self) -> str:
        year = f"{self.year}/" if self.year else ""
        form = self.form if self.kind else self.form.replace("{kind}-", "")
        return form.format(serial=self.serial, year=year, kind=self.kind, body=self.body)


def parse(text: str) -> DocumentNumber:
    """Return the number taken apart; BadDocumentNumber if it is none.

    Spaces, a leading "Số:", long dashes, small letters and a missing leading zero (Decree 30: "đối với những số nhỏ
    hơn 10 phải ghi thêm số 0 phía trước") are put right.
    """
    line = clean_line(text)
    line = re.sub(r"^số\s*:?\s*", "", line, flags=re.IGNORECASE)
    line = re.sub(r"\s*([/–—‐‑-])\s*", r"\1", line)
    line = re.sub("[–—‐‑]", "-", line)
    if not line:
        raise BadDocumentNumber(_("Xin nhập số, ký hiệu văn bản, như 722/KH-STTTT."))
    if len(line) > LONGEST:
        text = _("Số, ký hiệu văn bản dài quá %(longest)s ký tự.")
        raise BadDocumentNumber(text % {"longest": LONGEST})
    if found := _MODERN.fullmatch(line):
        return _modern(found)
    if found := _PARTY.fullmatch(line):
        kind = known_kind(found["kind"])
        if kind is None:
            text = _("Chưa rõ loại văn bản «%(kind)s» trong «%(number)s».")
            raise BadDocumentNumber(text % {"kind": found["kind"], "number": line})
        return DocumentNumber(
            _serial(found["serial"]), None, kind, _body(found["body"]), "{serial}-{kind}/{body}"
        )
    if found := _OLDEST.fullmatch(line):
        return DocumentNumber(found["serial"], None, "", _body(found["body"]), "{serial}-{body}")
    raise BadDocumentNumber(_explain(line))


def clean_document_number(text: str) -> str:
    """Return the number as it should be written; BadDocumentNumber if it is none."""
    return str(parse(text))


def known_kind(sign: str) -> str | None:
    """Return the abbreviation of a kind of document as it is written (qđ and QD → QĐ); None if there is none."""
    return _KIND_AS_TYPED.get(sign.casefold()) or _KIND_WITHOUT_MARKS.get(fold(sign))


def _modern(found: re.Match[str]) -> DocumentNumber:
    year = int(found["year"]) if found["year"] else None
    if year is not None and year not in YEARS:
        text = _("Năm %(year)s trong số văn bản không hợp lý.")
        raise BadDocumentNumber(text % {"year": year})
    serial = _serial(found["serial"])
    if found["old_kind"]:  # 19/2007/TTLT/BTM-BTC, and 722/KH/STTTT
        kind = known_kind(found["old_kind"])
        if kind is None:
            text = _("Chưa rõ loại văn bản «%(kind)s» trong «%(number)s».")
            raise BadDocumentNumber(text % {"kind": found["old_kind"], "number": found[0]})
        form = "{serial}/{year}{kind}/{body}"
        return DocumentNumber(serial, year, kind, _body(found["signs"]), form)
    first, _dash, rest = found["signs"].partition("-")
    kind = known_kind(first)
    if kind is None:
        return DocumentNumber(serial, year, "", _body(found["signs"]))
    if not rest:
        text = _("Sau «%(kind)s» còn thiếu chữ viết tắt cơ quan ban hành, như 722/KH-STTTT.")
        raise BadDocumentNumber(text % {"kind": kind})
    return DocumentNumber(serial, year, kind, _body(rest))


def _serial(digits: str) -> str:
    """Write numbers below ten with the zero that Decree 30 asks for."""
    bare = re.match("[0-9]+", digits)
    assert bare is not None
    return f"0{digits}" if len(bare[0]) == 1 and bare[0] != "0" else digits


def _body(signs: str) -> str:
    """Put an abbreviation typed in small letters into capitals; any other stays as it is."""
    return "-".join(
        MIXED_CASE_BODIES.get(sign.casefold(), sign.upper() if sign.islower() else sign)
        for sign in signs.split("-")
    )


def _explain(line: str) -> str:
    if not re.match("[0-9]", line):
        text = _("Số, ký hiệu văn bản phải bắt đầu bằng chữ số, như 722/KH-STTTT.")
    elif "/" not in line:
        text = _("Sau số phải có dấu gạch chéo rồi đến ký hiệu, như 722/KH-STTTT.")
    else:
        text = _("«%(number)s» chưa đúng cách ghi số, ký hiệu văn bản, như 722/KH-STTTT.")
    return text % {"number": line}


class DocumentNumberField(LineField):
    """A form field that takes a document number and writes it as it should be."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Return the number put right; empty stays empty."""
        line = super().to_python(value)
        if not line:
            return ""
        try:
            return clean_document_number(line)
        except BadDocumentNumber as error:
            raise ValidationError(str(error), code="document_number") from error
