"""What every test stands on. First of all: no test may touch the shared var/.

The settings module is named here and not in pyproject.toml, because pytest-django would then load it
before this file could point VAR_DIR to a folder of the tests' own.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

if settings.configured:
    raise pytest.UsageError(
        "Cấu hình Django đã nạp trước tests/conftest.py: VAR_DIR chưa được tách riêng."
    )

VAR_DIR = Path(tempfile.mkdtemp(prefix="portal-tests-"))
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)
for _name in ("static", "static-root", "media", "mail", "run", "broker/messages", "broker/control"):
    (VAR_DIR / _name).mkdir(parents=True)
os.environ["VAR_DIR"] = str(VAR_DIR)
os.environ["DJANGO_SETTINGS_MODULE"] = "hanoi_portal.settings"
for _name in (
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "EMAIL_URL",
    "MEDIA_ROOT",
    "PORT",
    "DEMO",
    "GUIDANCE_FOUR_EYES",
):
    os.environ.pop(_name, None)
# Each process of the tests has a Redis database of its own (1 to 8; the harness uses the others): emptying
# one cache must not empty another.
if "REDIS_URL" in os.environ:
    _number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
    os.environ["REDIS_URL"] = (
        urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{_number}").geturl()
    )
# Playwright's synchronous interface runs an event loop in the thread that the tests query the database from.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

pytest_plugins = ["tests.harness.fixtures"]
pytest.register_assert_rewrite("tests.harness")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Settings that only tests have; each for a reason that no test is about."""
    # A test makes many accounts, and the real hasher is slow on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Names without a hash: nothing has to be collected. deploy.prepare collects, and portal tests use it.
    storages: dict[str, Any] = settings.STORAGES
    storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    database: dict[str, Any] = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        # A file, as in production: in memory threads would not meet the locks they meet there.
        database["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a case of bytes by its place: a workbook's bytes tell the second it was made, and workers would differ."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Lets each process of pytest-xdist load the settings only after its own copy of this file."""
    if session.config.getoption("numprocesses", None):
        del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a page are browser tests; tests that start whole portals run one after another."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & {"page", "context", "browser"}:
            item.add_marker("browser")
        if fixtures & {"start_portal", "portal_builder"}:
            item.add_marker(pytest.mark.xdist_group("portal"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, quiet: it may run as root, and it asks nobody on the network for anything."""
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A reader in Hà Nội."""
    return {**browser_context_args, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}


@pytest.fixture(scope="session")
def built_assets() -> None:
    """The webfont and whatever else is made at set-up, for tests that look at pages in a browser."""
    from django.core.management import call_command

    call_command("build_assets")


@pytest.fixture(autouse=True)
def clean_cache() -> None:
    """No test finds what another one has cached."""
    from django.core.cache import cache

    cache.clear()
