"""Which unit is given which task, and in which role: pure, from targets, open units and groups."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from ...models import Task, TaskTarget, Unit
from ...models.plan import Role


def distribute(
    tasks: Iterable[Task],
    targets: Iterable[TaskTarget],
    units: Sequence[Unit],
    members: Mapping[int, set[int]] = MappingProxyType({}),
) -> dict[int, list[tuple[Task, Role]]]:
    """Return, by unit id, the tasks it is given, in the order of the plan. Reads nothing.

    `members` are the ids of the units of each group.

    A unit that carries a task out does not also coordinate it.
    """
    by_kind: dict[str, set[int]] = {}
    for unit in units:
        by_kind.setdefault(unit.kind, set()).add(unit.pk)
    open_ids = {unit.pk for unit in units}
    roles: dict[int, dict[int, Role]] = {}
    for target in targets:
        if target.group_id:
            ids = members.get(target.group_id, set())
        else:
            ids = {target.unit_id} if target.unit_id else by_kind.get(target.unit_kind, set())
        for unit_id in open_ids.intersection(ids):
            task_roles = roles.setdefault(target.task_id, {})
            if task_roles.get(unit_id) != Role.LEAD:
                task_roles[unit_id] = Role(target.role)
    given: dict[int, list[tuple[Task, Role]]] = {}
    for task in tasks:
        for unit_id, role in roles.get(task.pk, {}).items():
            given.setdefault(unit_id, []).append((task, role))
    return given
