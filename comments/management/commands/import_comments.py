"""`manage.py import_comments FILE.csv|.xlsx`: comments of the city's old site; a bad file changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from comments.actions import import_comments, preview_comments
from comments.loading import read_comments
from hanoi_portal.errors import DomainError
from hanoi_portal.management.speaking import find_user, progress_to, read_file
from hanoi_portal.models import HistoryEntry
from hanoi_portal.table_files import BadFile


class Command(BaseCommand):
    """Brings comments in from CSV or a workbook. Importing twice changes nothing."""

    help = "Nhập bình luận của trang cũ từ tệp CSV hoặc XLSX; nhập lại tệp cũ không thay đổi gì."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, who imports it, what becomes of phones, and whether only to look."""
        parser.add_argument("file", metavar="TỆP.csv|.xlsx")
        parser.add_argument("--by", metavar="NGƯỜI", help="tên đăng nhập của người nhập")
        parser.add_argument(
            "--keep-phones",
            action="store_true",
            help="giữ số điện thoại dưới dạng mã hóa (người gửi đã đồng ý ở trang cũ); không có thì bỏ",
        )
        parser.add_argument("--preview", action="store_true", help="chỉ xem trước, không ghi gì")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, show or write."""
        by = find_user(options["by"]) if options["by"] else None
        content = read_file(options["file"])
        try:
            drafts = read_comments(content, with_phones=options["keep_phones"])
            if options["preview"]:
                change = preview_comments(drafts)
            else:
                change = import_comments(
                    drafts,
                    by=by,
                    via=HistoryEntry.Via.SHELL,
                    on_progress=progress_to(self.stdout, _("bình luận")),
                )
        except BadFile as error:
            text = _("Tệp có %(count)s lỗi, không nhập gì:")
            raise CommandError(f"{text % {'count': len(error.problems)}}\n{error}") from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        text = _(
            "Bình luận: %(new)s mới, %(same)s đã có. Số điện thoại: %(kept)s giữ, %(past)s quá hạn."
        )
        if options["preview"]:
            text = f"{_('Chưa ghi gì.')} {text}"
        told = {
            "new": len(change.new),
            "same": change.same,
            "kept": change.phones_kept,
            "past": change.phones_past,
        }
        self.stdout.write(text % told)
