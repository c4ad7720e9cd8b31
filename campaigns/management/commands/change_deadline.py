"""`manage.py change_deadline NUMBER --to DAY --reason WORDS --by USER`: moving deadlines from the shell."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.actions.change_deadline import change_deadlines, preview_deadline
from campaigns.actions.many import ChangeResult, require_change_given
from campaigns.management.choosing import add_choice, chosen, read_day
from hanoi_portal.errors import DomainError
from hanoi_portal.management.speaking import find_user
from hanoi_portal.models import HistoryEntry
from hanoi_portal.text import clean_paragraphs


class Command(BaseCommand):
    """Moves the deadline of some or all assignments of a plan, or shows what that would do."""

    help = "Đổi thời hạn của một số hoặc mọi phân công của kế hoạch; thời hạn ban đầu vẫn được giữ."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which assignments, the day and the reason."""
        add_choice(parser)
        parser.add_argument("--to", metavar="NGÀY", required=True, help="31/12/2026 hay 2026-12-31")
        parser.add_argument("--reason", metavar="LÝ_DO", required=True, help="gửi cho các đơn vị")

    def handle(self, *args: Any, **options: Any) -> None:
        """Preview or change, then say how many."""
        by, deadline = find_user(options["by"]), read_day(options["to"])
        reason = clean_paragraphs(options["reason"])
        try:
            require_change_given(by)
            assignments = chosen(options)
            if options["dry_run"]:
                choice = preview_deadline(assignments, deadline=deadline, reason=reason)
                result = ChangeResult(len(choice.changing), choice.unit_count, len(choice.left))
                self.stdout.write(_("Xem trước, chưa đổi:"))
            else:
                result = change_deadlines(
                    assignments,
                    deadline=deadline,
                    reason=reason,
                    by=by,
                    via=HistoryEntry.Via.SHELL,
                )
        except DomainError as error:
            raise CommandError(str(error)) from error
        told = vars(result)
        self.stdout.write(_("  %(changed)s phân công đổi thời hạn") % told)
        self.stdout.write(_("  %(units)s đơn vị được thông báo") % told)
        self.stdout.write(_("  %(left)s phân công giữ nguyên") % told)
