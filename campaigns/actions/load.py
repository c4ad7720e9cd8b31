"""Takes units and plans from drafts into the database: what is the same stays untouched, the rest is told.

Loading twice changes nothing. A plan that has been issued is not changed from a file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import DomainError
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.text import slugify

from ..loading import PlanDraft, UnitDraft
from ..models import Measure, Plan, Task, TaskTarget, Unit

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LoadResult:
    """How many were made, changed, and found the same."""

    created: int
    changed: int
    same: int


def save_units(
    drafts: Sequence[UnitDraft],
    *,
    by: User | None,
    via: str = HistoryEntry.Via.SHELL,
    on_progress: Progress = lambda done, total: None,
) -> LoadResult:
    """Make or change units so that they are as the drafts say (parents come first); none is removed."""
    created = changed = 0
    with transaction.atomic():
        known = {unit.code: unit for unit in Unit.objects.select_for_update().order_by("code")}
        for done, draft in enumerate(drafts, start=1):
            unit = known.setdefault(draft.code, Unit(code=draft.code))
            wanted = {
                "kind": draft.kind,
                "name": draft.name,
                "short_name": draft.short_name,
                "parent_id": known[draft.parent].pk if draft.parent else None,
                "grid_x": draft.grid_x,
                "grid_y": draft.grid_y,
            }
            is_new = unit.pk is None
            different = [name for name, value in wanted.items() if getattr(unit, name) != value]
            if is_new or different:
                for name, value in wanted.items():
                    setattr(unit, name, value)
                unit.save()
                created += is_new
                changed += not is_new
                history.record(
                    "load_unit",
                    unit,
                    by=by,
                    via=via,
                    data={} if is_new else {"changed": different},
                )
            on_progress(done, len(drafts))
    return LoadResult(created, changed, len(drafts) - created - changed)


def save_plan(
    draft: PlanDraft,
    *,
    by: User | None,
    via: str = HistoryEntry.Via.SHELL,
    on_progress: Progress = lambda done, total: None,
) -> tuple[Plan, LoadResult]:
    """Make the plan as the draft says, or change it while it is not issued; the result counts its tasks.

    Raises DomainError if the plan is issued and the draft differs from it.
    """
    with transaction.atomic():
        plan = Plan.objects.select_for_update().filter(number=draft.number).first()
        before = _picture(plan) if plan else {}
        after = _wanted(draft)
        total = sum(len(measure.tasks) for measure in draft.measures)
        if plan and before == after:
            on_progress(total, total)
            return plan, LoadResult(0, 0, total)
        if plan and plan.is_issued:
            text = _(
                "Kế hoạch %(number)s đã giao cho các đơn vị nên không đổi được bằng tệp. "
                "Khác với tệp: %(what)s."
            )
            what = "; ".join(_words(key) for key in _differences(before, after))
            raise DomainError(text % {"number": plan.number, "what": what})
        plan = _write_plan(plan, draft)
        _write_tasks(plan, draft, on_progress)
        different = _differences(before, after)
        history.record("load_plan", plan, by=by, via=via, data={"changed": sorted(different)})
    old_tasks = {key for key in before if key.startswith("task ")}
    new_tasks = {key for key in after if key.startswith("task ")}
    created = len(new_tasks - old_tasks)
    changed = len(new_tasks & old_tasks & set(different))
    return plan, LoadResult(created, changed, len(new_tasks) - created - changed)


def _write_plan(plan: Plan | None, draft: PlanDraft) -> Plan:
    units = {unit.code: unit for unit in Unit.objects.all()}
    plan = plan or Plan(number=draft.number, slug=slugify(draft.number))
    if namesake := Plan.objects.filter(slug=plan.slug).exclude(pk=plan.pk).first():
        text = _("Số %(number)s trùng địa chỉ trang với kế hoạch %(other)s.")
        raise DomainError(text % {"number": plan.number, "other": namesake.number})
    plan.title = draft.title
    plan.issuer = units[draft.issuer_code]
    plan.year = draft.year
    plan.starts_on = draft.starts_on
    plan.ends_on = draft.ends_on
    plan.has_assumed_dates = draft.has_assumed_dates
    plan.carries_out_number = draft.carries_out_number
    plan.carries_out_issuer = units.get(draft.carries_out_issuer_code)
    plan.carries_out_issued_on = draft.carries_out_issued_on
    plan.save()
    return plan


def _write_tasks(plan: Plan, draft: PlanDraft, on_progress: Progress) -> None:
    """Write all measures and tasks anew: nothing refers to them while the plan is not issued."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    plan.measures.all().delete()
    total = sum(len(measure.tasks) for measure in draft.measures)
    done = 0
    for position, measure_draft in enumerate(draft.measures, start=1):
        measure = Measure.objects.create(plan=plan, position=position, title=measure_draft.title)
        for task_draft in measure_draft.tasks:
            task = Task.objects.create(
                plan=plan,
                measure=measure,
                code=task_draft.code,
                title=task_draft.title,
                deliverable=task_draft.deliverable,
                is_deliverable_assumed=task_draft.is_deliverable_assumed,
                deadline=task_draft.deadline,
                is_cascading=task_draft.is_cascading,
            )
            TaskTarget.objects.bulk_create(
                TaskTarget(
                    task=task,
                    role=target.role,
                    unit=units.get(target.unit_code),
                    unit_kind=target.unit_kind,
                )
                for target in task_draft.targets
            )
            done += 1
            on_progress(done, total)


Picture = dict[str, object]


def _wanted(draft: PlanDraft) -> Picture:
    """Return what the draft says, keyed like `_picture`, so that the two can be compared."""
    picture: Picture = {
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
    }
    for position, measure in enumerate(draft.measures, start=1):
        picture[f"measure {position}"] = measure.title
        for task in measure.tasks:
            picture[f"task {task.code}"] = (
                position,
                task.title,
                task.deliverable,
                task.is_deliverable_assumed,
                task.deadline,
                task.is_cascading,
                {(str(each.role), each.unit_code, each.unit_kind) for each in task.targets},
            )
    return picture


def _picture(plan: Plan) -> Picture:
    """Return what the database says of the plan."""
    issuer = plan.carries_out_issuer
    picture: Picture = {
        "title": plan.title,
        "issuer": plan.issuer.code,
        "year": plan.year,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "has_assumed_dates": plan.has_assumed_dates,
        "carries_out": (
            plan.carries_out_number,
            issuer.code if issuer else "",
            plan.carries_out_issued_on,
        ),
    }
    targets = Prefetch("tasks__targets", TaskTarget.objects.select_related("unit"))
    for measure in plan.measures.prefetch_related(targets):
        picture[f"measure {measure.position}"] = measure.title
        for task in measure.tasks.all():
            picture[f"task {task.code}"] = (
                measure.position,
                task.title,
                task.deliverable,
                task.is_deliverable_assumed,
                task.deadline,
                task.is_cascading,
                {
                    (each.role, each.unit.code if each.unit else "", each.unit_kind)
                    for each in task.targets.all()
                },
            )
    return picture


def _differences(before: Picture, after: Picture) -> list[str]:
    return [key for key in {**before, **after} if before.get(key) != after.get(key)]


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
    }[kind]
