"""`manage.py add_tasks NUMBER --by USER [--dry-run]`: giving what was added to an issued plan, from the shell."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.actions.add_tasks import add_tasks, preview_additions
from campaigns.actions.issue import IssueResult
from campaigns.actions.many import require_change_given
from campaigns.management.choosing import find_plan
from hanoi_portal.errors import DomainError
from hanoi_portal.management.speaking import find_user
from hanoi_portal.models import HistoryEntry


class Command(BaseCommand):
    """Gives the new tasks of an issued plan, or shows what that would do."""

    help = "Giao phần mới bổ sung của một kế hoạch đã giao; việc đã giao giữ nguyên."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the plan's number, who gives, and whether only to look."""
        parser.add_argument("number", metavar="SỐ", help="số, ký hiệu: 722/KH-STTTT")
        parser.add_argument("--by", metavar="NGƯỜI", required=True, help="tên đăng nhập")
        parser.add_argument("--dry-run", action="store_true", help="chỉ xem, không giao")

    def handle(self, *args: Any, **options: Any) -> None:
        """Preview or give, then print the three counts."""
        by, plan = find_user(options["by"]), find_plan(options["number"])
        try:
            require_change_given(by)
            if options["dry_run"]:
                self.stdout.write(_("Xem trước, chưa giao: %(plan)s") % {"plan": plan})
                result = IssueResult.of(preview_additions(plan))
            else:
                result = add_tasks(plan, by=by, via=HistoryEntry.Via.SHELL)
        except DomainError as error:
            raise CommandError(str(error)) from error
        told = vars(result)
        self.stdout.write(_("  %(lead)s phân công chủ trì") % told)
        self.stdout.write(_("  %(coordinate)s phân công phối hợp") % told)
        self.stdout.write(_("  %(units)s đơn vị được thông báo") % told)
        if result.without_address:
            self.stdout.write(
                _("%(without_address)s đơn vị chưa có địa chỉ nhận thông báo.") % told
            )
