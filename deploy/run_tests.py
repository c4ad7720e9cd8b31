"""`make test`: sets up all that the tests need, then runs every one of them.

Two runs, because the portal has two lives: embedded (SQLite, a broker of files, no browser) and full
(PostgreSQL, Redis, SMTP, Chromium). The full one is last, so that the output ends with its summary.
Arguments go to pytest, in both: `make test ARGS="tests/comments -k captcha"`.
"""

import os
import subprocess
import sys

from deploy.python_version import python_problem

if __name__ == "__main__" and python_problem(sys.version_info):
    sys.exit(python_problem(sys.version_info))

from deploy.environment import (
    ROOT,
    VENV_PYTHON,
    SetupError,
    install_system_packages,
    prepare_virtual_environment,
    say,
)
from deploy.prepare import compile_translations
from deploy.with_services import run_beside_services

NOTHING_COLLECTED = 5  # pytest's exit code
# What the person at this terminal may have set for a run of their own must not reach the tests.
OF_A_RUN = [
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "MEDIA_ROOT",
    "PORT",
    "HOST",
    "VAR_DIR",
    "DEMO",
    "DJANGO_SETTINGS_MODULE",
]


def pytest_command(only: str, arguments: list[str]) -> list[str]:
    """pytest on two processes; tests that start whole portals stay together on one of them."""
    parallel = ["-n", "2", "--dist", "loadgroup"]
    if any(
        argument in ("-n", "--pdb", "-s") or argument.startswith("-n") for argument in arguments
    ):
        parallel = []
    return [str(VENV_PYTHON), "-m", "pytest", *parallel, "-m", only, *arguments]


def run_tests(arguments: list[str]) -> int:
    """Both runs; the exit code of the one that failed, 0 when both passed."""
    os.chdir(ROOT)
    install_system_packages("test")
    prepare_virtual_environment("test")
    compile_translations()
    for name in OF_A_RUN:
        os.environ.pop(name, None)

    say("\n=== Lượt nhúng: SQLite, hàng đợi tệp ===")
    embedded = subprocess.run(
        pytest_command("not services and not browser", arguments), check=False
    ).returncode
    if embedded == NOTHING_COLLECTED and arguments:
        embedded = 0  # the part asked for may lie in the other run alone
    if embedded:
        say("Lượt nhúng không đạt; vẫn chạy tiếp lượt đầy đủ.")  # here: pytest's summary comes last

    say("\n=== Lượt đầy đủ: PostgreSQL, Redis, SMTP, Chromium ===")
    full = run_beside_services(pytest_command("not embedded", arguments))
    if full == NOTHING_COLLECTED and arguments:
        full = 0
    return embedded or full


if __name__ == "__main__":
    try:
        sys.exit(run_tests(sys.argv[1:]))
    except SetupError as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
