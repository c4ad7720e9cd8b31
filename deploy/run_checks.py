"""`make check`: everything that can be judged without running the portal; all of it, then the verdict."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.python_version import python_problem

if __name__ == "__main__" and python_problem(sys.version_info):
    sys.exit(python_problem(sys.version_info))

from deploy.environment import (
    ROOT,
    VENV,
    VENV_PYTHON,
    SetupError,
    install_system_packages,
    prepare_virtual_environment,
    say,
)

PYTHON = str(VENV_PYTHON)
BIN = VENV / "bin"
# As on the real server; --deploy judges these.
PRODUCTION = {
    "SITE_URL": "https://cong722.example",
    "ALLOWED_HOSTS": "cong722.example",
    "DATABASE_URL": "postgres://portal@127.0.0.1:5432/portal",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example:587",
    "SECRET_KEY": "dùng-cho-kiểm-tra-triển-khai-không-dùng-ở-đâu-khác-0123456789-abcdefgh",
}
CHECKS: dict[str, tuple[list[str], dict[str, str]]] = {
    "Định dạng": ([f"{BIN}/ruff", "format", "--check", "."], {}),
    "Soát mã": ([f"{BIN}/ruff", "check", "."], {}),
    "Soát kiểu": ([f"{BIN}/mypy"], {}),
    "Mẫu HTML biên dịch được": ([PYTHON, "-m", "deploy.check_templates"], {}),
    "Mẫu HTML viết đúng": ([f"{BIN}/djlint", "--lint", "--quiet", "templates"], {}),
    "Migration đủ": ([PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"], {}),
    "Sẵn sàng triển khai": (
        [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
}


def run_checks() -> int:
    """Runs every check, tells each one's result, and returns 1 if any failed."""
    install_system_packages("run")
    prepare_virtual_environment("test")
    failed = []
    with tempfile.TemporaryDirectory(prefix="portal-check-") as var_dir:
        Path(var_dir, "static").mkdir()  # where build_assets would write
        for title, (command, variables) in CHECKS.items():
            say(f"→ {title}")
            environment = {**os.environ, "VAR_DIR": var_dir, **variables}
            if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
                failed.append(title)
    if failed:
        say(f"Không đạt: {', '.join(failed)}.")
        return 1
    say("Mọi mục đều đạt.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(run_checks())
    except SetupError as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
