"""What is wrong with a file: one sentence per error, each with the place where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError


@dataclass(frozen=True, order=True)
class Problem:
    """One error: its line in the file (0: the file as a whole), the column or key, and what to do about it."""

    line: int
    field: str
    text: str

    def __str__(self) -> str:
        place = [_("Dòng %(line)s") % {"line": self.line}] if self.line else []
        if self.field:
            place.append(_("mục «%(field)s»") % {"field": self.field})
        return f"{', '.join(place) or _('Cả tệp')}: {self.text}"


class BadFile(DomainError):
    """The file is refused whole; `problems` are all of its errors, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def decode(content: bytes) -> str:
    """Return the file's text (UTF-8, with or without a byte order mark); BadFile if it is not."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadFile([Problem(line, "", _("tệp phải lưu theo bảng mã UTF-8."))]) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise BadFile([Problem(line, "", _("có ký tự NUL, không phải tệp văn bản."))])
    return text
