"""Putting the words of a plan's tasks right, many on one page: what, which product, by when, which indicator, starred.

Of an issued plan the deadlines are left alone here: they belong to what was given, and moving them is a verb of its own
(`change_deadline`) that tells the units.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import User

from ..models import Plan, Task
from ..rules import can_load_plans

EDITABLE = (
    *("title", "deliverable", "deadline", "is_starred"),
    *("indicator_name", "indicator_unit", "indicator_target"),
)


def fingerprint_of(tasks: Iterable[Task]) -> str:
    """Return a word for exactly these tasks as they are: changed by anybody, they have another."""
    lines = [f"{task.pk}|{[str(getattr(task, name)) for name in EDITABLE]}" for task in tasks]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def edit_tasks(
    plan: Plan, values: Mapping[int, Mapping[str, Any]], *, by: User, expected: str | None = None
) -> int:
    """Write what differs from the tasks' values, by task id and field; return how many tasks changed.

    `expected` is the fingerprint of the tasks that the person saw. Raises NotAllowed; DomainError for a deadline of an
    issued plan; StaleState when somebody else changed a task meanwhile.
    """
    if not can_load_plans(by):
        raise NotAllowed(_("Bạn không có quyền sửa kế hoạch."))
    changed = 0
    with transaction.atomic():
        held = Plan.objects.select_for_update().get(pk=plan.pk)
        tasks = list(held.tasks.order_by("pk"))
        if expected is not None and expected != fingerprint_of(tasks):
            raise StaleState(_("Nhiệm vụ vừa được người khác sửa. Mời xem lại trước khi ghi."))
        for task in tasks:
            new = {
                name: value
                for name, value in values.get(task.pk, {}).items()
                if name in EDITABLE and getattr(task, name) != value
            }
            if not new:
                continue
            if "deadline" in new and held.is_issued:
                raise DomainError(_("Kế hoạch đã giao: xin dùng “Đổi thời hạn” để báo các đơn vị."))
            before = {name: str(getattr(task, name)) for name in new}
            Task.objects.filter(pk=task.pk).update(**new)
            after = {name: str(value) for name, value in new.items()}
            history.record("edit_task", task, by=by, data={"before": before, "after": after})
            changed += 1
    return changed
