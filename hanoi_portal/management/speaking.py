"""How commands speak with the person at the shell: files, people, progress."""

from collections.abc import Callable
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper
from django.utils.translation import gettext as _

from hanoi_portal.models import User


def read_file(name: str) -> bytes:
    """Return the file's bytes; CommandError in one sentence if it cannot be read."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        text = _("Không đọc được tệp %(name)s: %(error)s.")
        raise CommandError(text % {"name": name, "error": error.strerror}) from error


def write_file(name: str, content: bytes) -> None:
    """Write the bytes to a file; CommandError in one sentence if they cannot be."""
    try:
        Path(name).write_bytes(content)
    except OSError as error:
        text = _("Không ghi được tệp %(name)s: %(error)s.")
        raise CommandError(text % {"name": name, "error": error.strerror}) from error


def find_user(username: str) -> User:
    """Return the active user; CommandError if there is none."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        text = _("Không có người dùng «%(username)s» đang hoạt động.")
        raise CommandError(text % {"username": username})
    return user


def progress_to(stream: OutputWrapper, what: str) -> Callable[[int, int], None]:
    """Return a function that shows how far a load is: one moving line on a terminal, the last one elsewhere."""

    def show(done: int, total: int) -> None:
        if stream.isatty():
            stream.write(f"\r  {what}: {done}/{total}", ending="\n" if done == total else "")
            stream.flush()
        elif done == total:
            stream.write(f"  {what}: {done}/{total}")

    return show
