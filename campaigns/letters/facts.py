"""What a letter says, as plain values: everything that its templates see, but for what differs from unit to unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from hanoi_portal.models import OutgoingMail

from .. import links, sheet
from ..models import Assignment, Notice, Plan, Reminder, Task, Unit
from ..periods import name_of


@dataclass(frozen=True)
class PlanFacts:
    """What is said of the plan."""

    number: str
    slug: str
    title: str
    has_assumed_dates: bool
    issuer: str
    issued_by: str
    reply_to: str  # who reads the answers to its letters: the person who issued it
    carries_out_number: str
    carries_out_issued_on: date | None
    carries_out_issuer: str

    @classmethod
    def of(cls, plan: Plan) -> "PlanFacts":
        """Return what is said of a plan."""
        issuer = plan.carries_out_issuer
        return cls(
            number=plan.number,
            slug=plan.slug,
            title=plan.title,
            has_assumed_dates=plan.has_assumed_dates,
            issuer=plan.issuer.name,
            issued_by=str(plan.issued_by) if plan.issued_by else "",
            reply_to=plan.issued_by.email if plan.issued_by else "",
            carries_out_number=plan.carries_out_number,
            carries_out_issued_on=plan.carries_out_issued_on,
            carries_out_issuer=issuer.name if issuer else "",
        )


@dataclass(frozen=True)
class TaskFacts:
    """What is said of a task."""

    code: str
    title: str
    deliverable: str
    is_deliverable_assumed: bool
    details: tuple[tuple[str, str], ...]
    plan: PlanFacts


@dataclass(frozen=True)
class Row:
    """One assignment in a letter."""

    task: TaskFacts
    role: str
    deadline: date
    first_deadline: date
    period_name: str = ""
    rung: int | None = None  # which rung a reminder found it on


@dataclass(frozen=True)
class Facts:
    """A letter without its addressee. Letters that say the same have equal facts."""

    event: str
    words: str
    plan: PlanFacts
    rows: tuple[Row, ...]
    is_asked: bool  # not told: a city department gives the Party's offices no orders
    handed_down_by: str  # the unit above that gave the work on, where it is one
    is_from_above: bool  # that unit made the change itself
    link_until: date | None  # None: the letter carries no link
    has_sheet: bool


@dataclass(frozen=True)
class Letter:
    """A letter and what belongs to its addressee alone."""

    notice: Notice
    facts: Facts
    assignment_ids: tuple[int, ...]
    first_message_id: str  # of the letter that this one is put under


def read_letters(notice_ids: Sequence[int]) -> dict[int, Letter]:
    """Return the letters of the notices, by id; the same few queries however many there are."""
    notices = list(Notice.objects.filter(pk__in=notice_ids).select_related("unit"))
    plans = Plan.objects.select_related("issuer", "issued_by", "carries_out_issuer").in_bulk(
        {notice.plan_id for notice in notices}
    )
    given = list(
        Assignment.objects.filter(notices__in=notice_ids)
        .order_by("task__code_sort", "pk")
        .values_list(
            *("notices", "pk", "task_id", "role", "deadline", "first_deadline"),
            *("period", "parent__unit__name"),
        )
    )
    tasks = _tasks({task_id for _notice, _pk, task_id, *_rest in given})
    rungs = _rungs(notices)
    first_mails = _first_mails(notices)
    rows: dict[int, list[Row]] = {}
    ids: dict[int, list[int]] = {}
    above: dict[int, str] = {}
    for notice_id, pk, task_id, role, deadline, first_deadline, period, parent in given:
        rung = rungs.get((notice_id, pk))
        row = Row(tasks[task_id], role, deadline, first_deadline, name_of(period), rung)
        rows.setdefault(notice_id, []).append(row)
        ids.setdefault(notice_id, []).append(pk)
        above.setdefault(notice_id, parent or "")
    plan_facts = {pk: PlanFacts.of(plan) for pk, plan in plans.items()}
    letters = {}
    for notice in notices:
        notice.plan = plans[notice.plan_id]
        is_linked = links.is_open(notice)
        letters[notice.pk] = Letter(
            notice=notice,
            facts=Facts(
                event=notice.event,
                words=notice.words,
                plan=plan_facts[notice.plan_id],
                rows=tuple(rows.get(notice.pk, ())),
                is_asked=notice.unit.kind == Unit.Kind.PARTY,
                handed_down_by=above.get(notice.pk, ""),
                is_from_above=notice.is_from_above,
                link_until=timezone.localdate(notice.link_until) if is_linked else None,
                has_sheet=is_linked and sheet.has_sheet(notice),
            ),
            assignment_ids=tuple(ids.get(notice.pk, ())),
            first_message_id=first_mails.get((notice.plan_id, notice.unit_id), "")
            if notice.event != Notice.Event.ISSUED
            else "",
        )
    return letters


def _tasks(ids: set[int]) -> dict[int, TaskFacts]:
    tasks = Task.objects.filter(pk__in=ids).select_related(
        "plan__issuer", "plan__issued_by", "plan__carries_out_issuer"
    )
    return {
        task.pk: TaskFacts(
            code=task.code,
            title=task.title,
            deliverable=task.deliverable,
            is_deliverable_assumed=task.is_deliverable_assumed,
            details=tuple(task.details),
            plan=PlanFacts.of(task.plan),
        )
        for task in tasks
    }


def _rungs(notices: Sequence[Notice]) -> Mapping[tuple[int, int], int]:
    """Return which rung each assignment of a reminder had reached, by the ids of both."""
    ids = [notice.pk for notice in notices if notice.event == Notice.Event.REMINDER]
    if not ids:
        return {}
    found = Reminder.objects.filter(notice__in=ids)
    return {
        (notice_id, assignment_id): rung
        for notice_id, assignment_id, rung in found.values_list(
            "notice_id", "assignment_id", "rung"
        )
    }


def _first_mails(notices: Sequence[Notice]) -> Mapping[tuple[int, int], str]:
    """Return under which Message-ID each unit was first told of each plan, by the ids of plan and unit."""
    later = [notice for notice in notices if notice.event != Notice.Event.ISSUED]
    if not later:
        return {}
    first = Notice.objects.filter(
        event=Notice.Event.ISSUED,
        plan__in={notice.plan_id for notice in later},
        unit__in={notice.unit_id for notice in later},
    ).exclude(mail=None)
    return {
        (plan_id, unit_id): OutgoingMail(key=key).message_id
        for plan_id, unit_id, key in first.values_list("plan_id", "unit_id", "mail__key")
    }
