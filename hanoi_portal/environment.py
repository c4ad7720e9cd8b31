"""Reads the environment for settings.py; what is wrong there is kept, to be told in words by a system check.

A bad value must not end in a traceback: the reader falls back to something safe that cannot serve,
and `hanoi_portal.checks` turns each entry of `problems` into an error that names the variable.
"""

import ipaddress
import os
import re
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import environ

SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


_HOST = re.compile(r"[0-9A-Za-z_.:-]+")


def _parts_of(value: str) -> SplitResult | None:
    """Return the parts of an address, or nothing where it is none (brackets or a port that cannot be read)."""
    try:
        parts = urlsplit(value)
        _port = parts.port
    except ValueError:
        return None
    return parts


@dataclass
class Environment:
    """Typed access to the process environment, collecting problems instead of raising them."""

    base_dir: Path
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._env = environ.Env()

    def text(self, name: str, default: str = "") -> str:
        """Return the variable as text, stripped."""
        return str(self._env(name, default=default)).strip()

    def flag(self, name: str, default: bool | None = None) -> bool | None:
        """Return the variable as a boolean (1/0, true/false, yes/no, on/off), or the default."""
        value = self.text(name)
        if not value:
            return default
        if value.lower() in {"1", "true", "yes", "on"}:
            return True
        if value.lower() in {"0", "false", "no", "off"}:
            return False
        self.problems.append(f"{name}={value!r}: chỉ nhận 1 hoặc 0.")
        return default

    def number(self, name: str, default: int, maximum: int = 1_000_000) -> int:
        """Return the variable as a whole number from 1 to the maximum."""
        value = self.text(name)
        if not value:
            return default
        if value.isascii() and value.isdecimal() and 0 < int(value) <= maximum:
            return int(value)
        self.problems.append(f"{name}={value!r}: phải là số nguyên từ 1 đến {maximum}.")
        return default

    def items(self, name: str) -> list[str]:
        """Return the variable, a comma-separated list, as a list of non-empty items."""
        return [item.strip() for item in self.text(name).split(",") if item.strip()]

    def networks(self, name: str, default: list[str]) -> list[str]:
        """Return the variable, a list of addresses and networks (10.0.0.0/8), in one spelling; "unix" is a socket."""
        networks = []
        for item in self.items(name):
            try:
                network = "unix" if item == "unix" else str(ipaddress.ip_network(item))
            except ValueError:
                told = "phải là địa chỉ hoặc mạng như 10.0.0.0/8, hoặc unix."
                self.problems.append(f"{name}: {item!r} {told}")
                continue
            networks.append(network)
        return networks or default

    def folder(self, name: str, default: Path) -> Path:
        """Return the variable as an absolute folder path."""
        value = self.text(name)
        return Path(value).resolve() if value else default

    def own_folder(self, name: str, default: Path) -> Path:
        """Return the variable as a folder that this process may write into, made if it is not there."""
        folder = self.folder(name, default)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            writable = os.access(folder, os.W_OK | os.X_OK)
        except OSError:
            writable = False
        if writable:
            return folder
        self.problems.append(f"{name}: không ghi được vào thư mục {folder}.")
        return Path(tempfile.mkdtemp(prefix="portal-"))

    def url(self, name: str, default: str, schemes: set[str]) -> str:
        """Return the variable as a URL of one of the schemes, without a trailing slash."""
        value = self.text(name)
        if not value:
            return default
        parts = _parts_of(value)
        if not parts or parts.scheme not in schemes or not (parts.hostname or parts.path):
            wanted = ", ".join(f"{scheme}://" for scheme in sorted(schemes))
            self.problems.append(f"{name}: phải là một địa chỉ đúng, bắt đầu bằng {wanted}.")
            return default
        return value.rstrip("/")

    def site_url(self, name: str, default: str) -> str:
        """Return the variable as the address of a site: scheme, host and perhaps a port, nothing more."""
        value = self.url(name, default, {"http", "https"})
        parts = _parts_of(value)
        host = parts.hostname if parts else None
        if not parts or not host or parts.path or parts.query or not _HOST.fullmatch(host):
            self.problems.append(
                f"{name}: chỉ gồm https://tên-miền (và cổng nếu cần), không có đường dẫn."
            )
            return default
        return value

    def database(self, var_dir: Path) -> dict[str, Any]:
        """Return Django's database dict: DATABASE_URL, or SQLite (WAL) in var/."""
        embedded: dict[str, Any] = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": var_dir / "portal.sqlite3",
            "OPTIONS": SQLITE_OPTIONS,
        }
        value = self.text("DATABASE_URL")
        if not value:
            return embedded
        parts = _parts_of(value)
        if not parts or parts.scheme not in {"postgres", "postgresql", "sqlite"}:
            self.problems.append(
                "DATABASE_URL: phải là một địa chỉ đúng, bắt đầu bằng postgres:// hoặc sqlite://."
            )
            return embedded
        config = dict(environ.Env.db_url_config(value))
        if not config.get("NAME"):
            self.problems.append("DATABASE_URL: thiếu tên cơ sở dữ liệu ở cuối địa chỉ.")
            return embedded
        if parts.scheme == "sqlite":
            return {**embedded, "NAME": config["NAME"]}
        config["ENGINE"] = "hanoi_portal.postgresql"
        config["HOST"] = unquote(config["HOST"])  # of a socket: its folder, as libpq has it (%2F)
        config.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
        config.setdefault("CONN_MAX_AGE", 60)
        config.setdefault("CONN_HEALTH_CHECKS", True)
        return config

    def email(self) -> dict[str, Any]:
        """Return Django's EMAIL_* settings from EMAIL_URL; without it, files in var/mail/."""
        value = self.text("EMAIL_URL")
        if not value:
            return {"EMAIL_BACKEND": "hanoi_portal.mail_backends.FileBackend"}
        parts = _parts_of(value)
        schemes = {"smtp", "smtp+tls", "smtps", "smtp+ssl"}
        if not parts or parts.scheme not in schemes or not parts.hostname:
            self.problems.append(
                "EMAIL_URL: phải là một địa chỉ đúng, bắt đầu bằng smtp://, smtp+tls:// hoặc smtp+ssl://."
            )
            return {"EMAIL_BACKEND": "hanoi_portal.mail_backends.FileBackend"}
        config = dict(environ.Env.email_url_config(value))
        config.pop("EMAIL_FILE_PATH", None)
        config.pop("OPTIONS", None)
        config["EMAIL_BACKEND"] = "hanoi_portal.mail_backends.SmtpBackend"
        return config

    def secret_key(self, var_dir: Path) -> str:
        """Return SECRET_KEY, or the one kept in var/secret-key (made at the first use, 0600)."""
        value = self.text("SECRET_KEY")
        if value:
            return value
        path = var_dir / "secret-key"
        if not path.exists():
            try:
                var_dir.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)
                path.write_text(secrets.token_urlsafe(50), encoding="ascii")
            except OSError as error:
                self.problems.append(f"SECRET_KEY chưa đặt, và không ghi được {path}: {error}.")
                return secrets.token_urlsafe(50)
        return path.read_text(encoding="ascii").strip()
