"""The process manager of `make run`: supervisord as a child, its configuration, and how everything ends.

Standard library only. The process that starts it adopts orphans (`adopt_orphans`), so that nothing that was
started outlives it.
"""

import contextlib
import ctypes
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from deploy.environment import ROOT, VENV

STOP_WITHIN = 20.0  # seconds for everything to end by itself
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

PROGRAMS = {
    "web": "{bin}/gunicorn --config {root}/deploy/gunicorn.conf.py hanoi_portal.wsgi:application",
    # Without the start-up talk between workers: there is one, and a restart has to be quick.
    "worker": (
        "{bin}/celery --app hanoi_portal worker --concurrency 2 --loglevel INFO "
        "--without-gossip --without-mingle"
    ),
    "beat": "{bin}/celery --app hanoi_portal beat --loglevel INFO --pidfile=",
}


def manager_config(var_dir: Path) -> str:
    """The supervisor configuration: each program restarted for ever, its own log, its group ended with it."""

    def literal(path: Path) -> str:
        return str(path).replace("%", "%%")

    parts = [
        "; Sinh bởi deploy/manager.py ở mỗi lần chạy; sửa ở đó.",
        "[supervisord]",
        "nodaemon=true",
        "silent=true",
        f"logfile={literal(var_dir)}/log/manager.log",
        "logfile_maxbytes=1MB",
        "logfile_backups=2",
        f"pidfile={literal(var_dir)}/run/manager.pid",
        f"childlogdir={literal(var_dir)}/log",
    ]
    for name, command in PROGRAMS.items():
        filled = command.format(
            bin=shlex.quote(literal(VENV / "bin")), root=shlex.quote(literal(ROOT))
        )
        parts += [
            f"\n[program:{name}]",
            f"command={filled}",
            f"directory={literal(ROOT)}",
            "autorestart=true",
            "startsecs=1",
            "startretries=1000000",
            "stopsignal=TERM",  # to the parent alone: it ends its children in good order
            "stopwaitsecs=12",
            "killasgroup=true",
            "redirect_stderr=true",
            f"stdout_logfile={literal(var_dir)}/log/{name}.log",
            "stdout_logfile_maxbytes=5MB",
            "stdout_logfile_backups=3",
        ]
    # One group, so that all of them are asked to stop at the same time.
    parts += ["\n[group:portal]", f"programs={','.join(PROGRAMS)}"]
    return "\n".join(parts) + "\n"


def _prctl(option: int, value: int) -> None:
    """Linux's prctl; elsewhere a manager killed with -9 may leave children, nothing else changes."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def adopt_orphans() -> None:
    """Makes this process the parent of whatever its descendants leave behind."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _in_manager() -> None:
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # if this parent is killed, the manager ends in order


class Manager:
    """supervisord as a child of ours, and the signals that end it."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.stop_requests = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts supervisord in a session of its own: a terminal's Ctrl-C reaches us alone."""
        config = self.var_dir / "run" / "supervisord.conf"
        config.write_text(manager_config(self.var_dir), encoding="utf-8")
        self.process = subprocess.Popen(
            [VENV / "bin" / "supervisord", "--configuration", config],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_in_manager,
        )

    def request_stop(self, number: int, frame: FrameType | None) -> None:
        """Signal handler: while setting up, leave at once; then end all in order; asked twice, at once."""
        self.stop_requests += 1
        if self.process is None:
            raise KeyboardInterrupt

    def is_alive(self) -> bool:
        """Whether supervisord still runs; also buries orphans that have ended."""
        assert self.process is not None
        alive = self.process.poll() is None
        with contextlib.suppress(ChildProcessError):
            for pid in children_of(os.getpid()):
                if pid != self.process.pid:
                    os.waitpid(pid, os.WNOHANG)
        return alive

    def stop(self) -> None:
        """Ends everything that was started, and returns when nothing of it is left."""
        if self.process is not None:
            requests_before = self.stop_requests
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
            deadline = time.monotonic() + STOP_WITHIN
            while self.is_alive() and time.monotonic() < deadline:
                if self.stop_requests > requests_before:
                    break
                time.sleep(0.05)
        # What is left now is ours by adoption (or the manager, or a tool of the set-up): end it for good.
        while True:
            leftover = children_of(os.getpid())
            if not leftover:
                return
            for pid in leftover:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            for pid in leftover:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)


def children_of(parent: int) -> list[int]:
    """The pids of a process's children (Linux; elsewhere none are seen)."""
    children = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            # The name, in parentheses, may hold anything: read what follows the last one.
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                children.append(int(stat.parent.name))
    return children


@contextlib.contextmanager
def stop_signals(manager: Manager) -> Iterator[None]:
    """While inside, Ctrl-C, SIGTERM and a closed terminal are requests to stop."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, manager.request_stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
