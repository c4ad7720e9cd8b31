"""What is wrong with a file: one sentence per error, each with the place where it stands."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..errors import DomainError

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # how every .xls begins


@dataclass(frozen=True)
class Problem:
    """One error: its line in the file (0: the file as a whole), the column or key, and what to do about it.

    `sheet` is the sheet of a workbook, where there are several; then `field` names the column.
    """

    line: int
    field: str
    text: str
    sheet: str = ""

    def __str__(self) -> str:
        place = [_("trang «%(sheet)s»") % {"sheet": self.sheet}] if self.sheet else []
        if self.line:
            place.append(_("dòng %(line)s") % {"line": self.line})
        if self.field:
            name = _("cột %(field)s") if self.sheet else _("mục «%(field)s»")
            place.append(name % {"field": self.field})
        where = ", ".join(place) or _("cả tệp")
        return f"{where[0].upper()}{where[1:]}: {self.text}"


class BadFile(DomainError):
    """The file is refused whole; `problems` are all of its errors, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first_of_cell: dict[object, Problem] = {}
        for (
            each
        ) in problems:  # of a cell that is no value at all, what follows from that is not told too
            place = (each.sheet, each.line, each.field) if each.sheet and each.line else each
            first_of_cell.setdefault(place, each)
        self.problems = sorted(
            first_of_cell.values(), key=lambda each: (each.sheet, each.line, each.field)
        )
        super().__init__("\n".join(str(problem) for problem in self.problems))


def decode(content: bytes) -> str:
    """Return the file's text: UTF-8, or UTF-16 that says so at its beginning (Excel's “Unicode Text”)."""
    if content.startswith(OLD_WORKBOOK):
        told = _("đây là bảng tính kiểu cũ (.xls); xin mở rồi lưu thành .xlsx.")
        raise BadFile([Problem(0, "", told)])
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        told = _("tệp phải lưu theo bảng mã UTF-8 (trong Excel: Lưu thành, chọn “CSV UTF-8”).")
        raise BadFile([Problem(line, "", told)]) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise BadFile([Problem(line, "", _("có ký tự NUL, không phải tệp văn bản."))])
    return text
