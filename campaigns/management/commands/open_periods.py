"""`manage.py open_periods`: give the new periods of recurring tasks, as beat does; each period once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from campaigns.actions.open_periods import open_all_periods


class Command(BaseCommand):
    """Opens what has begun by now."""

    help = "Mở kỳ mới của các nhiệm vụ định kỳ; chạy lại không giao thêm gì."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say how many assignments were given."""
        count = open_all_periods()
        self.stdout.write(_("Đã giao %(count)s phân công của kỳ mới.") % {"count": count})
