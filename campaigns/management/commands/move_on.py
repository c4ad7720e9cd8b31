"""`manage.py move_on NUMBER --reason WORDS --by USER`: open work of closed units to their successors."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext_lazy as _

from campaigns.actions.move_on import move_on, preview_move_on
from campaigns.management.changing import ChangeCommand
from hanoi_portal.text import clean_line


class Command(ChangeCommand):
    """Moves open work of closed units on to their successors, or shows what that would do."""

    help = (
        "Chuyển việc còn mở của đơn vị đã chấm dứt cho đơn vị kế tục; báo cáo và lịch sử vẫn còn."
    )
    preview = preview_move_on
    act = move_on
    not_done = _("Xem trước, chưa chuyển:")
    done = _("  %(changed)s phân công chuyển cho đơn vị kế tục")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take to which unit, where several came after one."""
        super().add_arguments(parser)
        parser.add_argument("--to", metavar="ĐƠN_VỊ", default="", help="mã, khi có nhiều kế tục")

    def typed(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return the successor."""
        return {"successor": clean_line(options["to"])}
