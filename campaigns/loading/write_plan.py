"""Writes a plan to a file from which it loads back identical: YAML, or a workbook with drop-downs."""

from collections.abc import Sequence
from typing import Any

import yaml
from django.utils.translation import gettext as _

from ..models import Unit
from ..models.plan import Recurrence, Role
from . import plan_sheets
from .drafts import ALL, GROUP, PlanDraft, TaskDraft
from .workbook import BETWEEN_CODE_AND_NAME
from .write_sheets import SheetWriter


def plan_to_yaml(draft: PlanDraft) -> bytes:
    """Return the plan as YAML."""
    are_assumed = bool(draft.tasks) and all(task.is_deliverable_assumed for task in draft.tasks)
    days = {"starts": draft.starts_on, "ends": draft.ends_on}
    head: dict[str, Any] = {
        "number": draft.number,
        "title": draft.title,
        "issuer": draft.issuer_code,
        "stated": {"year": draft.year},
    }
    if draft.has_assumed_dates:
        head["assumed"] = {**days, "deliverables": are_assumed}
    else:
        head["stated"].update(days)
        if are_assumed:
            head["assumed"] = {"deliverables": True}
    if draft.carries_out_number:
        head["carries_out"] = {
            "number": draft.carries_out_number,
            "issuer": draft.carries_out_issuer_code,
        }
        if draft.carries_out_issued_on:
            head["carries_out"]["issued"] = draft.carries_out_issued_on
    if draft.is_public is not None:
        head["public"] = draft.is_public
    measures = [
        {
            "title": measure.title,
            "tasks": [_task(task, draft, are_assumed) for task in measure.tasks],
        }
        for measure in draft.measures
    ]
    tree = {"plan": head, "measures": measures}
    written = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=110)
    return written.encode()


def _task(task: TaskDraft, draft: PlanDraft, are_assumed: bool) -> dict[str, Any]:
    """Return a task as a mapping; what is as usual is left out."""
    row: dict[str, Any] = {"id": task.code, "title": task.title, "deliverable": task.deliverable}
    row["units"] = task.names(Role.LEAD)
    optional = {
        "with": task.names(Role.COORDINATE),
        "deadline": task.deadline if task.deadline != draft.ends_on else None,
        "cascades": task.is_cascading,
        "authority": task.authority,
        "responsibility": task.responsibility,
        "starred": task.is_starred,
    }
    row.update({key: value for key, value in optional.items() if value})
    if task.is_deliverable_assumed != are_assumed:
        row["deliverable_assumed"] = task.is_deliverable_assumed
    if task.recurrence != Recurrence.ONCE:
        row["repeats"] = str(task.recurrence)
    if task.indicator_name:
        indicator = {
            "name": task.indicator_name,
            "unit": task.indicator_unit,
            "target": str(task.indicator_target) if task.indicator_target is not None else "",
        }
        row["indicator"] = {key: value for key, value in indicator.items() if value}
    return row


def plan_to_workbook(
    draft: PlanDraft | None,
    units: Sequence[tuple[str, str]],
    groups: Sequence[tuple[str, str]] = (),
) -> bytes:
    """Return the plan as a workbook whose drop-downs offer the units and saved groups (pairs of code and name).

    Without a plan: the empty template.
    """
    offered = [f"{code}{BETWEEN_CODE_AND_NAME}{name}" for code, name in units]
    kinds = [
        f"{ALL}{kind}{BETWEEN_CODE_AND_NAME}{_('mọi %(kind)s') % {'kind': label}}"
        for kind, label in Unit.Kind.choices
    ]
    saved = [
        f"{GROUP}{code}{BETWEEN_CODE_AND_NAME}{_('nhóm %(name)s') % {'name': name}}"
        for code, name in groups
    ]
    writer = SheetWriter({"unit": offered, "names": [*kinds, *saved, *offered]})
    writer.add_pairs(plan_sheets.PLAN_SHEET, plan_sheets.PLAN_ITEMS, _items(draft))
    measures = draft.measures if draft else ()
    writer.add_table(
        plan_sheets.MEASURES_SHEET,
        plan_sheets.MEASURE_COLUMNS,
        [
            {"position": position, "title": measure.title}
            for position, measure in enumerate(measures, start=1)
        ],
    )
    writer.add_table(
        plan_sheets.TASKS_SHEET,
        plan_sheets.TASK_COLUMNS,
        [
            _row(position, task)
            for position, measure in enumerate(measures, start=1)
            for task in measure.tasks
        ],
    )
    return writer.finish()


def _items(draft: PlanDraft | None) -> dict[str, Any]:
    if draft is None:
        return {}
    return {
        "number": draft.number,
        "title": draft.title,
        "issuer": draft.issuer_code,
        "year": draft.year,
        "starts": draft.starts_on,
        "ends": draft.ends_on,
        "are_dates_assumed": draft.has_assumed_dates,
        "carries_out_number": draft.carries_out_number,
        "carries_out_issuer": draft.carries_out_issuer_code,
        "carries_out_issued": draft.carries_out_issued_on,
        "public": draft.is_public,
    }


def _row(position: int, task: TaskDraft) -> dict[str, Any]:
    return {
        "measure": position,
        "id": task.code,
        "title": task.title,
        "deliverable": task.deliverable,
        "deliverable_assumed": task.is_deliverable_assumed,
        "deadline": task.deadline,
        "units": task.names(Role.LEAD),
        "with": task.names(Role.COORDINATE),
        "cascades": task.is_cascading,
        "authority": task.authority,
        "responsibility": task.responsibility,
        "indicator_name": task.indicator_name,
        "indicator_unit": task.indicator_unit,
        "indicator_target": task.indicator_target,
        "starred": task.is_starred,
        "repeats": str(task.recurrence),
    }
