"""A tree of values that remembers where in its file each stands, and the asking of it for what should be there.

A YAML file (`yaml_tree`) and a workbook (`plan_sheets`) both become such a tree, so that one reader judges both and
tells every error where the person finds it: by line and key, or by sheet, row and column.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hanoi_portal.table_files import Problem
from hanoi_portal.text import clean_line

NUMBER = re.compile(r"[0-9]{1,12}([.,][0-9]{1,2})?")


@dataclass
class Branch:
    """One value of the file: its line, the key that names it, and what it holds.

    In a workbook: its sheet, its row, its column; `labels` are the columns of the keys below it.
    """

    line: int
    name: str
    value: Any = None
    children: dict[str, "Branch"] = field(default_factory=dict)
    items: list["Branch"] = field(default_factory=list)
    kind: str = "scalar"
    sheet: str = ""
    labels: dict[str, str] = field(default_factory=dict)

    def child(self, key: str) -> "Branch":
        """Return the value of a key; an empty mapping, standing where this does, if there is none."""
        name = f"{self.name}.{key}" if self.name else key
        missing = Branch(self.line, name, kind="mapping", sheet=self.sheet, labels=self.labels)
        return self.children.get(key, missing)


class Reader:
    """Asks branches for what should be there, and gathers what is wrong."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, branch: Branch, text: str, key: str = "") -> None:
        """Note an error at a branch (or at the key that it lacks)."""
        if branch.sheet:
            name = branch.labels.get(key, branch.name)
        else:
            name = f"{branch.name}.{key}" if branch.name and key else key or branch.name
        self.problems.append(Problem(branch.line, name, text, branch.sheet))

    def mapping(self, branch: Branch, *, required: set[str], optional: set[str]) -> Branch:
        """Check that the branch is a mapping with these keys and no others; return it."""
        if branch.kind != "mapping":
            self.wrong(branch, _("phải là một nhóm «mục: giá trị»."))
            return Branch(branch.line, branch.name, kind="mapping")
        for key in sorted(required - branch.children.keys()):
            self.wrong(
                branch, _("không được để trống.") if branch.sheet else _("thiếu mục này."), key
            )
        for key, child in branch.children.items():
            if key not in required | optional:
                self.wrong(child, _("mục lạ, không rõ để làm gì."))
        return branch

    def items(self, branch: Branch | None) -> Iterator[Branch]:
        """Return the items of a list; nothing, with an error, if it is no list or is empty."""
        if branch is None:
            return
        if branch.kind != "sequence" or not branch.items:
            text = _("phải là một danh sách có ít nhất một dòng.")
            self.wrong(branch, _("không được để trống.") if branch.sheet else text)
            return
        yield from branch.items

    def text(self, parent: Branch, key: str, longest: int) -> str:
        """Return a line of text; "" with an error if it is empty, too long or none."""
        branch = parent.children.get(key)
        if branch is None:
            return ""
        if not isinstance(branch.value, str):  # 1.10 without quotes is a number, and 1.1 at that
            if branch.sheet:
                text = _("phải là chữ; xin định dạng ô là Văn bản (Text) rồi nhập lại.")
            else:
                text = _('phải là một dòng chữ; số thì viết trong dấu nháy, như "1.1".')
            self.wrong(branch, text)
            return ""
        value = clean_line(branch.value)
        if not value:
            self.wrong(branch, _("không được để trống."))
        elif len(value) > longest:
            self.wrong(branch, _("dài quá %(longest)s ký tự.") % {"longest": longest})
        return value

    def flag(self, parent: Branch, key: str, default: bool) -> bool:
        """Return an optional true or false."""
        branch = parent.children.get(key)
        if branch is None:
            return default
        if not isinstance(branch.value, bool):
            in_words = (
                _("phải là Có hoặc Không.") if branch.sheet else _("phải là true hoặc false.")
            )
            self.wrong(branch, in_words)
            return default
        return branch.value

    def day(self, parent: Branch, key: str) -> date | None:
        """Return an optional day, written 2018-12-31 with or without quotes."""
        branch = parent.children.get(key)
        if branch is None:
            return None
        value = branch.value
        if isinstance(value, str):
            with suppress(ValueError):
                value = date.fromisoformat(value.strip())
        if type(value) is not date:
            if branch.sheet:
                text = _("phải là một ngày, viết như 31/12/2018.")
            else:
                text = _("phải là một ngày, viết như 2018-12-31.")
            self.wrong(branch, text)
            return None
        return value

    def number(self, parent: Branch, key: str) -> Decimal | None:
        """Return an optional number that is not negative, with two places at most."""
        branch = parent.children.get(key)
        if branch is None:
            return None
        is_number = isinstance(branch.value, int | float | str) and branch.value is not True
        written = str(branch.value).strip() if is_number else ""
        if not NUMBER.fullmatch(written):
            text = _("phải là một số không âm, tối đa hai chữ số lẻ, như 12 hoặc 12,5.")
            self.wrong(branch, text)
            return None
        return Decimal(written.replace(",", "."))
