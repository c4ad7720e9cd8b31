"""`make run`: the whole portal from one command, until Ctrl-C.

Checks the machine, makes it ready, brings the data up to date, then keeps a web server, a Celery worker
and Celery beat alive under supervisor. This process stays as the parent of all: it adopts orphans, so
that nothing it started outlives it. Standard library only, and readable by an old Python as far as the
version check: that check has to be able to speak.
"""

import sys

from deploy.python_version import python_problem

if __name__ == "__main__" and python_problem(sys.version_info):
    sys.exit(python_problem(sys.version_info))

import contextlib
import ctypes
import errno
import fcntl
import os
import shlex
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import IO

from deploy.environment import (
    ROOT,
    VENV,
    VENV_PYTHON,
    SetupError,
    install_system_packages,
    prepare_virtual_environment,
    say,
)

FOLDERS = ("run", "log", "media", "mail", "static", "broker/messages", "broker/control")
READY_WITHIN = 90.0  # seconds for the web server to answer for the first time
STOP_WITHIN = 20.0  # seconds for everything to end by itself
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


# --- What can be wrong before anything starts ---------------------------------------------------


def read_port(text: str) -> int:
    """The port to serve on, from PORT."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise SetupError(f"PORT={text} không phải là số cổng từ 1 đến 65535.")


def check_port_free(host: str, port: int) -> None:
    """Raises unless the web server will be able to listen there."""
    try:
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(address[0], socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address[4])
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise SetupError(
                f"Cổng {port} đang có chương trình khác dùng: hãy dừng chương trình đó, "
                f"hoặc chọn cổng khác, ví dụ: make run PORT={port + 1 if port < 65535 else 8000}"
            ) from None
        raise SetupError(f"Không mở được cổng {port} trên {host}: {problem.strerror}.") from None


def prepare_folder(folder: Path) -> None:
    """Makes the folder of what a run writes, and proves that it can be written."""
    try:
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        probe = folder / "run" / "probe"
        probe.write_text("ghi được\n", encoding="utf-8")
        probe.unlink()
    except OSError as problem:
        raise SetupError(
            f"Không ghi được vào thư mục {folder} ({problem.strerror}): hãy kiểm tra quyền và "
            "dung lượng đĩa, hoặc chọn thư mục khác bằng VAR_DIR=…"
        ) from None


def lock_folder(folder: Path) -> IO[str]:
    """Makes this the only run on that folder for as long as the returned file stays open."""
    lock = (folder / "run" / "lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        raise SetupError(
            f"Đã có một lần chạy khác trên thư mục {folder} (tiến trình {lock.read().strip()}): "
            "hãy dừng nó trước, hoặc chọn thư mục khác bằng VAR_DIR=…"
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


# --- The process manager ------------------------------------------------------------------------

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
        "; Sinh bởi deploy/run.py ở mỗi lần chạy; sửa ở đó.",
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


# --- One run ------------------------------------------------------------------------------------


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


def answers(address: str) -> bool:
    """Whether the web server answers there, with anything but an error of its own."""
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def wait_until_served(manager: Manager, host: str, port: int) -> bool:
    """Waits for the first answer; False when asked to stop meanwhile, SetupError when none comes."""
    local = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    deadline = time.monotonic() + READY_WITHIN
    while not answers(f"http://{local}:{port}/healthz"):
        if manager.stop_requests:
            return False
        log = manager.var_dir / "log"
        if not manager.is_alive():
            raise SetupError(f"Trình quản lý tiến trình không chạy được; xem {log}/manager.log")
        if time.monotonic() > deadline:
            raise SetupError(
                f"Máy chủ web không trả lời sau {READY_WITHIN:.0f} giây; xem {log}/web.log"
            )
        time.sleep(0.1)
    return True


def tell_where_to_look(var_dir: Path, port: int) -> None:
    """The last lines of the set-up: where the portal is and how to sign in."""
    site = (os.environ.get("SITE_URL") or f"http://localhost:{port}").rstrip("/")
    accounts = var_dir / "demo-accounts.txt"
    lines = [
        "",
        f"Cổng đã sẵn sàng:          {site}/",
        f"  Kế hoạch 722:            {site}/ke-hoach/722-kh-stttt/",
        f"  Cán bộ đơn vị:           {site}/can-bo/",
        f"  Quản trị (Sở):           {site}/quan-tri/",
    ]
    if accounts.exists():
        lines.append(f"  Tài khoản dùng thử:      {accounts}  (mỗi dòng: tên, mật khẩu, vai trò)")
    else:
        lines.append("  Tạo người quản trị:      .venv/bin/python manage.py createsuperuser")
    if not os.environ.get("EMAIL_URL"):
        lines.append(f"  Thư gửi đi nằm trong:    {var_dir / 'mail'}")
    lines += [f"  Nhật ký:                 {var_dir / 'log'}", "", "Nhấn Ctrl-C để dừng.", ""]
    say("\n".join(lines))


def run() -> None:
    """Everything, from the checks to the end of the last process."""
    port = read_port(os.environ.get("PORT") or "8000")
    host = os.environ.get("HOST") or "127.0.0.1"
    var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    os.environ.update(PORT=str(port), HOST=host, VAR_DIR=str(var_dir))
    check_port_free(host, port)
    prepare_folder(var_dir)
    manager = Manager(var_dir)
    with lock_folder(var_dir), stop_signals(manager):
        _prctl(PR_SET_CHILD_SUBREAPER, 1)
        try:
            install_system_packages("run")
            prepare_virtual_environment("run")
            prepared = subprocess.run([VENV_PYTHON, "-m", "deploy.prepare"], cwd=ROOT, check=False)
            if prepared.returncode:
                raise SetupError("Cổng chưa chạy: bước chuẩn bị ở trên không thành công.")
            say("→ Khởi động máy chủ web, worker và beat")
            manager.start()
            if wait_until_served(manager, host, port):
                tell_where_to_look(var_dir, port)
            watch(manager)
            say("\n→ Đang dừng mọi tiến trình…")
        finally:
            manager.stop()
        say("Đã dừng.")


def watch(manager: Manager) -> None:
    """Returns when asked to stop; SetupError if the manager ends by itself."""
    while not manager.stop_requests:
        if not manager.is_alive():
            log = manager.var_dir / "log" / "manager.log"
            raise SetupError(f"Trình quản lý tiến trình đã dừng; xem {log}")
        time.sleep(0.2)


def main() -> None:
    """Entry point: a problem is one sentence on stderr and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        run()
    except SetupError as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("\nĐã dừng khi chưa chuẩn bị xong; chạy lại sẽ làm tiếp.")


if __name__ == "__main__":
    main()
