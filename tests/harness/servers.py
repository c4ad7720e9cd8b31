"""PostgreSQL and Redis that a test may kill and start again on the same port, with what they kept on disk."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg2
import redis

from deploy.environment import postgresql_program
from deploy.with_services import as_postgres, free_port
from tests.harness.portal import wait_for


class Server:
    """A server process of the test's own."""

    def __init__(self, command: list[str], is_up: Callable[[], bool]) -> None:
        self._command, self._is_up = command, is_up
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self._process = subprocess.Popen(
            self._command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for(self._is_up, within=60)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Ends it with a signal, all its processes with it."""
        assert self._process is not None
        os.killpg(self._process.pid, number)
        self._process.wait(timeout=30)


@contextmanager
def running_redis() -> Iterator[tuple[Server, str]]:
    """A Redis that forgets everything when it ends; yields it and its URL."""
    with tempfile.TemporaryDirectory(prefix="portal-redis-") as folder:
        port = free_port()
        url = f"redis://127.0.0.1:{port}/0"

        def answers() -> bool:
            try:
                with redis.Redis.from_url(url) as client:
                    return bool(client.ping())
            except redis.RedisError:
                return False

        command = [shutil.which("redis-server") or "redis-server", "--port", str(port)]
        command += ["--bind", "127.0.0.1", "--dir", folder, "--save", "", "--databases", "64"]
        server = Server(command, answers)
        server.start()
        try:
            yield server, url
        finally:
            server.kill()


@contextmanager
def running_postgresql() -> Iterator[tuple[Server, str]]:
    """A PostgreSQL that keeps its data on disk; yields it and the URL of its empty database."""
    initdb, postgres = postgresql_program("initdb"), postgresql_program("postgres")
    assert initdb, "make test đã cài PostgreSQL"
    assert postgres, "make test đã cài PostgreSQL"
    folder = Path(tempfile.mkdtemp(prefix="portal-postgresql-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        prefix, port = as_postgres(folder), free_port()
        options = ["--username=portal", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        made = [*prefix, initdb, "--no-sync", *options, str(folder / "data")]
        subprocess.run(made, cwd="/", check=True, stdout=subprocess.DEVNULL)
        url = f"postgresql://portal@127.0.0.1:{port}/postgres"

        def answers() -> bool:
            try:
                psycopg2.connect(url, connect_timeout=2).close()
            except psycopg2.OperationalError:
                return False
            return True

        command = [*prefix, postgres, "-D", str(folder / "data"), "-p", str(port)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        server = Server([*command, "-c", "max_connections=200"], answers)
        server.start()
        stack.callback(server.kill, signal.SIGINT)
        yield server, url.replace("postgresql://", "postgres://")
