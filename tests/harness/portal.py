"""The whole portal as real processes, started by `deploy.run` as `make run` does, in a folder of its own.

Two flavours: `embedded` (SQLite, a broker of files, mail as files) and `services` (a PostgreSQL database
and a Redis database of its own on the servers that `make test` started, and an SMTP server on loopback).
"""

import email
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

import psycopg2
import redis

from deploy.manager import children_of
from deploy.run_tests import OF_A_RUN
from deploy.with_services import free_port
from tests.harness.smtp import SmtpServer

ROOT = Path(__file__).resolve().parent.parent.parent
Flavour = Literal["embedded", "services"]
Program = Literal["web", "worker", "beat"]
Found = TypeVar("Found")
HOW_TO_TELL: dict[Program, str] = {"web": "gunicorn", "worker": " worker ", "beat": " beat "}
START_WITHIN = 120.0  # seconds; two portals may be starting on two cores
STOP_WITHIN = 40.0


def wait_for(what: Callable[[], Found], within: float = 30.0, every: float = 0.05) -> Found:
    """Returns the first true answer of `what`; fails when none comes in time."""
    deadline = time.monotonic() + within
    while True:
        answer = what()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"không xảy ra trong {within:.0f} giây; lần hỏi cuối: {answer!r}")
        time.sleep(every)


