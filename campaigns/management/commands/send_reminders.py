"""`manage.py send_reminders`: tell units of what is due and overdue, as beat does; once a working day for each unit."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from campaigns.reminders import send_reminders


class Command(BaseCommand):
    """Sends the reminders of today."""

    help = "Nhắc hạn, đôn đốc các đơn vị chưa báo cáo; chạy lại trong ngày không gửi thêm."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say how many units were told."""
        count = send_reminders()
        self.stdout.write(_("Đã nhắc %(count)s đơn vị.") % {"count": count})
