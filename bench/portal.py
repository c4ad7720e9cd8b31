"""The portal inside a measurement: importing this loads Django; then what the measurements stand on.

Import it before any model: in the order that ruff sorts, `bench` comes first.
"""

import os
import signal
from datetime import timedelta
from pathlib import Path

import django
from django.core.management import call_command
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanoi_portal.settings")
django.setup()
# Asked to end, a measurement ends what it started, as after Ctrl-C.
signal.signal(signal.SIGTERM, signal.default_int_handler)

from django.conf import settings  # noqa: E402

from campaigns.models import Measure, Plan, Task, TaskTarget, Unit, UnitContact  # noqa: E402
from deploy.prepare import collect_static as collect  # noqa: E402
from hanoi_portal.models import User  # noqa: E402
from hanoi_portal.roles import role_group  # noqa: E402


def migrate() -> None:
    """Make the tables in the empty database."""
    assert not settings.DEBUG, "đo với DEBUG tắt"
    call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    """Build and collect the static files: pages need their names."""
    collect(Path(settings.VAR_DIR) / "run" / "static-stamp", Path(settings.STATIC_ROOT))


def make_person(role: str, name: str) -> User:
    """Make a person who has a role."""
    user = User.objects.create(
        username=name,
        email=f"{name}@ha-noi.example",
        full_name=f"Nguyễn Thị {name}",
        is_staff=role != "unit_officer",
    )
    user.groups.add(role_group(role))
    return user


def make_units(count: int, kind: str = Unit.Kind.COMMUNE) -> list[Unit]:
    """Make so many units, each with one address."""
    first = Unit.objects.count()
    units = []
    for number in range(first, first + count):
        name = f"Đơn vị số {number}"
        units.append(
            Unit(
                code=f"D{number}",
                name=f"UBND {name}",
                short_name=name,
                kind=kind,
                name_sort=f"don vi so {number:05}",
                name_folded=f"ubnd don vi so {number} d{number}",
            )
        )
    Unit.objects.bulk_create(units)
    UnitContact.objects.bulk_create(
        UnitContact(unit=unit, email=f"van-thu@{unit.code.lower()}.ha-noi.example")
        for unit in units
    )
    return units


def make_plan(number: int, tasks: int, issuer: Unit) -> Plan:
    """Make a public plan, not yet issued, all of whose tasks every commune carries out."""
    today = timezone.localdate()
    plan = Plan.objects.create(
        number=f"{number}/KH-STTTT",
        slug=f"{number}-kh-stttt",
        title="Nâng cao ý thức, trách nhiệm của cộng đồng khi tham gia mạng xã hội",
        issuer=issuer,
        year=today.year,
        starts_on=today - timedelta(days=90),
        ends_on=today + timedelta(days=90),
    )
    for each in range(1, tasks + 1):
        position = (each - 1) // 5 + 1
        measure, _is_new = Measure.objects.get_or_create(
            plan=plan, position=position, defaults={"title": f"Giải pháp thứ {position}"}
        )
        task = Task.objects.create(
            plan=plan,
            measure=measure,
            code=f"{position}.{each}",
            title="Tuyên truyền quy tắc ứng xử trên mạng đến từng tổ dân phố, từng hộ gia đình",
            deliverable="Báo cáo kết quả, kèm ảnh chụp và danh sách các buổi đã tổ chức",
            deadline=today + timedelta(days=7 * each),
        )
        TaskTarget.objects.create(task=task, role="lead", unit_kind=Unit.Kind.COMMUNE)
    return plan
