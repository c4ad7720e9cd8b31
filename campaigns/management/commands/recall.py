"""`manage.py recall NUMBER --reason WORDS --by USER`: taking assignments back from the shell."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.actions.many import ChangeResult, require_change_given
from campaigns.actions.recall import preview_recall, recall
from campaigns.management.choosing import add_choice, chosen
from hanoi_portal.errors import DomainError
from hanoi_portal.management.speaking import find_user
from hanoi_portal.models import HistoryEntry
from hanoi_portal.text import clean_paragraphs


class Command(BaseCommand):
    """Recalls some or all assignments of a plan, or shows what that would do."""

    help = "Thu hồi một số hoặc mọi phân công của kế hoạch; báo cáo và lịch sử vẫn còn."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which assignments and the reason."""
        add_choice(parser)
        parser.add_argument("--reason", metavar="LÝ_DO", required=True, help="gửi cho các đơn vị")

    def handle(self, *args: Any, **options: Any) -> None:
        """Preview or recall, then say how many."""
        by, reason = find_user(options["by"]), clean_paragraphs(options["reason"])
        try:
            require_change_given(by)
            assignments = chosen(options)
            if options["dry_run"]:
                choice = preview_recall(assignments, reason=reason)
                result = ChangeResult(len(choice.changing), choice.unit_count, len(choice.left))
                self.stdout.write(_("Xem trước, chưa thu hồi:"))
            else:
                result = recall(assignments, reason=reason, by=by, via=HistoryEntry.Via.SHELL)
        except DomainError as error:
            raise CommandError(str(error)) from error
        told = vars(result)
        self.stdout.write(_("  %(changed)s phân công thu hồi") % told)
        self.stdout.write(_("  %(units)s đơn vị được thông báo") % told)
        self.stdout.write(_("  %(left)s phân công giữ nguyên") % told)
