"""Runs a command beside a PostgreSQL and a Redis of its own: `python -m deploy.with_services CMD…`

PostgreSQL listens on a socket in its folder, Redis on loopback at a free port; both keep their data in a temporary
folder and end with the command, also on Ctrl-C. The machine's own servers are never touched. Standard library only.
The tests run with the durability of PostgreSQL off; `--durable` (before CMD) keeps it on, for measurements.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from deploy.environment import SetupError, last_line, postgresql_program

START_WITHIN = 60.0  # seconds
UNSAFE_BUT_FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def _server(name: str, command: list[str], log: Path, ready: Callable[[], bool]) -> Iterator[None]:
    """A server in a session of its own, ended with SIGINT (for PostgreSQL: a fast shutdown)."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + START_WITHIN
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                reason = last_line(log.read_text(encoding="utf-8", errors="replace"))
                raise SetupError(f"{name} không khởi động được: {reason}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def as_postgres(folder: Path) -> list[str]:
    """The prefix that leaves root behind, which PostgreSQL refuses; gives its user the folder."""
    if os.geteuid() != 0:
        return []
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise SetupError("Chạy bằng root thì cần có người dùng hệ thống postgres.") from None
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]


@contextlib.contextmanager
def postgresql(durable: bool = False) -> Iterator[str]:
    """A fresh PostgreSQL; yields the DATABASE_URL of its empty database `portal`."""
    initdb, postgres = postgresql_program("initdb"), postgresql_program("postgres")
    if initdb is None or postgres is None:
        raise SetupError("Không thấy PostgreSQL. Hãy cài: sudo apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="portal-postgresql-"))
    try:
        prefix = as_postgres(folder)
        data = folder / "data"
        options = ["--username=portal", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        created = subprocess.run(
            [*prefix, initdb, "--no-sync", *options, str(data)],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if created.returncode:
            reason = last_line(created.stderr or created.stdout)
            raise SetupError(f"Không tạo được cơ sở dữ liệu PostgreSQL tạm: {reason}")
        # No port: on one machine the socket is quicker than loopback, and nobody else is let in.
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={folder}",
            "max_connections=200",
            "shared_buffers=128MB",
            *([] if durable else UNSAFE_BUT_FAST),
        ]
        command = [*prefix, postgres, "-D", str(data)]
        for setting in settings:
            command += ["-c", setting]
        psql = [shutil.which("psql") or postgresql_program("psql") or "psql"]
        psql += ["-h", str(folder), "-U", "portal", "-d", "postgres", "-qc"]

        def answers() -> bool:
            asked = subprocess.run([*psql, "SELECT 1"], capture_output=True, check=False)
            return asked.returncode == 0

        with _server("PostgreSQL", command, folder.with_suffix(".log"), answers):
            subprocess.run([*psql, "CREATE DATABASE portal"], check=True)
            yield f"postgres://portal@{quote(str(folder), safe='')}/portal"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".log").unlink(missing_ok=True)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A fresh Redis without persistence, with 64 databases; yields the REDIS_URL of the first."""
    program = shutil.which("redis-server")
    if program is None:
        raise SetupError("Không thấy Redis. Hãy cài: sudo apt-get install redis-server")
    folder = Path(tempfile.mkdtemp(prefix="portal-redis-"))
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "no", "--databases", "64"]
    try:
        with _server("Redis", command, folder / "log", lambda: _accepts(port)):
            yield f"redis://127.0.0.1:{port}/0"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def services(durable: bool = False) -> Iterator[dict[str, str]]:
    """Both, as the environment variables that tell the portal about them."""
    with postgresql(durable) as database_url, redis() as redis_url:
        yield {"DATABASE_URL": database_url, "REDIS_URL": redis_url}


def run_beside_services(command: list[str], durable: bool = False) -> int:
    """Runs the command with the services in its environment; returns its exit code."""

    def interrupted(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    # Started in the background of a script, it has been told to ignore Ctrl-C: whoever sends it means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGHUP, interrupted)
    with services(durable) as variables:
        process = subprocess.Popen(command, env={**os.environ, **variables})
        try:
            return process.wait()
        except KeyboardInterrupt:
            # A terminal's Ctrl-C has reached the command too; a signal to us alone has not.
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.terminate()
                process.wait()
            return 130


def main() -> None:
    """Entry point."""
    arguments = sys.argv[1:]
    durable = arguments[:1] == ["--durable"]
    command = arguments[1:] if durable else arguments
    if not command:
        sys.exit("Cách dùng: python -m deploy.with_services [--durable] LỆNH…")
    try:
        sys.exit(run_beside_services(command, durable))
    except SetupError as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
