"""`manage.py give_again NUMBER --reason WORDS --by USER`: giving recalled assignments again from the shell."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.actions.give_again import give_again, preview_give_again
from campaigns.actions.many import ChangeResult, require_change_given
from campaigns.management.choosing import add_choice, chosen, read_day
from hanoi_portal.errors import DomainError
from hanoi_portal.management.speaking import find_user
from hanoi_portal.models import HistoryEntry
from hanoi_portal.text import clean_paragraphs


class Command(BaseCommand):
    """Gives some or all recalled assignments of a plan again, or shows what that would do."""

    help = "Giao lại một số hoặc mọi phân công đã thu hồi của kế hoạch; báo cáo và lịch sử vẫn còn."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which assignments, the day if it is another, and the reason."""
        add_choice(parser)
        parser.add_argument("--to", metavar="NGÀY", default="", help="thời hạn mới: 31/12/2026")
        parser.add_argument("--reason", metavar="LÝ_DO", required=True, help="gửi cho các đơn vị")

    def handle(self, *args: Any, **options: Any) -> None:
        """Preview or give, then say how many."""
        by, reason = find_user(options["by"]), clean_paragraphs(options["reason"])
        deadline = read_day(options["to"]) if options["to"] else None
        try:
            require_change_given(by)
            assignments = chosen(options, is_recalled=True)
            if options["dry_run"]:
                choice = preview_give_again(assignments, deadline=deadline, reason=reason)
                result = ChangeResult(len(choice.changing), choice.unit_count, len(choice.left))
                self.stdout.write(_("Xem trước, chưa giao lại:"))
            else:
                result = give_again(
                    assignments,
                    deadline=deadline,
                    reason=reason,
                    by=by,
                    via=HistoryEntry.Via.SHELL,
                )
        except DomainError as error:
            raise CommandError(str(error)) from error
        told = vars(result)
        self.stdout.write(_("  %(changed)s phân công giao lại") % told)
        self.stdout.write(_("  %(units)s đơn vị được thông báo") % told)
        self.stdout.write(_("  %(left)s phân công giữ nguyên") % told)
