"""`manage.py prove_contacts_hidden [DUMP …]`: no reader's phone or address can be read in the database or its dumps."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from comments.contacts import Finding, plain_in_database
from comments.dumps import BROKEN, UnreadableDump, open_dump, plain_in_dump, told_in_words


class Command(BaseCommand):
    """Looks for contacts in plain; fails if there is one."""

    help = "Chứng minh rằng cơ sở dữ liệu và các bản sao lưu không chứa số điện thoại, thư điện tử dạng đọc được."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the dumps: plain, packed, or as pg_dump --format=custom writes them."""
        parser.add_argument("dumps", nargs="*", metavar="BẢN-SAO-LƯU", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Look into the database, then into each dump; tell of all of them what is wrong."""
        problems = self._say(_("cơ sở dữ liệu"), plain_in_database())
        for path in options["dumps"]:
            try:
                with open_dump(path) as dump:
                    problems += self._say(str(path), plain_in_dump(dump))
            except (*BROKEN, UnreadableDump) as error:
                text = _("Không đọc được %(path)s: %(error)s")
                problems.append(text % {"path": path, "error": error})
        if problems:
            raise CommandError("\n".join(problems))

    def _say(self, where: str, findings: list[Finding]) -> list[str]:
        """Say that nothing was found; or return what was, and where somebody wrote it in the open."""
        if not findings:
            text = _("Không có số điện thoại, thư điện tử nào đọc được trong %(where)s.")
            self.stdout.write(text % {"where": where})
            return []
        told, problems = told_in_words(), []
        for finding in findings:
            text = _("%(where)s: đọc được cột %(column)s của bình luận số %(number)s.")
            if finding in told:
                text += " " + _("Nó cũng nằm trong lời của bình luận số %(other)s: xin ẩn ở đó.")
            about = {"where": where, "column": finding.column, "number": finding.comment}
            problems.append(text % (about | {"other": told.get(finding)}))
        return problems
