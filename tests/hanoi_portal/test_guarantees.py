"""Nothing lost, nothing under two Message-IDs, at most one extra copy, whatever fails: each fault injected for real.

One portal as `make run` starts it (web, worker, beat under their manager), on a PostgreSQL, a Redis and an SMTP server
that these tests may kill. A killed worker is in tests/campaigns/test_worker_killed.py.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.harness.portal import ROOT, Portal, PortalBuilder, wait_for
from tests.harness.servers import Server, running_postgresql, running_redis
from tests.harness.smtp import Behaviour, SmtpServer, running_smtp_server

pytestmark = [
    pytest.mark.services,
    pytest.mark.xdist_group("portal"),
    pytest.mark.timeout(240),
]

QUICK = {
    "OUTBOX_LEASE_SECONDS": "4",
    "OUTBOX_SWEEP_SECONDS": "1",
    "OUTBOX_FIRST_WAIT_SECONDS": "1",
}
HEALS_WITHIN = 120.0  # seconds
# How long Redis stays away; to see ten minutes of it: REDIS_AWAY_SECONDS=600.
REDIS_AWAY = float(os.environ.get("REDIS_AWAY_SECONDS") or 5)
QUEUE = """
from django.db import transaction
from hanoi_portal.outbox import queue_mail
with transaction.atomic():
    for number in range({count}):
        queue_mail(
            to=[f"{name}-{{number}}@quan.example"],
            subject=f"Việc {{number}}",
            text="Kính gửi",
            unique_key=f"{name}:{{number}}",
        )
