"""Does the admin answer while a plan is issued? Its list of plans, asked again and again, beside 9,000 new assignments.

A process of its own issues 15 tasks to 600 units in one transaction; meanwhile this one asks for the page, in process
and of the same PostgreSQL. The middle answer is compared with that of a quiet moment, and the slowest has a limit.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from django.test import Client

from bench.portal import collect_static, make_person, make_plan, make_units, migrate
from bench.rounds import Result
from campaigns.actions.issue import issue_plan
from campaigns.models import Plan, Unit
from hanoi_portal.models import User

UNITS, TASKS, QUIET_REQUESTS = 600, 15, 60
PAGE = "/quan-tri/campaigns/plan/"
SLOWEST = 1.0  # seconds
NAME = "dieu-phoi"


class Admin:
    """A coordinator's browser, and the plans that are issued meanwhile."""

    def __init__(self) -> None:
        self.issuer = make_units(1, Unit.Kind.DEPARTMENT)[0]
        make_units(UNITS)
        self.client = Client(headers={"host": "localhost"})
        self.client.force_login(make_person("coordinator", NAME))
        self.number = 0
        self.slowest = 0.0
        self.answers = 0

    def ask(self) -> float:
        """Return the seconds that one answer takes."""
        began = time.perf_counter()
        answer = self.client.get(PAGE)
        assert answer.status_code == 200, (answer.status_code, answer.headers)
        return time.perf_counter() - began

    def quiet(self) -> float:
        """The middle answer while nothing else happens."""
        return statistics.median(self.ask() for _number in range(QUIET_REQUESTS))

    def while_issuing(self) -> float:
        """The middle answer while another process issues a plan."""
        self.number += 1
        plan = make_plan(self.number, TASKS, self.issuer)
        command = [sys.executable, "-m", "bench.answer", str(plan.pk)]
        issuing = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert issuing.stdout is not None
        assert issuing.stdout.readline().strip() == "go"
        seconds = []
        while issuing.poll() is None:
            seconds.append(self.ask())
        assert issuing.returncode == 0
        plan.refresh_from_db()
        assert plan.is_issued
        self.slowest = max(self.slowest, *seconds)
        self.answers += len(seconds)
        return statistics.median(seconds)


def issue(plan_id: int) -> None:
    """Issue one plan; say when it begins."""
    plan, person = Plan.objects.get(pk=plan_id), User.objects.get(username=NAME)
    print("go", flush=True)
    issue_plan(plan, by=person)


def main() -> None:
    """Measure, print, keep."""
    migrate()
    collect_static()
    admin = Admin()
    admin.ask()
    result = Result("answer", f"Trang quản trị trong lúc giao {TASKS} nhiệm vụ cho {UNITS} đơn vị")
    quiet, busy = "danh sách kế hoạch, lúc yên", "danh sách kế hoạch, trong lúc giao"
    contestants: dict[str, Callable[[], float]] = {quiet: admin.quiet, busy: admin.while_issuing}
    result.run(contestants)
    result.compare_time(busy, quiet)
    result.facts["số trang trả lời trong lúc giao"] = admin.answers
    result.check("trang chậm nhất trong lúc giao (giây)", round(admin.slowest, 3), SLOWEST)
    result.write()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        issue(int(sys.argv[1]))
    else:
        main()
