"""Reads a plan from YAML or a workbook: its number and dates, its measures and tasks, and whom each task is for.

What the signed text says stands under `stated`; what its loader had to suppose (dates, deliverables) under
`assumed`, and is labelled so wherever it is shown.
"""

import re
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from hanoi_portal.document_number import YEARS, BadDocumentNumber, clean_document_number
from hanoi_portal.table_files import BadFile, Problem, is_workbook

from ..models import Unit
from ..models.plan import Recurrence, Role
from . import plan_sheets, yaml_tree
from .drafts import ALL, GROUP, MeasureDraft, PlanDraft, TargetDraft, TaskDraft
from .tree import Branch, Reader

TASK_CODE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}")
OPTIONAL_OF_TASK = {
    *("with", "cascades", "deadline", "deliverable_assumed", "authority", "responsibility"),
    *("indicator", "starred", "repeats"),
}


def read_plan(content: bytes, existing_codes: Collection[str]) -> PlanDraft:
    """Return the plan of a file, YAML or XLSX by its content; BadFile tells every error.

    Units are named by the codes that exist; saved groups are among them as "group:" and their code.
    """
    if is_workbook(content):
        tree, problems = plan_sheets.parse(content)
    else:
        tree, problems = yaml_tree.parse(content), []
    return _PlanReader(existing_codes, problems).read(tree)


