"""Reads a YAML file into a tree that remembers on which line each value stands.

PyYAML's own loaders forget the lines, take the last of two equal keys, and follow aliases, with which a small file
can name millions of values; here the first is kept and the other two are errors.
"""

import yaml
from django.utils.translation import gettext as _

from hanoi_portal.table_files import BadFile, Problem, decode

from .tree import Branch

DEEPEST = 12


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
