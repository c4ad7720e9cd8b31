"""What the set-up does on a machine that lacks something and may not install it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.environment import ROOT, last_line

NEEDED = ["env", "sh"]  # neither apt-get nor sudo, and none of the packages of apt.txt


def set_up(purpose: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Runs the set-up of system packages where only the commands in `path` exist."""
    code = (
        "import sys\n"
        "from deploy.environment import SetupError, install_system_packages\n"
        "try:\n"
        f"    install_system_packages({purpose!r})\n"
        "except SetupError as problem:\n"
        "    sys.exit(str(problem))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": str(path), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A folder for PATH with hardly a command in it."""
    for name in NEEDED:
        found = shutil.which(name)
        assert found is not None
        (tmp_path / name).symlink_to(found)
    return tmp_path


def test_a_run_without_optional_packages_says_what_is_missing_and_goes_on(bare_path: Path) -> None:
    finished = set_up("run", bare_path)
    assert finished.returncode == 0, finished.stderr
    assert "Thiếu espeak-ng: tạm không có bản đọc mã xác nhận" in finished.stdout
    assert "sudo apt-get install" in finished.stdout
    assert "postgresql" not in finished.stdout


def test_the_tests_without_their_packages_stop_in_one_sentence(bare_path: Path) -> None:
    finished = set_up("test", bare_path)
    assert finished.returncode == 1
    assert finished.stderr.count("\n") == 1, finished.stderr
    assert "Thiếu gói hệ thống cho kiểm thử" in finished.stderr
    assert "redis-server" in finished.stderr
    assert "chromium" in finished.stderr


def test_every_direct_pin_is_exact_explained_and_in_the_constraints() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    # pip writes pillow_heif for pillow-heif; both are the same name (PEP 503).
    constraints = [line.lower().replace("_", "-") for line in lines]
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if not line or line.startswith(("#", "-")):
                continue
            pin, _, why = line.partition("#")
            package, _, version = pin.strip().partition("==")
            assert why.strip(), f"{line}: thiếu lý do"
            plain = package.partition("[")[0].lower().replace("_", "-")
            assert f"{plain}=={version}" in constraints, line


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("Collecting x\nERROR: No matching distribution\nnotice: new pip", "ERROR: No matching"),
        ("một dòng\ndòng cuối\n", "dòng cuối"),
        ("", "không rõ lý do"),
    ],
)
def test_the_reason_of_a_failed_tool_is_found_in_what_it_said(output: str, reason: str) -> None:
    assert last_line(output).startswith(reason)
