"""Giving a plan's tasks to units: first a preview of what that will do, then the doing, once.

`preview_issue` only reads. `issue_plan` gives exactly what a preview taken in the same transaction says; who loses
a race (or comes a second time) is told that the plan is issued, and adds nothing.
"""

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history, outbox
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail, User

from ..models import Assignment, Notice, Plan, Task, TaskTarget, Unit, UnitContact, UnitGroup
from ..models.plan import Role
from ..notices import MAIL_KIND, notice_key
from ..rules import can_issue_plan

ROWS_AT_ONCE = 2000
UNITS_AT_ONCE = 100  # written together: what is in memory does not grow with the plan


@dataclass(frozen=True)
class Share:
    """What one unit is given, and where it is told of it."""

    unit: Unit
    addresses: tuple[str, ...]
    lead: tuple[Task, ...]
    coordinate: tuple[Task, ...]


@dataclass(frozen=True)
class IssuePreview:
    """What issuing a plan would do, unit by unit."""

    plan: Plan
    tasks: tuple[Task, ...]
    shares: tuple[Share, ...]

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
        return [share.unit for share in self.shares if not share.addresses]

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
        return [task for task in self.tasks if task.deadline < on]

    @property
    def fingerprint(self) -> str:
        """A word for exactly this preview: another content has another word."""
        lines = [
            f"{share.unit.pk}|{','.join(share.addresses)}|{task.pk}|{role}|{task.deadline}"
            for share in self.shares
            for role, tasks in ((Role.LEAD, share.lead), (Role.COORDINATE, share.coordinate))
            for task in tasks
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class IssueResult:
    """What issuing did. `is_new` is False when the plan had been issued before: then nothing was added."""

    is_new: bool
    lead: int = 0
    coordinate: int = 0
    units: int = 0
    without_address: int = 0

    @classmethod
    def of(cls, preview: IssuePreview) -> "IssueResult":
        """Return the result of doing what the preview says."""
        return cls(
            is_new=True,
            lead=preview.lead_count,
            coordinate=preview.coordinate_count,
            units=preview.unit_count,
            without_address=len(preview.without_address),
        )


def preview_issue(plan: Plan, *, on: date | None = None) -> IssuePreview:
    """Return what issuing the plan on a day (today) would do; of an issued plan: nothing."""
    if plan.is_issued:
        return IssuePreview(plan, (), ())
    return preview_shares(plan, on or timezone.localdate())


def preview_shares(plan: Plan, on: date, having: Container[tuple[int, int]] = ()) -> IssuePreview:
    """Return who is given which task on a day, but for the pairs of task and unit ids that have it already."""
    tasks = tuple(plan.tasks.select_related("measure"))
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
    addresses: dict[int, list[str]] = {}
    contacts = UnitContact.objects.filter(is_active=True, unit__in=given.keys())
    for unit_id, email in contacts.order_by("pk").values_list("unit_id", "email"):
        addresses.setdefault(unit_id, []).append(email)
    shares = tuple(
        Share(
            unit=unit,
            addresses=tuple(addresses.get(unit.pk, ())),
            lead=tuple(task for task, role in given[unit.pk] if role == Role.LEAD),
            coordinate=tuple(task for task, role in given[unit.pk] if role == Role.COORDINATE),
        )
        for unit in units
        if unit.pk in given
    )
    return IssuePreview(plan, tasks, shares)


def _members(targets: Iterable[TaskTarget]) -> dict[int, set[int]]:
    """Return the ids of the units of each group that is a target."""
    groups = {target.group_id for target in targets if target.group_id}
    members: dict[int, set[int]] = {}
    if groups:
        through = UnitGroup.units.through.objects.filter(unitgroup__in=groups)
        for group_id, unit_id in through.values_list("unitgroup_id", "unit_id"):
            members.setdefault(group_id, set()).add(unit_id)
    return members


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


def issue_plan(
    plan: Plan,
    *,
    by: User,
    expected: str | None = None,
    via: str = HistoryEntry.Via.WEB,
    at: datetime | None = None,
) -> IssueResult:
    """Give all tasks of the plan to their units and tell each unit once, in one transaction.

    `expected` is the fingerprint of the preview that the person saw: StaleState if it would now be another. Raises
    NotAllowed, or DomainError when nobody would be given anything.
    """
    if not can_issue_plan(by, plan):
        raise NotAllowed(_("Bạn không có quyền giao nhiệm vụ của kế hoạch."))
    at = at or timezone.now()
    with transaction.atomic():
        claimed = Plan.objects.filter(pk=plan.pk, issued_at__isnull=True)
        if not claimed.update(issued_at=at, issued_by=by):
            return IssueResult(is_new=False)
        preview = preview_issue(plan, on=timezone.localdate(at))
        if not preview.shares:
            raise DomainError(
                _("Kế hoạch chưa có nhiệm vụ nào cho đơn vị nào, nên không giao được.")
            )
        if expected is not None and expected != preview.fingerprint:
            text = _("Kế hoạch hoặc địa chỉ các đơn vị vừa thay đổi. Mời xem lại rồi xác nhận.")
            raise StaleState(text)
        give_shares(preview, "issue_plan", Notice.Event.ISSUED, by=by, via=via, at=at)
    plan.issued_at, plan.issued_by = at, by
    return IssueResult.of(preview)


def give_shares(
    preview: IssuePreview, verb: str, event: Notice.Event, *, by: User, via: str, at: datetime
) -> None:
    """Write the assignments of a preview, their history, and one notice a unit, in the caller's transaction.

    The plan may be issued once and added to often: the history row of an addition says which one the notices are of.
    """
    counts = {
        "lead": preview.lead_count,
        "coordinate": preview.coordinate_count,
        "units": preview.unit_count,
    }
    entry = history.record(verb, preview.plan, by=by, via=via, to_state="issued", data=counts)
    occasion = "" if event == Notice.Event.ISSUED else str(entry.pk)
    for first in range(0, preview.unit_count, UNITS_AT_ONCE):
        some = replace(preview, shares=preview.shares[first : first + UNITS_AT_ONCE])
        assignments = _give(some, at)
        HistoryEntry.objects.bulk_create(
            [
                history.prepare("issue", each, by=by, via=via, to_state=Assignment.State.ISSUED)
                for each in assignments
            ],
            batch_size=ROWS_AT_ONCE,
        )
        _tell(some, assignments, event, occasion, at)
    outbox.ring_after_commit()


def _give(preview: IssuePreview, at: datetime) -> list[Assignment]:
    """Write the assignments, unit by unit."""
    return Assignment.objects.bulk_create(
        [
            Assignment(
                task=task,
                unit=share.unit,
                role=role,
                first_deadline=task.deadline,
                deadline=task.deadline,
                issued_at=at,
            )
            for share in preview.shares
            for role, tasks in ((Role.LEAD, share.lead), (Role.COORDINATE, share.coordinate))
            for task in tasks
        ],
        batch_size=ROWS_AT_ONCE,
    )


def _tell(
    preview: IssuePreview,
    assignments: Sequence[Assignment],
    event: Notice.Event,
    occasion: str,
    at: datetime,
) -> None:
    """Write one notice a unit and, where it has an address, the mail that tells it."""
    keys = {
        share.unit.pk: notice_key(event, preview.plan, share.unit, occasion)
        for share in preview.shares
    }
    mails = OutgoingMail.objects.bulk_create(
        [
            OutgoingMail(
                kind=MAIL_KIND,
                unique_key=keys[share.unit.pk],
                recipients=list(share.addresses),
                created_at=at,
                due_at=at,
            )
            for share in preview.shares
            if share.addresses
        ],
        batch_size=ROWS_AT_ONCE,
    )
    mail_of: Mapping[str | None, OutgoingMail] = {mail.unique_key: mail for mail in mails}
    notices = Notice.objects.bulk_create(
        [
            Notice(
                plan=preview.plan,
                unit=share.unit,
                event=event,
                mail=mail_of.get(keys[share.unit.pk]),
                unique_key=keys[share.unit.pk],
                created_at=at,
            )
            for share in preview.shares
        ],
        batch_size=ROWS_AT_ONCE,
    )
    notice_of = {notice.unit_id: notice.pk for notice in notices}
    about = Notice.assignments.through
    about.objects.bulk_create(
        [about(notice_id=notice_of[each.unit_id], assignment_id=each.pk) for each in assignments],
        batch_size=ROWS_AT_ONCE,
    )
    about_id = Notice.objects.filter(mail=OuterRef("pk")).values("pk")
    OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
        about_id=Subquery(about_id)
    )
