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

import errno
import fcntl
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from deploy.environment import (
    ROOT,
    VENV_PYTHON,
    SetupError,
    install_system_packages,
    prepare_virtual_environment,
    say,
)
from deploy.manager import Manager, adopt_orphans, stop_signals

FOLDERS = ("run", "log", "media", "mail", "static", "broker/messages", "broker/control")
READY_WITHIN = 90.0  # seconds for the web server to answer for the first time


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


# --- One run ------------------------------------------------------------------------------------


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
        adopt_orphans()
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
