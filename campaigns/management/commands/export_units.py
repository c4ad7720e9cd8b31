"""`manage.py export_units --to FILE.csv|.xlsx`: write all units so that `load_units` reads them back identical."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.drafting import unit_drafts
from campaigns.loading import units_to_csv, units_to_workbook
from campaigns.models import Unit
from hanoi_portal.management.speaking import write_file


class Command(BaseCommand):
    """Exports the units."""

    help = "Xuất các đơn vị ra tệp CSV hoặc XLSX (nạp lại được y nguyên)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and, if wanted, one kind."""
        parser.add_argument("--to", required=True, metavar="TỆP.csv|.xlsx")
        parser.add_argument("--kind", choices=Unit.Kind.values, help="chỉ một loại")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file whose name's end says the form."""
        name = options["to"]
        if not name.lower().endswith((".csv", ".xlsx")):
            raise CommandError(_("Tên tệp phải kết thúc bằng .csv hoặc .xlsx."))
        units = Unit.objects.order_by("kind", "code")
        if options["kind"]:
            units = units.filter(kind=options["kind"])
        drafts = unit_drafts(units)
        is_workbook = name.lower().endswith(".xlsx")
        write_file(name, units_to_workbook(drafts) if is_workbook else units_to_csv(drafts))
        told = {"count": len(drafts), "name": name}
        self.stdout.write(_("Đã ghi %(count)s đơn vị vào %(name)s.") % told)