@dataclass
class Portal:
    """A running portal: where it answers, what it writes, and the means to hurt it."""

    flavour: Flavour
    var_dir: Path
    port: int
    environment: dict[str, str]
    smtp: SmtpServer | None = None
    process: subprocess.Popen[bytes] | None = None
    _output: Path = field(init=False)

    def __post_init__(self) -> None:
        self._output = self.var_dir / "harness-run.log"

    @property
    def base_url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """All that the command printed so far."""
        return self._output.read_text(encoding="utf-8") if self._output.exists() else ""

    def start(self) -> None:
        """Starts it and waits until it is ready."""
        with self._output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.run"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_for(self._is_ready, START_WITHIN)

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"deploy.run đã dừng:\n{self.output}\n{self.logs()}"
        return "Ctrl-C" in self.output and self.status("/readyz") == 200

    def status(self, path: str) -> int:
        """The status with which it answers a GET, 0 when it does not."""
        try:
            with urllib.request.urlopen(self.base_url + path, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code
        except OSError:
            return 0

    def get(self, path: str) -> str:
        """The text of a page; an error status raises."""
        with urllib.request.urlopen(self.base_url + path, timeout=30) as answer:
            return str(answer.read().decode("utf-8"))

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs `manage.py` in the portal's own environment."""
        finished = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        if check and finished.returncode:
            raise AssertionError(f"manage.py {arguments}: {finished.stdout}\n{finished.stderr}")
        return finished

    def manager_pid(self) -> int:
        """The pid of supervisord."""
        return int((self.var_dir / "run" / "manager.pid").read_text(encoding="ascii"))

    def pid(self, program: Program) -> int | None:
        """The pid of a program's first process, which leads its process group; None while it is down."""
        for pid in children_of(self.manager_pid()):
            with suppress(OSError):
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                if HOW_TO_TELL[program] in command:
                    return pid
        return None

    def kill(self, program: Program) -> int:
        """kill -9 on all processes of a program at once; returns the pid of the first of them."""
        pid = wait_for(lambda: self.pid(program))
        os.killpg(pid, signal.SIGKILL)
        return pid

    def kill_worker(self) -> int:
        """kill -9 on the worker and its pool."""
        return self.kill("worker")

    def mails(self) -> list[EmailMessage]:
        """What it has sent so far: files of var/mail, or what the SMTP server kept."""
        if self.smtp is not None:
            return [received.message for received in self.smtp.received]
        messages = []
        for path in sorted((self.var_dir / "mail").glob("*.eml")):
            message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(message, EmailMessage)
            messages.append(message)
        return messages

    def accounts(self, role: str = "") -> list[tuple[str, str, str]]:
        """The demonstration accounts as (username, password, role), all or those whose role holds a word."""
        lines = (self.var_dir / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()
        rows = [line.split(maxsplit=2) for line in lines if line and not line.startswith("#")]
        return [(row[0], row[1], row[2]) for row in rows if len(row) == 3 and role in row[2]]

    def logs(self) -> str:
        """The ends of all logs, for the report of a failed test."""
        ends = []
        for path in sorted((self.var_dir / "log").glob("*.log")):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-30:]
            ends.append(f"--- {path.name}\n" + "\n".join(lines))
        return "\n".join(ends)

    def processes(self) -> list[int]:
        """Every process that carries this portal's VAR_DIR in its environment."""
        mark = f"VAR_DIR={self.var_dir}".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if mark in path.read_bytes().split(b"\0"):
                    found.append(int(path.parent.name))
        return found

    def stop_at_once(self) -> None:
        """Stops it as an impatient person does, who asks twice; for tests that are not about stopping."""
        assert self.process is not None
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(0.6)
        self.stop()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stops it as a person or a system would; asserts that nothing is left; returns the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        left = self.processes()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert not left, f"còn lại sau khi dừng: {left}"
        return code


class PortalBuilder:
    """Makes portals: prepares each flavour once in a session, then gives every portal a copy of that.

    A copy is what a second `make run` finds, so that a test does not wait for the demonstration to load.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prepared: dict[Flavour, dict[str, str]] = {}
        self._databases: list[str] = []

    def build(self, flavour: Flavour, smtp: SmtpServer | None = None, **variables: str) -> Portal:
        """A portal with the demonstration loaded, not started; `variables` go into its environment."""
        prepared = self._prepare(flavour)
        name = f"{flavour}-{uuid.uuid4().hex[:8]}"
        var_dir = self.folder / name
        shutil.copytree(prepared["VAR_DIR"], var_dir)
        port = free_port()
        environment = self._environment(var_dir, port, DEMO="0")
        if flavour == "services":
            assert smtp is not None, "flavour services cần một máy chủ SMTP"
            environment |= {
                "DATABASE_URL": self._create_database(template=prepared["DATABASE_URL"]),
                "REDIS_URL": self._own_redis(),
                "EMAIL_URL": smtp.url,
            }
        environment |= variables
        return Portal(flavour, var_dir, port, environment, smtp)

    def build_empty(self, **variables: str) -> Portal:
        """An embedded portal for which nothing has been prepared: its start is a first `make run`."""
        var_dir = self.folder / f"empty-{uuid.uuid4().hex[:8]}"
        var_dir.mkdir()
        port = free_port()
        return Portal("embedded", var_dir, port, self._environment(var_dir, port) | variables)

    def close(self) -> None:
        """Drops the databases that were made."""
        for url in self._databases:
            self._sql(f'DROP DATABASE IF EXISTS "{urlsplit(url).path[1:]}" WITH (FORCE)')

    def _environment(self, var_dir: Path, port: int, **variables: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if name not in OF_A_RUN}
        clean.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        return {**clean, "VAR_DIR": str(var_dir), "PORT": str(port), **variables}

    def _prepare(self, flavour: Flavour) -> dict[str, str]:
        if flavour not in self._prepared:
            var_dir = self.folder / f"prepared-{flavour}"
            (var_dir / "static").mkdir(parents=True, exist_ok=True)
            environment = self._environment(var_dir, free_port(), DEMO="1")
            if flavour == "services":
                environment["DATABASE_URL"] = self._create_database()
                environment["REDIS_URL"] = self._own_redis()
            done = subprocess.run(
                [sys.executable, "-m", "deploy.prepare"],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
            )
            assert done.returncode == 0, f"deploy.prepare:\n{done.stdout}\n{done.stderr}"
            self._prepared[flavour] = environment
        return self._prepared[flavour]

    def _create_database(self, template: str | None = None) -> str:
        url = urlsplit(os.environ["DATABASE_URL"])
        name = f"portal_{uuid.uuid4().hex[:12]}"
        copied = f' TEMPLATE "{urlsplit(template).path[1:]}"' if template else ""
        self._sql(f'CREATE DATABASE "{name}"{copied}')
        created = url._replace(path=f"/{name}").geturl()
        self._databases.append(created)
        return created

    def _sql(self, statement: str) -> None:
        url = urlsplit(os.environ["DATABASE_URL"])
        connection = psycopg2.connect(url._replace(scheme="postgresql", path="/postgres").geturl())
        try:
            connection.autocommit = True
            connection.cursor().execute(statement)
        finally:
            connection.close()

    def _own_redis(self) -> str:
        """A Redis database of its own, from 10 on; number 0 keeps count for all processes of the tests."""
        url = urlsplit(os.environ["REDIS_URL"])
        with redis.Redis.from_url(url._replace(path="/0").geturl()) as client:
            number = 10 + int(client.incr("harness:portals")) % 54
        own = url._replace(path=f"/{number}").geturl()
        with redis.Redis.from_url(own) as client:
            client.flushdb()
        return own
