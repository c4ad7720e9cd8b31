"""`make bench`: measures on a PostgreSQL (durable), a Redis and SMTP sinks of its own; `ARGS="issue send"` picks.

Every measurement is a process of its own with fresh services, so that none finds what another left behind.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from deploy.python_version import python_problem

if __name__ == "__main__" and python_problem(sys.version_info):
    sys.exit(python_problem(sys.version_info))

from bench.peers import install_peers
from deploy.environment import (
    ROOT,
    VENV_PYTHON,
    SetupError,
    install_system_packages,
    postgresql_program,
    prepare_virtual_environment,
    say,
)
from deploy.run_tests import OF_A_RUN
from deploy.with_services import free_port, services

MEASUREMENTS = ["issue", "answer", "send", "desk", "pages", "comment", "search"]
WITH_WRK = {"pages", "comment"}  # asked over HTTP by many at once
GREETING_DELAY_MS = 50


@contextlib.contextmanager
def sink(delay_ms: int = 0) -> Iterator[str]:
    """An SMTP sink in a process of its own; yields its port."""
    port = free_port()
    command = [str(VENV_PYTHON), "-m", "bench.sink", str(port), str(delay_ms)]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield str(port)
    finally:
        process.terminate()
        process.wait()


def measure(name: str, peers: str) -> int:
    """Run one measurement beside fresh services; return its exit code."""
    clean = {key: value for key, value in os.environ.items() if key not in OF_A_RUN}
    with (
        tempfile.TemporaryDirectory(prefix="portal-bench-") as folder,
        services(durable=True) as variables,
        sink() as quick,
        sink(GREETING_DELAY_MS) as slow,
    ):
        Path(folder, "static").mkdir()
        environment = {
            **clean,
            **variables,
            "VAR_DIR": folder,
            "DEBUG": "0",
            "SECRET_KEY": "chỉ-để-đo-tốc-độ-không-dùng-ở-đâu-khác-0123456789-abcdefghijklmnop",
            "EMAIL_URL": f"smtp://127.0.0.1:{quick}",
            "BENCH_SINK": quick,
            "BENCH_SLOW_SINK": slow,
            "BENCH_POSTGRESQL": _postgresql_version(),
            "PYTHONPATH": os.pathsep.join([str(ROOT), peers]),
            "PYTHONUNBUFFERED": "1",
        }
        command = [str(VENV_PYTHON), "-m", f"bench.{name}"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            return process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


def _postgresql_version() -> str:
    program = postgresql_program("postgres")
    if program is None:
        return ""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return f"{told.stdout.strip()}, fsync on"


def run_bench(names: list[str]) -> int:
    """Run the chosen measurements, or all; 1 if one could not be carried out. A missed goal is told, not an error."""
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        raise SetupError(f"Không có phép đo {', '.join(unknown)}; có: {', '.join(MEASUREMENTS)}.")
    chosen = names or MEASUREMENTS
    if WITH_WRK & set(chosen) and not shutil.which("wrk"):
        raise SetupError(
            f"Cần chương trình wrk để đo {', '.join(sorted(WITH_WRK))}: apt-get install wrk"
        )
    os.chdir(ROOT)
    install_system_packages("test")
    prepare_virtual_environment("run")
    peers = install_peers()
    broken = []
    for name in chosen:
        say(f"\n=== {name} ===")
        if measure(name, peers):
            broken.append(name)
    if broken:
        say(f"Không đo được: {', '.join(broken)}.")
    return 1 if broken else 0


def _interrupted(number: int, frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        sys.exit(run_bench(sys.argv[1:]))
    except SetupError as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
