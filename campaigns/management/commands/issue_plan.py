"""`manage.py issue_plan NUMBER --by USER [--dry-run]`: the coordinator's verb from the shell."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.actions.issue import IssuePreview, IssueResult, issue_plan, preview_issue
from campaigns.models import Plan
from campaigns.rules import can_issue_plan
from hanoi_portal.errors import DomainError
from hanoi_portal.management.speaking import find_user
from hanoi_portal.models import HistoryEntry


class Command(BaseCommand):
    """Gives the tasks of a plan to its units, or shows what that would do."""

    help = "Giao nhiệm vụ của một kế hoạch cho các đơn vị; --dry-run chỉ đếm, không giao."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the plan's number, who issues, and whether only to look."""
        parser.add_argument("number", metavar="SỐ", help="số, ký hiệu: 722/KH-STTTT")
        parser.add_argument("--by", metavar="NGƯỜI", required=True, help="tên đăng nhập")
        parser.add_argument("--dry-run", action="store_true", help="chỉ xem, không giao")

    def handle(self, *args: Any, **options: Any) -> None:
        """Preview or issue, then print the three counts."""
        by = find_user(options["by"])
        plan = Plan.objects.filter(number=options["number"]).first()
        if plan is None:
            raise CommandError(_("Không có kế hoạch số %(number)s.") % options)
        try:
            if options["dry_run"]:
                self._dry_run(plan, can_issue=can_issue_plan(by, plan))
            else:
                self._tell(plan, issue_plan(plan, by=by, via=HistoryEntry.Via.SHELL))
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _dry_run(self, plan: Plan, *, can_issue: bool) -> None:
        if not can_issue:
            raise CommandError(_("Bạn không có quyền giao nhiệm vụ của kế hoạch."))
        preview = preview_issue(plan)
        if plan.is_issued:
            self.stdout.write(_("Kế hoạch %(plan)s đã được giao từ trước.") % {"plan": plan})
        else:
            self.stdout.write(_("Xem trước, chưa giao: %(plan)s") % {"plan": plan})
        self._count(preview.lead_count, preview.coordinate_count, preview.unit_count)
        self._warn(preview)

    def _tell(self, plan: Plan, result: IssueResult) -> None:
        if result.is_new:
            self.stdout.write(_("Đã giao: %(plan)s") % {"plan": plan})
        else:
            text = _("Kế hoạch %(plan)s đã được giao từ trước, không giao thêm gì.")
            self.stdout.write(text % {"plan": plan})
        self._count(result.lead, result.coordinate, result.units)
        if result.without_address:
            text = _("%(count)s đơn vị chưa có địa chỉ nhận thông báo.")
            self.stdout.write(text % {"count": result.without_address})

    def _count(self, lead: int, coordinate: int, units: int) -> None:
        self.stdout.write(_("  %(count)s phân công chủ trì") % {"count": lead})
        self.stdout.write(_("  %(count)s phân công phối hợp") % {"count": coordinate})
        self.stdout.write(_("  %(count)s đơn vị được thông báo") % {"count": units})

    def _warn(self, preview: IssuePreview) -> None:
        for unit in preview.without_address:
            text = _("Chưa có địa chỉ nhận thông báo: %(unit)s")
            self.stdout.write(text % {"unit": unit})
