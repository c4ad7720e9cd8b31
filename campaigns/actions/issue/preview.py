"""What giving a plan's tasks would do, unit by unit. Only reads."""

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from ...models import Plan, Task, TaskTarget, Unit, UnitContact, UnitGroup
from ...models.plan import Role
from ...periods import Period
from .distribute import distribute


@dataclass(frozen=True)
class Share:
    """What one unit is given, and where it is told of it."""

    unit: Unit
    addresses: tuple[str, ...]
    daily: tuple[UnitContact, ...]  # addresses that are told in their digest
    lead: tuple[Task, ...]
    coordinate: tuple[Task, ...]

    @property
    def told(self) -> list[str]:
        """Return every address, those that are told in a digest marked so."""
        digest = _("%(address)s (thư tổng hợp hằng ngày)")
        return [*self.addresses, *(digest % {"address": each.email} for each in self.daily)]


@dataclass(frozen=True)
class IssuePreview:
    """What issuing a plan would do, unit by unit."""

    plan: Plan
    tasks: tuple[Task, ...]
    shares: tuple[Share, ...]
    periods: Mapping[int, Period] = field(default_factory=dict)  # of recurring tasks, by task id

    @property
    def lead_count(self) -> int:
        """How many assignments to carry out."""
        return sum(len(share.lead) for share in self.shares)

    @property
    def coordinate_count(self) -> int:
        """How many assignments to take part in."""
        return sum(len(share.coordinate) for share in self.shares)

    @property
    def unit_count(self) -> int:
        """How many units are told."""
        return len(self.shares)

    @property
    def without_address(self) -> list[Unit]:
        """Return the units that have work but no address at which to be told."""
        return [share.unit for share in self.shares if not (share.addresses or share.daily)]

    def by_task(self) -> list[tuple[Task, list[Unit], list[Unit]]]:
        """Return each task with the units that carry it out and those that take part."""
        return [
            (
                task,
                [share.unit for share in self.shares if task in share.lead],
                [share.unit for share in self.shares if task in share.coordinate],
            )
            for task in self.tasks
        ]

    def past_due(self, on: date) -> list[Task]:
        """Return the tasks whose deadline is over before they are given."""
        return [task for task in self.tasks if self.deadline_of(task) < on]

    def deadline_of(self, task: Task) -> date:
        """Return by when the task, or its period that is given now, is due."""
        period = self.periods.get(task.pk)
        return period.due if period else task.deadline

    def period_of(self, task: Task) -> str:
        """Return the key of the period that is given now; empty for a one-off task."""
        period = self.periods.get(task.pk)
        return period.key if period else ""

    @property
    def recurring(self) -> list[tuple[Task, Period]]:
        """Return the recurring tasks with the period that is given now."""
        return [(task, self.periods[task.pk]) for task in self.tasks if task.pk in self.periods]

    @property
    def fingerprint(self) -> str:
        """A word for exactly this preview: another content has another word."""
        lines = [
            f"{share.unit.pk}|{','.join(share.told)}|{task.pk}|{role}|{self.deadline_of(task)}"
            for share in self.shares
            for role, tasks in ((Role.LEAD, share.lead), (Role.COORDINATE, share.coordinate))
            for task in tasks
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def preview_issue(plan: Plan, *, on: date | None = None) -> IssuePreview:
    """Return what issuing the plan on a day (today) would do; of an issued plan: nothing."""
    if plan.is_issued:
        return IssuePreview(plan, (), ())
    return preview_shares(plan, on or timezone.localdate())


def preview_shares(plan: Plan, on: date, having: Container[tuple[int, int]] = ()) -> IssuePreview:
    """Return who is given which task on a day, but for the pairs of task and unit ids that have it already."""
    tasks = tuple(plan.tasks.select_related("measure", "plan"))
    units = list(Unit.objects.open_on(on))
    targets = list(TaskTarget.objects.filter(task__plan=plan))
    given = distribute(tasks, targets, units, _members(targets))
    if having:
        new = {
            unit_id: [pair for pair in pairs if (pair[0].pk, unit_id) not in having]
            for unit_id, pairs in given.items()
        }
        given = {unit_id: pairs for unit_id, pairs in new.items() if pairs}
        added = {task.pk for pairs in given.values() for task, _role in pairs}
        tasks = tuple(task for task in tasks if task.pk in added)
    return shares_of(plan, tasks, units, given, on)


def shares_of(
    plan: Plan,
    tasks: tuple[Task, ...],
    units: Sequence[Unit],
    given: Mapping[int, Sequence[tuple[Task, str]]],
    on: date,
) -> IssuePreview:
    """Return the preview of giving units, by id, these tasks on a day, with where each unit is told."""
    addresses: dict[int, list[str]] = {}
    daily: dict[int, list[UnitContact]] = {}
    contacts = UnitContact.objects.filter(is_active=True, unit__in=given.keys())
    for contact in contacts.order_by("pk"):
        if contact.delivery == UnitContact.Delivery.DAILY:
            daily.setdefault(contact.unit_id, []).append(contact)
        else:
            addresses.setdefault(contact.unit_id, []).append(contact.email)
    shares = tuple(
        Share(
            unit=unit,
            addresses=tuple(addresses.get(unit.pk, ())),
            daily=tuple(daily.get(unit.pk, ())),
            lead=tuple(task for task, role in given[unit.pk] if role == Role.LEAD),
            coordinate=tuple(task for task, role in given[unit.pk] if role == Role.COORDINATE),
        )
        for unit in units
        if unit.pk in given
    )
    found = {task.pk: task.period_to_give(on) for task in tasks}
    periods = {pk: period for pk, period in found.items() if period}
    return IssuePreview(plan, tasks, shares, periods)


def _members(targets: Iterable[TaskTarget]) -> dict[int, set[int]]:
    """Return the ids of the units of each group that is a target."""
    groups = {target.group_id for target in targets if target.group_id}
    members: dict[int, set[int]] = {}
    if groups:
        through = UnitGroup.units.through.objects.filter(unitgroup__in=groups)
        for group_id, unit_id in through.values_list("unitgroup_id", "unit_id"):
            members.setdefault(group_id, set()).add(unit_id)
    return members
