"""The process environment: what is wrong in it is told in words by a system check and never as a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from hanoi_portal.environment import Environment

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path)


@pytest.mark.parametrize(
    ("value", "meaning"),
    [("1", True), ("Yes", True), ("on", True), ("0", False), ("FALSE", False), ("", None)],
)
def test_a_flag_is_read(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, value: str, meaning: bool | None
) -> None:
    monkeypatch.setenv("DEMO", value)
    assert environment.flag("DEMO") is meaning
    assert environment.problems == []


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("DEBUG", "maybe", "chỉ nhận 1 hoặc 0"),
        ("PORT", "abc", "số nguyên"),
        ("PORT", "0", "số nguyên"),
        ("PORT", "99999", "từ 1 đến 65535"),
        ("PORT", "٣", "số nguyên"),
        ("SITE_URL", "foo", "https://"),
        ("SITE_URL", "http://", "https://"),
        ("SITE_URL", "https://a b", "tên-miền"),
        ("SITE_URL", "https://a.vn/duong/dan", "không có đường dẫn"),
        ("SITE_URL", "https://a.vn:cổng", "https://"),
        ("DATABASE_URL", "mysql://x/y", "postgres://"),
        ("DATABASE_URL", "postgres://u:p@x:abc/y", "postgres://"),
        ("DATABASE_URL", "postgres://x", "thiếu tên cơ sở dữ liệu"),
        ("DATABASE_URL", "postgres://[x/y", "postgres://"),
        ("REDIS_URL", "http://x", "redis://"),
        ("REDIS_URL", "redis://x:abc", "redis://"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "10.0.0.0/8"),
        ("TRUSTED_PROXIES", "nginx", "10.0.0.0/8"),
        ("EMAIL_URL", "http://x", "smtp://"),
        ("EMAIL_URL", "smtp://x:abc", "smtp://"),
        ("EMAIL_URL", "smtp://", "smtp://"),
    ],
)
def test_a_wrong_value_is_told_in_words_and_something_safe_stands_in_its_place(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, name: str, value: str, word: str
) -> None:
    monkeypatch.setenv(name, value)
    read = {
        "DEBUG": lambda: environment.flag(name, default=False),
        "PORT": lambda: environment.number(name, 8000, 65535),
        "SITE_URL": lambda: environment.site_url(name, "http://localhost:8000"),
        "DATABASE_URL": lambda: environment.database(environment.base_dir)["ENGINE"],
        "TRUSTED_PROXIES": lambda: environment.networks(name, []),
        "REDIS_URL": lambda: environment.url(name, "", {"redis", "rediss"}),
        "EMAIL_URL": lambda: environment.email(),
    }
    safe = {
        "DEBUG": False,
        "PORT": 8000,
        "SITE_URL": "http://localhost:8000",
        "DATABASE_URL": "django.db.backends.sqlite3",
        "TRUSTED_PROXIES": [],
        "REDIS_URL": "",
        "EMAIL_URL": {"EMAIL_BACKEND": "hanoi_portal.mail_backends.FileBackend"},
    }
    assert read[name]() == safe[name]
    [problem] = environment.problems
    assert problem.startswith(name)
    assert word in problem


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgres://cong722@%2Fvar%2Frun%2Fpostgresql/cong722", "/var/run/postgresql"),
        ("postgres://%2Fvar%2Frun%2Fpostgresql/cong722", "/var/run/postgresql"),
        ("postgres://cong722@[::1]:5433/cong722", "::1"),
        ("postgres:///cong722", ""),
    ],
)
def test_a_database_may_be_reached_by_its_socket(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, url: str, host: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    database = environment.database(environment.base_dir)
    assert (database["HOST"], database["NAME"]) == (host, "cong722")
    assert environment.problems == []


def test_right_values_are_taken(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://cong:mat%2Fkhau@db:5433/cong722")
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://thu:khau@mail.example:587")
    monkeypatch.setenv("SITE_URL", "https://cong722.example/")
    database, email = environment.database(environment.base_dir), environment.email()
    assert database["ENGINE"] == "hanoi_portal.postgresql"
    assert (database["PASSWORD"], database["PORT"]) == ("mat/khau", 5433)
    assert email["EMAIL_BACKEND"] == "hanoi_portal.mail_backends.SmtpBackend"
    assert (email["EMAIL_HOST"], email["EMAIL_PORT"]) == ("mail.example", 587)
    assert email["EMAIL_USE_TLS"] is True
    assert environment.site_url("SITE_URL", "") == "https://cong722.example"
    assert environment.problems == []


def test_the_secret_key_is_made_once_and_readable_by_its_owner_alone(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    key = environment.secret_key(tmp_path / "var")
    assert len(key) >= 50
    assert environment.secret_key(tmp_path / "var") == key
    assert (tmp_path / "var" / "secret-key").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("SECRET_KEY", "của người vận hành")
    assert environment.secret_key(tmp_path / "var") == "của người vận hành"


def test_a_folder_that_cannot_be_written_is_told(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "tep").write_text("")
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "tep" / "var"))
    folder = environment.own_folder("VAR_DIR", tmp_path)
    assert folder.is_dir()
    assert environment.problems == [f"VAR_DIR: không ghi được vào thư mục {tmp_path}/tep/var."]


def test_the_check_tells_every_problem(settings: Settings) -> None:
    settings.ENVIRONMENT_PROBLEMS = ["PORT='abc': phải là số.", "DEBUG='x': chỉ nhận 1 hoặc 0."]
    told = [str(message.msg) for message in run_checks() if message.id == "hanoi_portal.E001"]
    assert told == settings.ENVIRONMENT_PROBLEMS


def test_a_wrong_environment_stops_every_command_with_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=ROOT,
        env={
            **os.environ,
            "VAR_DIR": str(tmp_path),
            "DATABASE_URL": "mysql://x/y",
            "REDIS_URL": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "DATABASE_URL: phải là một địa chỉ đúng" in done.stderr
    assert "Traceback" not in done.stderr


def test_ringing_does_not_wait_for_a_broker_that_is_away(tmp_path: Path) -> None:
    """In a process of its own, whose Redis is a port that nobody listens on."""
    code = (
        "import django, time; django.setup()\n"
        "from hanoi_portal.outbox import queue\n"
        "start = time.monotonic(); queue.ring(); print(time.monotonic() - start)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(tmp_path), "REDIS_URL": "redis://127.0.0.1:1/0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) < 3
    assert "Broker unreachable, the sweep will send" in done.stderr
