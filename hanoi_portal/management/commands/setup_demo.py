"""`manage.py setup_demo`: fills an empty portal so that it can be looked at, tried and shown.

Each app adds its steps through the registry. By itself the command runs only on the embedded database while that is
empty (or while an earlier run was cut short); on another database only with DEMO=1; never where people come by https.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from hanoi_portal.accounts.demo import AccountsFile, demo_account
from hanoi_portal.models import User
from hanoi_portal.registry import registry


class Command(BaseCommand):
    """Run the steps of the demonstration, each of which may be run again."""

    help = "Nạp dữ liệu dùng thử (tự quyết định có nạp hay không; DEMO=1 để nạp, DEMO=0 để không)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Decide, then run every step in order."""
        unfinished = Path(settings.VAR_DIR) / "run" / "demo-unfinished"
        reason = reason_against(is_unfinished=unfinished.exists())
        if reason:
            self.stdout.write(reason)
            return
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        unfinished.touch()
        file = AccountsFile(Path(settings.VAR_DIR) / "demo-accounts.txt")
        with translation.override(settings.LANGUAGE_CODE):
            for label, step in registry.demo_steps():
                self.stdout.write(f"→ {label}")
                self.stdout.flush()
                step(_Context(self, file))
        unfinished.unlink()


def reason_against(*, is_unfinished: bool) -> str:
    """Return why the demonstration is not to be loaded here, or nothing."""
    if settings.IS_HTTPS:
        return "Không nạp dữ liệu dùng thử: SITE_URL là https."
    if settings.DEMO is not None:
        return "" if settings.DEMO else "Không nạp dữ liệu dùng thử: DEMO=0."
    if not settings.IS_EMBEDDED_DATABASE:
        return "Không nạp dữ liệu dùng thử: có DATABASE_URL mà không có DEMO=1."
    if not is_unfinished and User.objects.exists():
        return "Không nạp dữ liệu dùng thử: cơ sở dữ liệu đã có người dùng."
    return ""


class _Context:
    """What a step gets (see `registry.DemoContext`)."""

    def __init__(self, command: Command, file: AccountsFile) -> None:
        self._command = command
        self._file = file

    def say(self, text: str) -> None:
        """Tell the person who waits what is being done."""
        self._command.stdout.write(f"  {text}")
        self._command.stdout.flush()

    def accounts(
        self, username: str, full_name: str, role: str, *, email: str | None = None
    ) -> User:
        """Return the demo user, made with a random password if absent."""
        return demo_account(self._file, username, full_name, role, email)
