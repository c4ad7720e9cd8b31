"""Reads a YAML file into a tree that remembers on which line each value stands.

PyYAML's own loaders forget the lines, take the last of two equal keys, and follow aliases, with which a small file
can name millions of values; here the first is kept and the other two are errors.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml
from django.utils.translation import gettext as _

from hanoi_portal.text import clean_line

from .problems import BadFile, Problem, decode

DEEPEST = 12


@dataclass
class Branch:
    """One value of the file: its line, the key that names it, and what it holds."""

    line: int
    name: str
    value: Any = None
    children: dict[str, "Branch"] = field(default_factory=dict)
    items: list["Branch"] = field(default_factory=list)
    kind: str = "scalar"


class Reader:
    """Asks branches for what should be there, and gathers what is wrong."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, branch: Branch, text: str, key: str = "") -> None:
        """Note an error at a branch (or at the key that it lacks)."""
        name = f"{branch.name}.{key}" if branch.name and key else key or branch.name
        self.problems.append(Problem(branch.line, name, text))

    def mapping(self, branch: Branch, *, required: set[str], optional: set[str]) -> Branch:
        """Check that the branch is a mapping with these keys and no others; return it."""
        if branch.kind != "mapping":
            self.wrong(branch, _("phải là một nhóm «mục: giá trị»."))
            return Branch(branch.line, branch.name, kind="mapping")
        for key in sorted(required - branch.children.keys()):
            self.wrong(branch, _("thiếu mục này."), key)
        for key, child in branch.children.items():
            if key not in required | optional:
                self.wrong(child, _("mục lạ, không rõ để làm gì."))
        return branch

    def items(self, branch: Branch | None) -> Iterator[Branch]:
        """Return the items of a list; nothing, with an error, if it is no list or is empty."""
        if branch is None:
            return
        if branch.kind != "sequence" or not branch.items:
            self.wrong(branch, _("phải là một danh sách có ít nhất một dòng."))
            return
        yield from branch.items

    def text(self, parent: Branch, key: str, longest: int) -> str:
        """Return a line of text; "" with an error if it is empty, too long or none."""
        branch = parent.children.get(key)
        if branch is None:
            return ""
        if not isinstance(branch.value, str):  # 1.10 without quotes is a number, and 1.1 at that
            self.wrong(branch, _('phải là một dòng chữ; số thì viết trong dấu nháy, như "1.1".'))
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
            self.wrong(branch, _("phải là true hoặc false."))
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
            self.wrong(branch, _("phải là một ngày, viết như 2018-12-31."))
            return None
        return value


def parse(content: bytes) -> Branch:
    """Return the file's tree; BadFile if it is not one YAML document that can be read safely."""
    text = decode(content)
    try:
        loader = yaml.SafeLoader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise BadFile([Problem(0, "", _("tệp trống."))])
            grower = _Grower(loader)
            tree = grower.grow(node, "", 0)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        told = _("không đọc được theo dạng YAML (%(error)s).") % {"error": error.problem}
        raise BadFile([Problem(line, "", told)]) from error
    except (yaml.YAMLError, RecursionError) as error:
        told = _("không đọc được theo dạng YAML (%(error)s).") % {"error": error}
        raise BadFile([Problem(0, "", told)]) from error
    if grower.problems:
        raise BadFile(grower.problems)
    return tree


class _Grower:
    """Turns PyYAML's nodes into branches. A node met twice is an alias."""

    def __init__(self, loader: yaml.SafeLoader) -> None:
        self.loader = loader
        self.problems: list[Problem] = []
        self.seen: set[int] = set()

    def grow(self, node: yaml.Node, name: str, depth: int) -> Branch:
        line = node.start_mark.line + 1
        if depth > DEEPEST or id(node) in self.seen:
            text = _("lồng quá nhiều lớp, hoặc dùng ký hiệu & và * của YAML.")
            self.problems.append(Problem(line, name, text))
            return Branch(line, name)
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, Branch(line, name, kind="mapping"), depth)
        if isinstance(node, yaml.SequenceNode):
            branch = Branch(line, name, kind="sequence")
            for number, item in enumerate(node.value, start=1):
                branch.items.append(self.grow(item, f"{name}[{number}]", depth + 1))
            return branch
        try:
            return Branch(line, name, value=self.loader.construct_object(node))
        except ValueError:  # such as 2018-02-30
            self.problems.append(Problem(line, name, _("không phải một giá trị hợp lệ.")))
            return Branch(line, name)

    def _mapping(self, node: yaml.MappingNode, branch: Branch, depth: int) -> Branch:
        for key_node, value_node in node.value:
            key = str(key_node.value)
            path = f"{branch.name}.{key}" if branch.name else key
            if key in branch.children:
                line = key_node.start_mark.line + 1
                self.problems.append(Problem(line, path, _("mục này lặp lại.")))
            else:
                branch.children[key] = self.grow(value_node, path, depth + 1)
        return branch
