"""Takes plans from drafts into the database: first a preview of what that will change, then the change, whole.

Loading twice changes nothing. What an issued plan has is not changed from a file; tasks can be added to it, which are
then given by `add_tasks`.
"""

import hashlib
from dataclasses import dataclass, fields, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.text import slugify

from ...drafting import draft_of
from ...loading import PlanDraft
from ...models import Measure, Plan, Task, TaskTarget, Unit, UnitGroup
from ...rules import can_load_plans
from .result import LoadResult, Progress, say_nothing


@dataclass(frozen=True)
class PlanChange:
    """What loading a draft would do. `refusal` is a sentence when it would be refused.

    `is_addition`: it only adds tasks and measures, and changes nothing that is there.
    """

    draft: PlanDraft
    plan: Plan | None
    created: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    other: tuple[str, ...]
    is_addition: bool
    refusal: str
    fingerprint: str
    fields: dict[str, tuple[str, ...]]  # of each changed task: what differs, as the model names it

    @property
    def is_empty(self) -> bool:
        """Whether the plan already is as the draft says."""
        return self.plan is not None and not (
            self.created or self.changed or self.removed or self.other
        )

    @property
    def same_count(self) -> int:
        """How many tasks stay as they are."""
        return len(self.draft.tasks) - len(self.created) - len(self.changed)

    @property
    def result(self) -> LoadResult:
        """The tasks, counted."""
        return LoadResult(len(self.created), len(self.changed), self.same_count)

    @property
    def words(self) -> list[str]:
        """What differs, in the words of the page."""
        tasks = [f"task {code}" for code in (*self.created, *self.changed, *self.removed)]
        return [*self.other_words, *map(_words, tasks)]

    @property
    def other_words(self) -> list[str]:
        """What differs beside the tasks, in the words of the page."""
        return [_words(key) for key in self.other]


def preview_plan(draft: PlanDraft) -> PlanChange:
    """Return what loading the draft would change. Only reads."""
    plan = Plan.objects.select_related("issuer", "carries_out_issuer").filter(number=draft.number)
    return _compare(plan.first(), draft)


def save_plan(
    draft: PlanDraft,
    *,
    by: User | None,
    via: str = HistoryEntry.Via.SHELL,
    expected: str | None = None,
    on_progress: Progress = say_nothing,
) -> tuple[Plan, LoadResult]:
    """Make the plan as the draft says, or change it; an issued plan is only added to. The result counts its tasks.

    `expected` is the fingerprint of the preview that the person saw: StaleState if the plan has changed since.
    Raises NotAllowed, or DomainError if the plan is issued and the draft changes what it has.
    """
    if by is not None and not can_load_plans(by):
        raise NotAllowed(_("Bạn không có quyền nạp kế hoạch."))
    with transaction.atomic():
        plan = Plan.objects.select_for_update().filter(number=draft.number).first()
        change = _compare(plan, draft)
        if expected is not None and expected != change.fingerprint:
            raise StaleState(_("Kế hoạch vừa thay đổi. Mời xem lại rồi xác nhận."))
        if plan and change.is_empty:
            on_progress(len(draft.tasks), len(draft.tasks))
            return plan, change.result
        if change.refusal:
            raise DomainError(change.refusal)
        try:
            with transaction.atomic():
                if plan is None or not plan.is_issued:
                    plan = _write_plan(plan, draft)
                    # Written anew: nothing refers to them while the plan is not issued.
                    plan.measures.all().delete()
        except IntegrityError as error:  # somebody made a plan of this number in the same moment
            raise StaleState(_("Kế hoạch vừa thay đổi. Mời xem lại rồi xác nhận.")) from error
        had = set(plan.tasks.values_list("code", flat=True))
        _write_tasks(plan, draft, had, on_progress)
        tasks = [f"task {code}" for code in (*change.created, *change.changed, *change.removed)]
        told = {"changed": sorted([*change.other, *tasks])}
        history.record("load_plan", plan, by=by, via=via, data=told)
    return plan, change.result


def _compare(plan: Plan | None, draft: PlanDraft) -> PlanChange:
    """Return how the draft differs from the plan, if there is one."""
    before = _picture(draft_of(plan)) if plan else {}
    after = _picture(draft)
    if draft.is_public is None:
        after["is_public"] = before.get("is_public", True)
    different = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    tasks = [key for key in different if key.startswith("task ")]
    change = PlanChange(
        draft=draft,
        plan=plan,
        created=tuple(key.removeprefix("task ") for key in tasks if key not in before),
        changed=tuple(key.removeprefix("task ") for key in tasks if key in before and key in after),
        removed=tuple(key.removeprefix("task ") for key in tasks if key not in after),
        other=tuple(key for key in different if not key.startswith("task ")),
        is_addition=all(key not in before for key in different),
        refusal="",
        fingerprint=hashlib.sha256(
            f"{plan.is_issued if plan else ''}{sorted(before.items())}".encode()
        ).hexdigest(),
        fields={
            key.removeprefix("task "): _different_fields(before[key], after[key])
            for key in tasks
            if key in before and key in after
        },
    )
    return replace(change, refusal=_refusal(change))


