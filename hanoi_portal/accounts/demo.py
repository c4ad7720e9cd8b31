"""The demonstration's accounts: at least one per role, random passwords in `var/demo-accounts.txt`.

Their mail addresses end in `.example`, a name that no mail server can have (RFC 2606): the demonstration
can never write to a real person.
"""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from ..models import User
from ..registry import DemoContext
from ..roles import (
    ADMINISTRATOR,
    COORDINATOR,
    EDITOR,
    MODERATOR,
    PRESS_OFFICER,
    PUBLISHER,
    ROLES,
    UNIT_OFFICER,
    role_group,
)

# Letters and digits that cannot be taken for one another when copied from a screen.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_PEOPLE = (
    ("quan-tri", "Nguyễn Thu Hà", ADMINISTRATOR),
    ("bien-tap", "Trần Minh Đức", EDITOR),
    ("xuat-ban", "Phạm Ngọc Lan", PUBLISHER),
    ("kiem-duyet", "Lê Quang Huy", MODERATOR),
    ("dieu-phoi", "Vũ Thị Mai", COORDINATOR),
    ("can-bo-ba-dinh", "Đỗ Hoàng Nam", UNIT_OFFICER),
    ("can-bo-soc-son", "Ngô Thị Ánh", UNIT_OFFICER),
    ("bao-hanoimoi", "Bùi Thanh Sơn", PRESS_OFFICER),
)


def make_accounts(context: DemoContext) -> None:
    """The ground floor's step of `setup_demo`."""
    for username, full_name, role in _PEOPLE:
        context.accounts(username, full_name, role)


@dataclass
class AccountsFile:
    """`username password role`, a line each, readable by its owner alone."""

    path: Path
    _lines: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        self._lines = {line.split()[0]: line for line in text.splitlines() if line.strip()}

    def put(self, username: str, password: str, role: str) -> None:
        """Write the line of an account, in place of an older one."""
        self._lines[username] = f"{username} {password} {role}"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in self._lines.values()))
        new.replace(self.path)


def demo_account(
    file: AccountsFile, username: str, full_name: str, role: str, email: str | None = None
) -> User:
    """Return the account, made with a random password if it is not there yet."""
    user = User.objects.filter(username=username).first()
    if user:
        return user
    password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    with transaction.atomic():
        user = User(
            username=username,
            full_name=full_name,
            email=email or f"{username}@cong722.example",
            is_staff=ROLES[role].is_staff,
        )
        user.set_password(password)
        user.save()
        user.groups.add(role_group(role))
        # Before the commit: an account whose password nobody knows must not come to be.
        file.put(username, password, role)
    return user
