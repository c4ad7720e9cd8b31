"""Issuing 15 tasks to 600 units against a bare `bulk_create` of the very same rows (issue 4: ≤ 2 times as long).

What issuing wrote is read back, deleted, and written again by `bulk_create` in one transaction: the bare rows are the
same ones, whatever issuing will write in future. Nothing is left in the tables between turns.
"""

import copy
import gc
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from bench.portal import make_person, make_plan, make_units, migrate
from bench.rounds import Result
from campaigns.actions.issue import issue_plan
from campaigns.models import Assignment, Notice, Unit
from hanoi_portal.models import HistoryEntry, OutgoingMail

UNITS, TASKS = 600, 15
AT_ONCE = 2000  # rows a statement, as the portal does

Rows = dict[type[models.Model], list[Any]]
# What issuing writes, each after what it refers to.
WRITTEN: list[type[models.Model]] = [
    Assignment,
    OutgoingMail,
    Notice,
    Notice.assignments.through,
    HistoryEntry,
]


class Issuing:
    """Both contestants, and the rows that the first one wrote last."""

    def __init__(self) -> None:
        self.person = make_person("coordinator", "dieu-phoi")
        self.issuer = make_units(1, Unit.Kind.DEPARTMENT)[0]
        self.number = 0
        self.rows: Rows = {}

    def issue(self) -> float:
        """Issue a fresh plan as the portal does."""
        self.number += 1
        plan = make_plan(self.number, TASKS, self.issuer)
        others = _counts()
        gc.collect()
        began = time.perf_counter()
        issue_plan(plan, by=self.person, expected=None)
        seconds = time.perf_counter() - began
        changed = {model for model, count in _counts().items() if count != others[model]}
        assert changed == set(WRITTEN), f"issuing writes other tables now: {changed}"
        self.rows = {model: list(model._default_manager.order_by("pk")) for model in WRITTEN}
        _empty()
        return seconds

    def bare(self) -> float:
        """Write the same rows with nothing but `bulk_create`."""
        return self._insert(self.rows)

    def bare_without_history(self) -> float:
        """Write the assignments and notices alone, without the mails, links and history that answer for them."""
        notices = [copy.copy(notice) for notice in self.rows[Notice]]
        for notice in notices:
            notice.mail_id = None
        return self._insert({Assignment: self.rows[Assignment], Notice: notices})

    def _insert(self, rows: Rows) -> float:
        gc.collect()
        began = time.perf_counter()
        with transaction.atomic():
            for model, chosen in rows.items():
                model._default_manager.bulk_create(chosen, batch_size=AT_ONCE)
        seconds = time.perf_counter() - began
        _empty()
        return seconds


def _counts() -> dict[type[models.Model], int]:
    every = apps.get_models(include_auto_created=True)
    return {model: model._base_manager.count() for model in every}


def _empty() -> None:
    """Delete what was written, dead rows too; the ORM refuses to delete history."""
    with connection.cursor() as cursor:
        for model in reversed(WRITTEN):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"DELETE FROM {table}")
        for model in WRITTEN:
            cursor.execute(f"VACUUM ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def tell_peak(units: int) -> None:
    """Print by how many MB one issuing to so many units raises this process, at its peak."""
    make_units(units - Unit.objects.filter(kind=Unit.Kind.COMMUNE).count())
    issuer = Unit.objects.exclude(kind=Unit.Kind.COMMUNE).first() or make_units(1, "department")[0]
    person = make_person("coordinator", f"dieu-phoi-{units}")
    plan = make_plan(units, TASKS, issuer)
    gc.collect()
    Path("/proc/self/clear_refs").write_text(
        "5", encoding="ascii"
    )  # the peak begins anew (proc(5))
    before = _status("VmRSS")
    issue_plan(plan, by=person)
    print(round((_status("VmHWM") - before) / 1024, 1))
    _empty()


def _peak_megabytes(units: int) -> float:
    """Return what `tell_peak` says in a fresh process: what this one freed before would hide the peak."""
    command = [sys.executable, "-m", "bench.issue", str(units)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    raise LookupError(name)


def main() -> None:
    """Measure, print, keep."""
    result = Result("issue", f"Giao {TASKS} nhiệm vụ cho {UNITS} đơn vị")
    migrate()
    issuing = Issuing()
    make_units(UNITS)
    issuing.issue()  # compiles what is compiled once
    rows = sum(len(each) for each in issuing.rows.values())
    issue = "giao kế hoạch"
    bare = f"bulk_create trần, đúng {rows} dòng ấy"
    part = "bulk_create trần, chỉ phân công và thông báo"
    result.run({issue: issuing.issue, bare: issuing.bare, part: issuing.bare_without_history})
    result.compare_time(issue, bare, at_most=2)
    result.compare_time(issue, part)
    result.facts["dòng mỗi bảng"] = {
        model._meta.label: len(each) for model, each in issuing.rows.items()
    }
    result.facts["dòng mỗi giây, trần"] = round(rows / min(result.seconds[bare]))
    for units in (UNITS, 4 * UNITS):
        name = f"bộ nhớ tăng thêm lúc cao nhất, {units} đơn vị (MB)"
        result.facts[name] = _peak_megabytes(units)
    result.write()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        tell_peak(int(sys.argv[1]))
    else:
        main()
