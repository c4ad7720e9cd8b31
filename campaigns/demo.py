"""What campaigns put into the demonstration: Hà Nội's units, Plan 722 (not issued), officers of three units.

Addresses end in `.example`, a name that no mail server can have (RFC 2606).
"""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from hanoi_portal.registry import DemoContext
from hanoi_portal.roles import PRESS_OFFICER, UNIT_OFFICER
from hanoi_portal.text import slugify

from .actions.load import save_plan, save_units
from .loading import PlanDraft, read_plan, read_units
from .models import Holiday, Membership, Plan, Unit, UnitContact

DATA = Path(__file__).parent / "data"
OFFICERS = (
    ("can-bo-ba-dinh", "Đỗ Hoàng Nam", UNIT_OFFICER, "Q001"),
    ("can-bo-soc-son", "Ngô Thị Ánh", UNIT_OFFICER, "Q016"),
    ("bao-hanoimoi", "Bùi Thanh Sơn", PRESS_OFFICER, "BC01"),
)


def load_holidays(context: DemoContext) -> None:
    """Put the holidays on file, so that reminders keep working days."""
    call_command("load_holidays", verbosity=0, stdout=io.StringIO())
    context.say(f"{Holiday.objects.count()} ngày nghỉ lễ")


def load_units(context: DemoContext) -> None:
    """Load the 62 units and give each that has no address one under `.example`."""
    result = save_units(read_units((DATA / "units.csv").read_bytes(), ()), by=None)
    bare = Unit.objects.filter(contacts=None)
    contacts = UnitContact.objects.bulk_create(
        UnitContact(
            unit=unit, email=f"van-thu@{slugify(unit.short_name)}.ha-noi.example", label="Văn thư"
        )
        for unit in bare
    )
    total = result.created + result.changed + result.same
    context.say(f"{total} đơn vị; thêm {len(contacts)} địa chỉ .example")


def load_plan_722(context: DemoContext) -> None:
    """Load Plan 722 once, its assumed end moved to the end of the running year; issuing is left to the visitor."""
    codes = set(Unit.objects.values_list("code", flat=True))
    draft = read_plan((DATA / "plan-722.yaml").read_bytes(), codes)
    if Plan.objects.filter(number=draft.number).exists():
        context.say(f"{draft.number} đã có, giữ nguyên")
        return
    draft = move_assumed_end(draft, date(timezone.localdate().year, 12, 31))
    plan, result = save_plan(draft, by=None)
    context.say(
        f"{plan.number}: {plan.measures.count()} giải pháp, {result.created} nhiệm vụ, chưa giao; "
        f"thời hạn giả định {plan.ends_on:%d/%m/%Y}"
    )


def move_assumed_end(draft: PlanDraft, end: date) -> PlanDraft:
    """Return the draft with its assumed end, and every deadline that stood on it, moved to another day."""
    if not draft.has_assumed_dates:
        return draft
    measures = tuple(
        replace(
            measure,
            tasks=tuple(
                replace(task, deadline=end) if task.deadline == draft.ends_on else task
                for task in measure.tasks
            ),
        )
        for measure in draft.measures
    )
    return replace(draft, ends_on=end, measures=measures)


def add_members(context: DemoContext) -> None:
    """Make the demonstration's officers speak for their units."""
    today = timezone.localdate()
    with transaction.atomic():
        for username, full_name, role, code in OFFICERS:
            unit = Unit.objects.get(code=code)
            Membership.objects.get_or_create(
                user=context.accounts(username, full_name, role),
                unit=unit,
                until=None,
                defaults={"since": today, "is_responsible": True},
            )
            context.say(f"{username}: {unit.name}")
