"""`manage.py change_deadline NUMBER --to DAY --reason WORDS --by USER`: moving deadlines from the shell."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext_lazy as _

from campaigns.actions.change_deadline import change_deadlines, preview_deadline
from campaigns.management.changing import ChangeCommand
from campaigns.management.choosing import read_day


class Command(ChangeCommand):
    """Moves the deadline of some or all assignments of a plan, or shows what that would do."""

    help = "Đổi thời hạn của một số hoặc mọi phân công của kế hoạch; thời hạn ban đầu vẫn được giữ."
    preview = preview_deadline
    act = change_deadlines
    not_done = _("Xem trước, chưa đổi:")
    done = _("  %(changed)s phân công đổi thời hạn")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the day too."""
        super().add_arguments(parser)
        parser.add_argument("--to", metavar="NGÀY", required=True, help="31/12/2026 hay 2026-12-31")

    def typed(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return the day."""
        return {"deadline": read_day(options["to"])}
