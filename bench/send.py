"""Sending 1,000 notices of 3 kB against one kept smtplib connection (issue 4: ≥ 0.55, greeted late ≥ 0.40).

The portal's own Celery worker (2 processes) writes and sends what waits in the outbox, every row of it claimed, tried
and marked in a durable PostgreSQL; beside it letters that are ready in the row, and letters none of which says what
another says. The peers send the same letters: a Celery task each, Celery in batches without any ledger (both
with 2 processes as well), and django-mailer. Time runs from the word "go" until the server has accepted the last one;
for the portal, until its last row says so. After each turn the server must hold exactly 1,000 different messages.
"""

import contextlib
import logging
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peer_settings"

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from bench.celery_peers import send_many, send_one
from bench.letter import HTML, SUBJECT, TEXT, compose
from bench.portal import make_person, make_plan, make_units, migrate
from bench.rounds import Result
from bench.sink import Counter
from campaigns.actions.issue import issue_plan
from campaigns.models import Notice, Unit
from hanoi_portal.models import OutgoingMail
from hanoi_portal.outbox import WRITTEN
from hanoi_portal.outbox.compose import compose_all
from hanoi_portal.tasks import deliver_outbox

MAILS = 1000
BATCH = 50  # mails a task, for Celery without a ledger
PROCESSES = 2
NOTICE = "campaigns.notice"
WAIT_LONGEST = 600.0  # seconds


class Post:
    """A sink, and the contestants that send to it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.counter = Counter(port)

    def timed(self, prepare: Callable[[], Any], go: Callable[[], Any]) -> float:
        """Return the seconds from "go" until the server has everything."""
        prepare()
        self.counter.reset()
        began = time.perf_counter()
        go()
        while self.counter.count()[0] < MAILS:
            if time.perf_counter() - began > WAIT_LONGEST:
                raise TimeoutError(f"nothing more comes: {self.counter.count()}")
            time.sleep(0.005)
        seconds = time.perf_counter() - began
        assert self.counter.count() == (MAILS, MAILS), self.counter.count()
        return seconds

    def smtplib_kept(self) -> float:
        """One connection, each letter composed and sent: nothing that could be left out is there."""

        def go() -> None:
            with smtplib.SMTP("127.0.0.1", self.port) as line:
                for number in range(MAILS):
                    letter = compose(number)
                    content = letter.message().as_bytes().replace(b"\n", b"\r\n")
                    line.sendmail(settings.DEFAULT_FROM_EMAIL, letter.to, content)

        return self.timed(lambda: None, go)

    def portal(self, kind: str) -> float:
        """What waits in the outbox, sent by the portal's worker; until the last row says that it was sent."""
        rows = OutgoingMail.objects.filter(kind=kind)

        def prepare() -> None:
            OutgoingMail.objects.update(state=OutgoingMail.State.SENT)
            rows.update(
                state=OutgoingMail.State.PENDING,
                claimed_by=None,
                attempted_at=None,
                sent_at=None,
                lease_until=None,
                tries=0,
            )
            with connection.cursor() as cursor:
                cursor.execute(f"VACUUM ANALYZE {OutgoingMail._meta.db_table}")

        def go() -> None:
            deliver_outbox.delay()

        began = time.perf_counter()
        seconds = self.timed(prepare, go)
        ended = time.perf_counter()
        while rows.exclude(state=OutgoingMail.State.SENT).exists():
            assert time.perf_counter() - began < WAIT_LONGEST
            time.sleep(0.005)
        return seconds + time.perf_counter() - ended

    def notices(self, in_words: str = "") -> float:
        """Notices that the worker writes itself; with words of its own, no letter is laid out like another."""
        Notice.objects.update(
            words=Concat(Value(in_words), Cast("pk", CharField())) if in_words else ""
        )
        return self.portal(NOTICE)

    def celery_each(self) -> float:
        """A Celery task for each mail, as most projects do it."""

        def go() -> None:
            for number in range(MAILS):
                send_one.delay(number)

        return self.timed(lambda: None, go)

    def celery_batches(self) -> float:
        """Celery tasks of a batch each, with nothing written down: what the ledger costs is seen against this."""

        def go() -> None:
            for first in range(0, MAILS, BATCH):
                send_many.delay(list(range(first, first + BATCH)))

        return self.timed(lambda: None, go)

    def django_mailer(self) -> float:
        """django-mailer's queue in the same database, sent by its one process."""
        from mailer.engine import send_all
        from mailer.models import MessageLog

        def prepare() -> None:
            MessageLog.objects.all().delete()
            queue = get_connection("mailer.backend.DbBackend")
            queue.send_messages([compose(number) for number in range(MAILS)])

        return self.timed(prepare, send_all)


