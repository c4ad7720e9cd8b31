"""`manage.py load_units FILE.csv|.xlsx`: make or change units as the file says; a bad file changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.actions.load import save_units
from campaigns.drafting import known_units_and_people
from campaigns.loading import BadFile, read_units
from hanoi_portal.errors import DomainError
from hanoi_portal.management.speaking import find_user, progress_to, read_file


class Command(BaseCommand):
    """Loads units from CSV or a workbook."""

    help = (
        "Nạp các đơn vị từ tệp CSV hoặc XLSX (mã, loại, tên, cấp trên, thời gian tồn tại, địa chỉ)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and, if wanted, who loads it."""
        parser.add_argument("file", metavar="TỆP.csv|.xlsx")
        parser.add_argument("--by", metavar="NGƯỜI", help="tên đăng nhập của người nạp")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, write."""
        by = find_user(options["by"]) if options["by"] else None
        content = read_file(options["file"])
        try:
            drafts = read_units(content, *known_units_and_people())
            result = save_units(drafts, by=by, on_progress=progress_to(self.stdout, _("đơn vị")))
        except BadFile as error:
            text = _("Tệp có %(count)s lỗi, không nạp gì:")
            raise CommandError(f"{text % {'count': len(error.problems)}}\n{error}") from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        text = _("Đơn vị: %(created)s mới, %(changed)s thay đổi, %(same)s giữ nguyên.")
        self.stdout.write(text % vars(result))
