"""`manage.py prove_contacts_hidden [DUMP …]`: no reader's phone or address can be read in the database or its dumps."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from comments.contacts import Finding, plain_in_database
from comments.dumps import BROKEN, UnreadableDump, open_dump, plain_in_dump


class Command(BaseCommand):
    """Looks for contacts in plain; fails if there is one."""

    help = "Chứng minh rằng cơ sở dữ liệu và các bản sao lưu không chứa số điện thoại, thư điện tử dạng đọc được."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the dumps: plain, packed, or as pg_dump --format=custom writes them."""
        parser.add_argument("dumps", nargs="*", metavar="BẢN-SAO-LƯU", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Look into the database, then into each dump."""
        found: list[str] = self._say(_("cơ sở dữ liệu"), plain_in_database())
        for path in options["dumps"]:
            try:
                with open_dump(path) as dump:
                    found += self._say(str(path), plain_in_dump(dump))
            except (*BROKEN, UnreadableDump) as error:
                raise CommandError(
                    _("Không đọc được %(path)s: %(error)s") % {"path": path, "error": error}
                ) from error
        if found:
            raise CommandError("\n".join(found))

    def _say(self, where: str, findings: list[Finding]) -> list[str]:
        if not findings:
            text = _("Không có số điện thoại, thư điện tử nào đọc được trong %(where)s.")
            self.stdout.write(text % {"where": where})
        return [
            _("%(where)s: đọc được cột %(column)s của bình luận số %(number)s.")
            % {"where": where, "column": finding.column, "number": finding.comment}
            for finding in findings
        ]