@contextlib.contextmanager
def worker(app: str, queue: str, port: int) -> Iterator[None]:
    """A Celery worker with two processes that sends to the sink at the port; ready when this yields."""
    module = "hanoi_portal.settings" if app == "hanoi_portal" else "bench.peer_settings"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": module,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "BENCH_PORT": str(port),
    }
    command = [sys.executable, "-m", "celery", "-A", app, "worker", "-Q", queue]
    command += ["-c", str(PROCESSES), "-l", "INFO", "-n", f"{queue}-{port}@%h"]
    command += ["--without-gossip", "--without-mingle"]
    with tempfile.NamedTemporaryFile("w+", suffix=".log") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_ready(process, Path(log.name))
            yield
        finally:
            process.terminate()
            process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while " ready." not in log.read_text(encoding="utf-8"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(log.read_text(encoding="utf-8"))
        time.sleep(0.05)


@contextlib.contextmanager
def workers(port: int) -> Iterator[Post]:
    """Both workers, sending to one sink."""
    with worker("hanoi_portal", "celery", port), worker("bench.celery_peers", "peers", port):
        yield Post(port)


def fill_outbox() -> None:
    """Put 1,000 finished letters into the outbox, and 1,000 notices that the worker itself has to write."""
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            kind=WRITTEN,
            recipients=[f"van-thu@d{number}.ha-noi.example"],
            subject=SUBJECT,
            text=TEXT,
            html=HTML,
        )
        for number in range(MAILS)
    )
    make_units(MAILS)
    issuer = make_units(1, Unit.Kind.DEPARTMENT)[0]
    issue_plan(make_plan(1, 3, issuer), by=make_person("coordinator", "dieu-phoi"))
    OutgoingMail.objects.update(state=OutgoingMail.State.SENT)


def _size_of_a_notice() -> int:
    first = OutgoingMail.objects.filter(kind=NOTICE).earliest("pk")
    [(_mail, message)] = compose_all([first], get_connection())
    return len(message.content())


KEPT = "một kết nối smtplib giữ mở"
LEDGER = "cổng: sổ thư gửi đi, thư soạn sẵn"
NOTICES = "cổng: sổ thư, worker soạn thư từ mẫu"
DIFFERENT = "cổng: worker soạn thư, mỗi đơn vị một lời khác"
BATCHES = "Celery từng mẻ, không có sổ"
EACH = "Celery mỗi thư một việc"
MAILER = "django-mailer"
LATE = "chào chậm 50 ms · "


def main() -> None:
    """Measure, print, keep."""
    logging.getLogger("mailer").setLevel(logging.ERROR)
    migrate()
    fill_outbox()
    result = Result("send", f"Gửi {MAILS} thông báo 3 kB, {PROCESSES} tiến trình gửi")
    result.facts["byte mỗi thư, smtplib"] = len(compose(1).message().as_bytes())
    result.facts["byte mỗi thư, worker soạn"] = _size_of_a_notice()
    with workers(int(os.environ["BENCH_SINK"])) as post:
        result.run(
            {
                KEPT: post.smtplib_kept,
                LEDGER: lambda: post.portal(WRITTEN),
                NOTICES: post.notices,
                DIFFERENT: lambda: post.notices("Lời nhắn riêng cho đơn vị, số "),
                BATCHES: post.celery_batches,
                EACH: post.celery_each,
                MAILER: post.django_mailer,
            }
        )
    result.compare_speed(NOTICES, KEPT, at_least=0.55)
    for name in (LEDGER, DIFFERENT, BATCHES, EACH, MAILER):
        result.compare_speed(name, KEPT)
    with workers(int(os.environ["BENCH_SLOW_SINK"])) as post:
        result.run(
            {
                KEPT: post.smtplib_kept,
                NOTICES: post.notices,
                LEDGER: lambda: post.portal(WRITTEN),
                EACH: post.celery_each,
            },
            group=LATE,
        )
    result.compare_speed(LATE + NOTICES, LATE + KEPT, at_least=0.40)
    result.compare_speed(LATE + LEDGER, LATE + KEPT)
    result.compare_speed(LATE + EACH, LATE + KEPT)
    result.facts["thư mỗi giây, smtplib"] = round(MAILS / min(result.seconds[KEPT]))
    result.write()


if __name__ == "__main__":
    main()