def _different_fields(before: Any, after: Any) -> tuple[str, ...]:
    """Return the names of what differs between two tasks of pictures: (measure, draft, targets) each."""
    (old_position, old, old_targets), (position, new, targets) = before, after
    names = [
        each.name for each in fields(new) if getattr(old, each.name) != getattr(new, each.name)
    ]
    if old_position != position:
        names.append("measure")
    return (*names, "targets") if old_targets != targets else tuple(names)


def _refusal(change: PlanChange) -> str:
    """Return why the draft cannot be loaded; empty if it can."""
    number, plan = change.draft.number, change.plan
    if plan and plan.is_issued and not change.is_addition:
        text = _(
            "Kế hoạch %(number)s đã giao cho các đơn vị nên không đổi được bằng tệp. "
            "Khác với tệp: %(what)s."
        )
        return text % {"number": number, "what": "; ".join(change.words)}
    namesake = None if plan else Plan.objects.filter(slug=slugify(number)).first()
    if namesake:
        text = _("Số %(number)s trùng địa chỉ trang với kế hoạch %(other)s.")
        return text % {"number": number, "other": namesake.number}
    return ""


def _write_plan(plan: Plan | None, draft: PlanDraft) -> Plan:
    units = {unit.code: unit for unit in Unit.objects.all()}
    plan = plan or Plan(number=draft.number, slug=slugify(draft.number))
    plan.title = draft.title
    plan.issuer = units[draft.issuer_code]
    plan.year = draft.year
    plan.starts_on = draft.starts_on
    plan.ends_on = draft.ends_on
    plan.has_assumed_dates = draft.has_assumed_dates
    plan.carries_out_number = draft.carries_out_number
    plan.carries_out_issuer = units.get(draft.carries_out_issuer_code)
    plan.carries_out_issued_on = draft.carries_out_issued_on
    if draft.is_public is not None:
        plan.is_public = draft.is_public
    plan.save()
    return plan


def _write_tasks(plan: Plan, draft: PlanDraft, had: set[str], on_progress: Progress) -> None:
    """Write the measures and tasks that the plan does not have."""
    groups = {group.code: group for group in UnitGroup.objects.all()}
    units = {unit.code: unit for unit in Unit.objects.all()}
    total = len(draft.tasks)
    done = 0
    for position, measure_draft in enumerate(draft.measures, start=1):
        measure, _is_new = Measure.objects.get_or_create(
            plan=plan, position=position, defaults={"title": measure_draft.title}
        )
        for task_draft in measure_draft.tasks:
            if task_draft.code in had:
                continue
            task = Task.objects.create(
                plan=plan,
                measure=measure,
                code=task_draft.code,
                title=task_draft.title,
                deliverable=task_draft.deliverable,
                is_deliverable_assumed=task_draft.is_deliverable_assumed,
                deadline=task_draft.deadline,
                is_cascading=task_draft.is_cascading,
                authority=task_draft.authority,
                responsibility=task_draft.responsibility,
                indicator_name=task_draft.indicator_name,
                indicator_unit=task_draft.indicator_unit,
                indicator_target=task_draft.indicator_target,
                is_starred=task_draft.is_starred,
                recurrence=task_draft.recurrence,
            )
            TaskTarget.objects.bulk_create(
                TaskTarget(
                    task=task,
                    role=target.role,
                    unit=units.get(target.unit_code),
                    unit_kind=target.unit_kind,
                    group=groups.get(target.group_code),
                )
                for target in task_draft.targets
            )
            done += 1
            on_progress(done, total)


def _picture(draft: PlanDraft) -> dict[str, object]:
    """Return what a draft says, piece by piece, so that two can be compared."""
    picture: dict[str, object] = {
        "title": draft.title,
        "issuer": draft.issuer_code,
        "year": draft.year,
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "has_assumed_dates": draft.has_assumed_dates,
        "carries_out": (
            draft.carries_out_number,
            draft.carries_out_issuer_code,
            draft.carries_out_issued_on,
        ),
        "is_public": draft.is_public,
    }
    for position, measure in enumerate(draft.measures, start=1):
        picture[f"measure {position}"] = measure.title
        for task in measure.tasks:
            targets = sorted((str(each.role), each.name) for each in task.targets)
            picture[f"task {task.code}"] = (position, replace(task, targets=()), targets)
    return picture


def _words(key: str) -> str:
    """Return a key of a picture in the words of the page."""
    kind, _space, name = key.partition(" ")
    if name:
        labels = {"measure": _("giải pháp %(name)s"), "task": _("nhiệm vụ %(name)s")}
        return labels[kind] % {"name": name}
    return {
        "title": _("trích yếu"),
        "issuer": _("cơ quan ban hành"),
        "year": _("năm"),
        "starts_on": _("ngày bắt đầu"),
        "ends_on": _("ngày kết thúc"),
        "has_assumed_dates": _("thời hạn giả định"),
        "carries_out": _("văn bản được thực hiện"),
        "is_public": _("công khai"),
    }[kind]
