"""`manage.py give_again NUMBER --reason WORDS --by USER`: giving recalled assignments again from the shell."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext_lazy as _

from campaigns.actions.give_again import give_again, preview_give_again
from campaigns.management.changing import ChangeCommand
from campaigns.management.choosing import read_day


class Command(ChangeCommand):
    """Gives some or all recalled assignments of a plan again, or shows what that would do."""

    help = "Giao lại một số hoặc mọi phân công đã thu hồi của kế hoạch; báo cáo và lịch sử vẫn còn."
    preview = preview_give_again
    act = give_again
    not_done = _("Xem trước, chưa giao lại:")
    done = _("  %(changed)s phân công giao lại")
    takes_recalled = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the day too, where the old one does not do."""
        super().add_arguments(parser)
        parser.add_argument("--to", metavar="NGÀY", default="", help="thời hạn mới: 31/12/2026")

    def typed(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return the day."""
        return {"deadline": read_day(options["to"]) if options["to"] else None}