class _PlanReader(Reader):
    def __init__(self, codes: Collection[str], problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems.extend(problems)
        self.codes = codes
        self.task_lines: dict[str, int] = {}
        self.ends_on = date.max
        self.are_deliverables_assumed = False

    def read(self, tree: Branch) -> PlanDraft:
        self.mapping(tree, required={"plan", "measures"}, optional=set())
        head = self.mapping(
            tree.child("plan"),
            required={"number", "title", "issuer", "stated"},
            optional={"assumed", "carries_out", "public"},
        )
        year, starts_on, ends_on, is_assumed = self._dates(head)
        carried = self._carried_out(head)
        draft = PlanDraft(
            number=self._number(head),
            title=self.text(head, "title", 400),
            issuer_code=self._unit(head, "issuer"),
            year=year,
            starts_on=starts_on,
            ends_on=ends_on,
            has_assumed_dates=is_assumed,
            carries_out_number=carried[0],
            carries_out_issuer_code=carried[1],
            carries_out_issued_on=carried[2],
            measures=tuple(
                self._measure(item) for item in self.items(tree.children.get("measures"))
            ),
            is_public=self.flag(head, "public", default=True)
            if "public" in head.children
            else None,
        )
        if self.problems:
            raise BadFile(self.problems)
        return draft

    def _number(self, parent: Branch) -> str:
        number = self.text(parent, "number", 60)
        if not number:
            return ""
        try:
            return clean_document_number(number)
        except BadDocumentNumber as error:
            self.wrong(parent.children["number"], str(error))
            return ""

    def _unit(self, parent: Branch, key: str) -> str:
        code = self.text(parent, key, 20)
        if code and (code not in self.codes or code.startswith(GROUP)):
            text = _("không có đơn vị nào mang mã «%(code)s».") % {"code": code}
            self.wrong(parent.children[key], text)
        return code

    def _dates(self, head: Branch) -> tuple[int, date, date, bool]:
        stated = self.mapping(
            head.child("stated"),
            required={"year"} if "stated" in head.children else set(),
            optional={"starts", "ends", "article_published", "article_author"},
        )
        assumed = self.mapping(
            head.child("assumed"), required=set(), optional={"starts", "ends", "deliverables"}
        )
        if "assumed" in head.children:
            self.are_deliverables_assumed = self.flag(assumed, "deliverables", default=True)
        year_branch = stated.children.get("year")
        year = year_branch.value if year_branch else None
        if year_branch and (type(year) is not int or year not in YEARS):
            self.wrong(year_branch, _("phải là một năm, như 2018."))
        days: dict[str, date | None] = {}
        for key in ("starts", "ends"):
            days[key] = self.day(stated, key) or self.day(assumed, key)
            if key not in stated.children and key not in assumed.children:
                if head.sheet:
                    text = _("không được để trống.")
                else:
                    text = _("thiếu ngày này: ghi ở «stated», hoặc ở «assumed» nếu là giả định.")
                self.wrong(head, text, key)
        starts_on, ends_on = days["starts"] or date.min, days["ends"] or date.max
        if ends_on < starts_on:
            self.wrong(head, _("ngày kết thúc phải sau ngày bắt đầu."), "ends")
        self.ends_on = ends_on
        is_assumed = "starts" in assumed.children or "ends" in assumed.children
        return year if isinstance(year, int) else 0, starts_on, ends_on, is_assumed

    def _carried_out(self, head: Branch) -> tuple[str, str, date | None]:
        branch = head.children.get("carries_out")
        if branch is None:
            return "", "", None
        self.mapping(branch, required={"number", "issuer"}, optional={"issued"})
        return self._number(branch), self._unit(branch, "issuer"), self.day(branch, "issued")

    def _measure(self, branch: Branch) -> MeasureDraft:
        self.mapping(branch, required={"title", "tasks"}, optional=set())
        return MeasureDraft(
            title=self.text(branch, "title", 300),
            tasks=tuple(self._task(item) for item in self.items(branch.children.get("tasks"))),
        )

    def _task(self, branch: Branch) -> TaskDraft:
        self.mapping(
            branch,
            required={"id", "title", "deliverable", "units"},
            optional=OPTIONAL_OF_TASK,
        )
        code = self.text(branch, "id", 12)
        if code and not TASK_CODE.fullmatch(code):
            text = _("phải là số của nhiệm vụ, như 1.1.")
            self.wrong(branch.children["id"], text)
        elif code in self.task_lines:
            told = {"line": self.task_lines[code]}
            text = _("số này đã dùng cho nhiệm vụ ở dòng %(line)s.") % told
            self.wrong(branch.children["id"], text)
        elif code:
            self.task_lines[code] = branch.line
        leads = self._targets(branch, "units", Role.LEAD)
        partners = self._targets(branch, "with", Role.COORDINATE)
        indicator = self._indicator(branch)
        return TaskDraft(
            code=code,
            title=self.text(branch, "title", 500),
            deliverable=self.text(branch, "deliverable", 300),
            is_deliverable_assumed=self.flag(
                branch, "deliverable_assumed", default=self.are_deliverables_assumed
            ),
            deadline=self.day(branch, "deadline") or self.ends_on,
            is_cascading=self.flag(branch, "cascades", default=False),
            targets=(*leads, *partners),
            authority=self.text(branch, "authority", 300),
            responsibility=self.text(branch, "responsibility", 300),
            indicator_name=indicator[0],
            indicator_unit=indicator[1],
            indicator_target=indicator[2],
            is_starred=self.flag(branch, "starred", default=False),
            recurrence=self._recurrence(branch),
        )

    def _indicator(self, parent: Branch) -> tuple[str, str, Decimal | None]:
        branch = parent.children.get("indicator")
        if branch is None:
            return "", "", None
        self.mapping(branch, required={"name"}, optional={"unit", "target"})
        return (
            self.text(branch, "name", 200),
            self.text(branch, "unit", 60),
            self.number(branch, "target"),
        )

    def _recurrence(self, parent: Branch) -> Recurrence:
        branch = parent.children.get("repeats")
        if branch is None:
            return Recurrence.ONCE
        if branch.value not in Recurrence.values:
            known = Recurrence.labels if branch.sheet else Recurrence.values
            text = _("phải là một trong: %(known)s.") % {"known": ", ".join(map(str, known))}
            self.wrong(branch, text)
            return Recurrence.ONCE
        return Recurrence(branch.value)

    def _targets(self, parent: Branch, key: str, role: Role) -> list[TargetDraft]:
        targets: list[TargetDraft] = []
        for item in self.items(parent.children.get(key)):
            name = item.value if isinstance(item.value, str) else ""
            if name.startswith(ALL) and name.removeprefix(ALL) in Unit.Kind.values:
                target = TargetDraft(role, unit_kind=name.removeprefix(ALL))
            elif name.startswith(GROUP) and name in self.codes:
                target = TargetDraft(role, group_code=name.removeprefix(GROUP))
            elif name in self.codes:
                target = TargetDraft(role, unit_code=name)
            else:
                known = ", ".join(f"{ALL}{kind}" for kind in Unit.Kind.values)
                told = {"name": name or item.value, "known": known}
                text = (
                    _(
                        "không có đơn vị «%(name)s»; cả một loại thì viết: %(known)s; nhóm đã lưu thì "
                        "viết group:mã-nhóm."
                    )
                    % told
                )
                self.wrong(item, text)
                continue
            if target in targets:
                self.wrong(item, _("đơn vị này lặp lại."))
            targets.append(target)
        return targets