"""
ROWS = """
import json
from hanoi_portal.models import OutgoingMail
rows = OutgoingMail.objects.filter(unique_key__startswith="{name}:")
print(json.dumps(list(rows.values("state", "resends", "last_response", "tries"))))
"""


@dataclass
class House:
    """The portal and the servers it stands on."""

    portal: Portal
    smtp: SmtpServer
    postgresql: Server
    redis: Server

    def queue(self, name: str, count: int = 20) -> None:
        """Promise so many mails, in one transaction of another process, as a page would."""
        self.portal.manage("shell", "-v0", "-c", QUEUE.format(name=name, count=count))

    def told(self, name: str) -> dict[str, Counter[str]]:
        """Return, by address, how many copies arrived under each Message-ID."""
        found: dict[str, Counter[str]] = {}
        for each in self.smtp.received:
            if each.recipients[0].startswith(f"{name}-"):
                copies = found.setdefault(each.recipients[0], Counter())
                copies[each.message_id] += 1
        return found

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return how the promises stand."""
        said = self.portal.manage("shell", "-v0", "-c", ROWS.format(name=name)).stdout
        rows: list[dict[str, Any]] = json.loads(said)
        return rows

    def assert_all_told(self, name: str, count: int = 20, most_copies: int = 1) -> None:
        """Wait until everyone was told; then as long as a resend could come; then count."""
        wait_for(lambda: len(self.told(name)) == count, within=HEALS_WITHIN)
        wait_for(lambda: {row["state"] for row in self.rows(name)} == {"sent"}, HEALS_WITHIN, 1.0)
        time.sleep(2)
        told = self.told(name)
        assert len(told) == count
        assert {len(copies) for copies in told.values()} == {1}, "under two Message-IDs"
        assert max(max(copies.values()) for copies in told.values()) <= most_copies


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A whole portal on servers of its own, once for all these tests."""
    with (
        running_postgresql() as (postgresql, database_url),
        running_redis() as (redis, redis_url),
        running_smtp_server() as smtp,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("DATABASE_URL", database_url)
        patch.setenv("REDIS_URL", redis_url)
        builder = PortalBuilder(tmp_path_factory.mktemp("guarantees"))
        portal = builder.build("services", smtp, **QUICK)
        portal.start()
        try:
            yield House(portal, smtp, postgresql, redis)
        finally:
            portal.stop_at_once()


@pytest.fixture(autouse=True)
def good_manners(house: House) -> Iterator[None]:
    """The mail server behaves again after each test."""
    yield
    house.smtp.script.clear()
    house.smtp.behaviour = Behaviour.ACCEPT


# --- a mail server that misbehaves ----------------------------------------------------------------
def test_a_server_that_says_later_is_asked_again_until_it_accepts(house: House) -> None:
    house.smtp.script.extend([Behaviour.REFUSE] * 5)
    house.queue("hoan")
    house.assert_all_told("hoan")
    assert max(row["tries"] for row in house.rows("hoan")) > 1


def test_a_server_that_refuses_one_for_good_costs_the_others_nothing(house: House) -> None:
    house.smtp.script.append(Behaviour.REFUSE_FOR_GOOD)
    house.queue("tuchoi")
    wait_for(lambda: len(house.told("tuchoi")) == 19, HEALS_WITHIN)
    rows = wait_for(lambda: _settled(house, "tuchoi"), HEALS_WITHIN, 1.0)
    assert Counter(row["state"] for row in rows) == {"sent": 19, "failed": 1}
    [failed] = [row for row in rows if row["state"] == "failed"]
    assert failed["last_response"] == "550 5.1.1 No such mailbox"
    assert all(sum(copies.values()) == 1 for copies in house.told("tuchoi").values())


def test_a_server_that_hangs_on_one_is_left_and_all_are_told(house: House) -> None:
    house.smtp.script.append(Behaviour.HANG)
    house.queue("treo")
    house.assert_all_told("treo")


def test_a_slow_server_is_told_each_thing_once(house: House) -> None:
    house.smtp.behaviour, house.smtp.delay = Behaviour.SLOW, 0.3
    house.queue("cham")
    house.assert_all_told("cham")


def test_a_line_cut_after_accepting_costs_one_extra_copy_at_most_and_staff_can_see_which(
    house: House,
) -> None:
    house.smtp.script.extend([Behaviour.DROP_AFTER, Behaviour.ACCEPT, Behaviour.DROP_AFTER])
    house.queue("dut")
    house.assert_all_told("dut", most_copies=2)
    resent = [row for row in house.rows("dut") if row["resends"]]
    assert len(resent) == 2
    copies = [sum(each.values()) for each in house.told("dut").values()]
    assert Counter(copies) == {1: 18, 2: 2}


# --- too many of one kind -------------------------------------------------------------------------
@contextmanager
def another(portal: Portal, *program: str) -> Iterator[None]:
    """A second worker or beat beside the first, as a careless operator would start it."""
    with Path(portal.var_dir, f"another-{program[0]}.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--app", "hanoi_portal", *program],
            cwd=ROOT,
            env=portal.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)


def test_two_workers_and_two_beats_tell_each_thing_once(house: House) -> None:
    house.smtp.behaviour, house.smtp.delay = Behaviour.SLOW, 0.05
    schedule = f"--schedule={house.portal.var_dir}/run/another-schedule"
    with (
        another(house.portal, "worker", "--concurrency", "2", "--hostname", "another@%h"),
        another(house.portal, "beat", schedule, "--pidfile="),
    ):
        time.sleep(5)  # both are at work by then
        house.queue("hai", 60)
        house.assert_all_told("hai", 60)


# --- what it stands on goes away ------------------------------------------------------------------
@pytest.mark.timeout(240 + REDIS_AWAY)
def test_without_redis_promises_are_still_written_and_kept_when_it_is_back(house: House) -> None:
    house.redis.kill()
    house.queue("redis")  # the page that causes it does not fail
    assert len(house.rows("redis")) == 20
    time.sleep(REDIS_AWAY)
    house.queue("lau", 5)  # nor does one that comes when it has been away for long
    assert house.portal.status("/") == 200
    house.redis.start()
    house.assert_all_told("redis")
    house.assert_all_told("lau", 5)


def test_redis_restarted_under_a_full_queue_loses_nothing(house: House) -> None:
    house.smtp.behaviour, house.smtp.delay = Behaviour.SLOW, 0.1
    house.queue("hang")
    wait_for(lambda: house.told("hang"), 30)
    house.redis.kill()
    house.redis.start()
    house.assert_all_told("hang")


def test_postgresql_restarted_in_the_middle_of_sending_costs_one_extra_copy_at_most(
    house: House,
) -> None:
    house.smtp.behaviour, house.smtp.delay = Behaviour.SLOW, 0.2
    house.queue("dulieu")
    wait_for(lambda: len(house.told("dulieu")) >= 4, 60)
    house.postgresql.kill(signal.SIGQUIT)  # at once, as after a power cut
    time.sleep(2)
    house.postgresql.start()
    house.assert_all_told("dulieu", most_copies=2)


def _settled(house: House, name: str) -> list[dict[str, Any]]:
    rows = house.rows(name)
    return rows if not {row["state"] for row in rows} & {"pending", "claimed"} else []
