"""`manage.py load_holidays [FILE.csv]`: put the year's holidays on file; days that are there already are kept."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

import campaigns
from campaigns.models import Holiday
from hanoi_portal.management.speaking import read_file

OURS = Path(campaigns.__file__).parent / "data" / "holidays.csv"


class Command(BaseCommand):
    """Loads holidays from CSV."""

    help = (
        "Nạp ngày nghỉ lễ, ngày làm bù từ tệp CSV (day,name,is_worked); ngày đã có thì giữ nguyên."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file; without one, the portal's own."""
        parser.add_argument("file", metavar="TỆP.csv", nargs="?", default=str(OURS))

    def handle(self, *args: Any, **options: Any) -> None:
        """Read all, then write all."""
        try:
            content = read_file(options["file"]).decode("utf-8-sig")
            rows = [
                (date.fromisoformat(row["day"]), row["name"].strip(), bool(row["is_worked"]))
                for row in csv.DictReader(io.StringIO(content))
            ]
        except (KeyError, ValueError, AttributeError, TypeError) as error:
            text = _("Tệp không đúng dạng day,name,is_worked (2026-09-02,Quốc khánh,): %(error)s")
            raise CommandError(text % {"error": error}) from error
        known = set(Holiday.objects.values_list("day", flat=True))
        new = {day: (name, worked) for day, name, worked in rows if day not in known}
        Holiday.objects.bulk_create(
            Holiday(day=day, name=name, is_worked=worked) for day, (name, worked) in new.items()
        )
        self.stdout.write(_("Ngày nghỉ, làm bù: %(count)s mới.") % {"count": len(new)})
