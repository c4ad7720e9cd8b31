"""Makes the machine ready: system packages from apt.txt, and `.venv` with the pinned libraries.

Standard library only: this runs before anything is installed. Used by `deploy.run` (what the
portal needs) and `deploy.run_tests` (that and the tools of the tests).
"""

import ctypes.util
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"

Purpose = Literal["run", "test"]
REQUIREMENTS: dict[Purpose, tuple[str, ...]] = {
    "run": ("requirements.txt", "constraints.txt"),
    "test": ("requirements-dev.txt", "requirements.txt", "constraints.txt"),
}


class SetupError(Exception):
    """Why the machine cannot be made ready, as one Vietnamese sentence for whoever ran make."""


def say(text: str) -> None:
    """Prints a line at once, also into a pipe."""
    print(text, flush=True)


# --- System packages ----------------------------------------------------------------------------


@dataclass(frozen=True)
class SystemPackage:
    """A line of apt.txt: the package, the command that needs it, and what it is for."""

    name: str
    purpose: Purpose
    reason: str


def system_packages(purpose: Purpose) -> list[SystemPackage]:
    """The packages of apt.txt that `purpose` needs; the tests need those of a run too."""
    packages = []
    for line in (ROOT / "apt.txt").read_text(encoding="utf-8").splitlines():
        name, _, comment = line.partition("#")
        if not name.strip():
            continue
        needed_by, _, reason = comment.partition(":")
        of_run = needed_by.strip() == "run"
        if of_run or purpose == "test":
            packages.append(
                SystemPackage(name.strip(), "run" if of_run else "test", reason.strip())
            )
    return packages


def postgresql_program(name: str) -> str | None:
    """Where a PostgreSQL server program is: Debian keeps them off PATH, one folder a version."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(folders, key=lambda path: _version(path.parent.name), reverse=True)
    for folder in newest_first:
        if (folder / name).exists():
            return str(folder / name)
    return shutil.which(name)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def is_installed(package: str) -> bool:
    """Whether what the package brings is there, however it came to the machine."""
    if package == "python3-venv":
        if shutil.which("uv") or VENV_PYTHON.exists():
            return True
        probe = [sys.executable, "-c", "import ensurepip, venv"]
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    if package == "postgresql":
        return postgresql_program("initdb") is not None
    if package == "libpangoft2-1.0-0":
        return ctypes.util.find_library("pangoft2-1.0") is not None
    if package == "fonts-liberation":
        return any(Path("/usr/share/fonts").rglob("LiberationSerif-Regular.*"))
    program = {"gettext": "msgfmt"}.get(package, package)
    return shutil.which(program) is not None


def _apt_get() -> list[str] | None:
    """How apt-get may be called here without asking anybody, or None."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if asked.returncode == 0:
            return ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return None


def install_system_packages(purpose: Purpose) -> None:
    """Installs what is missing where it may.

    What cannot be installed is said in a sentence for a run, and is an error for the tests.
    """
    missing = [package for package in system_packages(purpose) if not is_installed(package.name)]
    if not missing:
        return
    names = [package.name for package in missing]
    apt_get = _apt_get()
    if apt_get is not None:
        say(f"→ Cài gói hệ thống: {' '.join(names)}")
        os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", *names]):
            log = run_quietly([*apt_get, "-q", *arguments])
            if log is not None:
                say(f"  apt-get {arguments[0]} không thành công: {last_line(log)}")
                break
        missing = [package for package in missing if not is_installed(package.name)]
    if not missing:
        return
    names = [package.name for package in missing]
    command = f"sudo apt-get install {' '.join(names)}"
    if purpose == "test":
        raise SetupError(f"Thiếu gói hệ thống cho kiểm thử. Hãy cài rồi chạy lại: {command}")
    optional = [package for package in missing if package.name != "python3-venv"]
    for package in optional:
        say(f"  Thiếu {package.name}: tạm không có {package.reason}")
    if optional:
        say(f"  Cài bằng: {command}")


# --- The virtual environment --------------------------------------------------------------------


def requirements_digest(purpose: Purpose) -> str:
    """Changes when a pin of `purpose` changes, or the Python under it."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for name in REQUIREMENTS[purpose]:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def prepare_virtual_environment(purpose: Purpose) -> None:
    """Makes `.venv` hold exactly the pinned libraries; does nothing when it already does."""
    stamp = VENV / "portal-stamp.json"
    usable = VENV_PYTHON.exists() and (
        subprocess.run([str(VENV_PYTHON), "-V"], capture_output=True, check=False).returncode == 0
    )
    try:
        installed = json.loads(stamp.read_text(encoding="utf-8")) if usable else {}
    except (OSError, ValueError):
        installed = {}
    digest = requirements_digest(purpose)
    if installed.get(purpose) == digest:
        return

    uv = shutil.which("uv")
    if not usable:
        say(f"→ Tạo môi trường Python riêng trong {VENV.relative_to(ROOT)}")
        if uv:
            create = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)]
        else:
            create = [sys.executable, "-m", "venv", "--clear", str(VENV)]
        log = run_quietly(create)
        if log is not None:
            if not is_installed("python3-venv"):
                raise SetupError(
                    "Thiếu python3-venv nên không tạo được môi trường Python. "
                    "Hãy cài rồi chạy lại: sudo apt-get install python3-venv"
                )
            raise SetupError(f"Không tạo được môi trường Python trong {VENV}: {last_line(log)}")

    say(f"→ Cài thư viện theo {REQUIREMENTS[purpose][0]}, đúng phiên bản đã ghim")
    if uv:
        install = [uv, "pip", "install", "--quiet", "--python", str(VENV_PYTHON)]
    else:
        install = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
        install += ["--no-input", "--quiet"]
    log = run_quietly([*install, "-r", str(ROOT / REQUIREMENTS[purpose][0])])
    if log is not None:
        raise SetupError(f"Không cài được thư viện (mạng, hay phiên bản?): {last_line(log)}")
    installed[purpose] = digest
    if purpose == "test":  # requirements-dev.txt holds requirements.txt
        installed["run"] = requirements_digest("run")
    stamp.write_text(json.dumps(installed), encoding="utf-8")


# --- Running a quiet tool -----------------------------------------------------------------------


def run_quietly(command: list[str], heartbeat: float = 5.0) -> str | None:
    """Runs a tool that talks too much: None when it succeeded, else all that it said.

    While it works a line every few seconds tells that it still does.
    """
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "PYTHONUTF8": "1"}
    began = time.monotonic()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        while True:
            try:
                output, _ = process.communicate(timeout=heartbeat)
            except subprocess.TimeoutExpired:
                say(f"  … vẫn đang làm, đã {time.monotonic() - began:.0f} giây")
            else:
                return output if process.returncode else None


def last_line(text: str) -> str:
    """The last thing a failed tool said: mostly the reason; ``pip`` prefixes it with ERROR."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "e:", "×"))]
    return (errors or lines or ["không rõ lý do"])[-1]
