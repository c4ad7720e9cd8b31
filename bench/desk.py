"""Pages over many rows: a unit's desk with 500 assignments, a plan's page and board with 10,000 (issue 5).

Each page against the very same page of a small one (100 assignments), in the same database of 100,000: at most 12
queries, at most 3 times as long. Requests go through the whole of Django in one process; no browser, no cache between.
And the figures of every unit over 60,000 assignments against the bare aggregate of the same rows.
"""

import time
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.portal import collect_static, make_person, make_plan, make_units, migrate
from bench.rounds import Result
from campaigns.figures import tallies_by
from campaigns.models import Assignment, Membership, Plan, ProgressReport, Unit
from hanoi_portal.models import User

MANY, FEW, ALL, WIDE = 10_000, 100, 100_000, 60_000
DESK_MANY, DESK_FEW = 500, 100
UNITS = 1000
REPEATS = 5  # of each page in a turn: one alone is too short to time
STATES = ["issued", "acknowledged", "in_progress", "reported", "completed"]


def fill() -> tuple[Plan, Plan, Plan]:
    """Make 100,000 assignments in all states; return the plans with 10,000, with 100 and with 60,000 of them."""
    units = make_units(UNITS)
    issuer = make_units(1, Unit.Kind.DEPARTMENT)[0]
    large = make_plan(1, MANY // UNITS, issuer)
    give(large, units)
    small = make_plan(2, MANY // UNITS, issuer)
    give(small, units[: FEW * UNITS // MANY])
    wide = make_plan(3, WIDE // UNITS, issuer)
    give(wide, units)
    number = 4
    while (missing := ALL - Assignment.objects.count()) > 0:
        other = make_plan(number, 10, issuer)
        give(other, units[: min(UNITS, -(-missing // 10))])
        number += 1
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return large, small, wide


def give(plan: Plan, units: list[Unit]) -> None:
    """Give all tasks of the plan to the units, in every state and some late; every second has a report."""
    today, now = timezone.localdate(), timezone.now()
    Plan.objects.filter(pk=plan.pk).update(issued_at=now)
    rows = []
    for number, (task, unit) in enumerate((t, u) for t in plan.tasks.all() for u in units):
        state = STATES[number % len(STATES)]
        deadline = today + timedelta(days=number % 60 - 20)
        rows.append(
            Assignment(
                task=task,
                unit=unit,
                role="lead",
                state=state,
                first_deadline=deadline,
                deadline=deadline,
                reported_on=today if state in {"reported", "completed"} else None,
                percent=100 if state in {"reported", "completed"} else 0,
            )
        )
    Assignment.objects.bulk_create(rows, batch_size=5000)
    ProgressReport.objects.bulk_create(
        (
            ProgressReport(assignment=row, percent=row.percent, text="Đã làm.", created_at=now)
            for row in rows
            if row.state in {"in_progress", "reported", "completed"}
        ),
        batch_size=5000,
    )


def make_officer(assignments: int) -> User:
    """Make an officer of a unit of its own that has so many assignments."""
    unit = make_units(1)[0]
    issuer = Unit.objects.filter(kind=Unit.Kind.DEPARTMENT)[0]
    give(make_plan(100_000 + assignments, assignments, issuer), [unit])
    officer = make_person("unit_officer", f"can-bo-{assignments}")
    Membership.objects.create(unit=unit, user=officer, since=timezone.localdate())
    return officer


class Page:
    """A page as one reader gets it, again and again."""

    def __init__(self, path: str, reader: User | None = None) -> None:
        self.path = path
        self.client = Client(headers={"host": "localhost"})
        if reader:
            self.client.force_login(reader)

    def get(self) -> None:
        """Get it, whole."""
        response = self.client.get(self.path)
        assert response.status_code == 200, (self.path, response.status_code)
        assert len(response.content) > 2000

    def turn(self) -> float:
        """Return the seconds of one get, the mean of several."""
        began = time.perf_counter()
        for _ in range(REPEATS):
            self.get()
        return (time.perf_counter() - began) / REPEATS

    def queries(self) -> int:
        """Return how many queries it takes."""
        with CaptureQueriesContext(connection) as captured:
            self.get()
        return len(captured)


def unit_progress(plan: Plan) -> float:
    """Return the seconds of reading where every unit of a plan stands."""
    counted = Assignment.objects.counted().filter(task__plan=plan)
    began = time.perf_counter()
    assert len(tallies_by(counted, "unit_id", timezone.localdate())) == UNITS
    return time.perf_counter() - began


def bare_aggregate(plan: Plan) -> float:
    """Return the seconds of counting the same rows by unit and state, in plain SQL."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.unit_id, a.state, count(*) FROM campaigns_assignment a"
            " JOIN campaigns_task t ON t.id = a.task_id WHERE t.plan_id = %s AND a.role = 'lead'"
            " AND a.parent_id IS NULL AND a.state <> 'recalled' GROUP BY a.unit_id, a.state",
            [plan.pk],
        )
        assert len({row[0] for row in cursor.fetchall()}) == UNITS
    return time.perf_counter() - began


def _board(plan: Plan) -> str:
    return reverse("admin:campaigns_plan_board", args=[plan.pk])


def main() -> None:
    """Measure, print, keep."""
    migrate()
    collect_static()
    large, small, wide = fill()
    coordinator = make_person("coordinator", "dieu-phoi")
    officer, other = make_officer(DESK_MANY), make_officer(DESK_FEW)
    narrowed = "/can-bo/?q=ung+xu&vai-tro=lead&nhom=5"
    pages = {
        f"trang kế hoạch, {MANY} phân công": Page(large.get_absolute_url()),
        f"trang kế hoạch, {FEW} phân công": Page(small.get_absolute_url()),
        f"bảng theo dõi, {MANY} phân công": Page(_board(large), coordinator),
        f"bảng theo dõi, {FEW} phân công": Page(_board(small), coordinator),
        f"bàn làm việc, {DESK_MANY} phân công": Page("/can-bo/", officer),
        f"bàn làm việc, {DESK_FEW} phân công": Page("/can-bo/", other),
        f"bàn làm việc, tìm và lọc, {DESK_MANY} phân công": Page(narrowed, officer),
        f"bàn làm việc, tìm và lọc, {DESK_FEW} phân công": Page(narrowed, other),
    }
    result = Result("desk", f"Trang nhiều dòng, giữa {Assignment.objects.count()} phân công")
    for name, page in pages.items():
        page.get()  # compiles what is compiled once
        result.check(f"{name}: số truy vấn", page.queries(), 12)
    result.run({name: page.turn for name, page in pages.items()})
    figures, bare = f"tiến độ từng đơn vị, {WIDE} phân công", "tổng hợp trần bằng SQL"
    result.run({figures: lambda: unit_progress(wide), bare: lambda: bare_aggregate(wide)}, 7)
    names = list(pages)
    for large_page, small_page in zip(names[::2], names[1::2], strict=True):
        result.compare_time(large_page, small_page, at_most=3)
    result.compare_time(figures, bare, at_most=1.5)
    result.write()


if __name__ == "__main__":
    main()
