"""`manage.py export_plan NUMBER --to FILE.yaml|.xlsx`: write a plan so that `load_plan` reads it back identical."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.drafting import draft_of, offered_groups, offered_units
from campaigns.loading import plan_to_workbook, plan_to_yaml
from campaigns.models import Plan
from hanoi_portal.document_number import clean_document_number
from hanoi_portal.errors import DomainError
from hanoi_portal.management.speaking import write_file


class Command(BaseCommand):
    """Exports a plan, or the empty template."""

    help = "Xuất một kế hoạch ra tệp YAML hoặc XLSX (nạp lại được y nguyên), hoặc xuất mẫu trống."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the plan's number and the file."""
        parser.add_argument("number", nargs="?", metavar="SỐ", help="bỏ trống để xuất mẫu trống")
        parser.add_argument("--to", required=True, metavar="TỆP.yaml|.xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file whose name's end says the form."""
        name = options["to"]
        is_workbook = name.lower().endswith(".xlsx")
        if not is_workbook and not name.lower().endswith((".yaml", ".yml")):
            raise CommandError(_("Tên tệp phải kết thúc bằng .yaml hoặc .xlsx."))
        if options["number"] is None:
            if not is_workbook:
                raise CommandError(_("Mẫu trống chỉ có ở dạng .xlsx."))
            write_file(name, plan_to_workbook(None, offered_units(), offered_groups()))
            self.stdout.write(_("Đã ghi mẫu trống vào %(name)s.") % {"name": name})
            return
        draft = draft_of(self._plan(options["number"]))
        write_file(
            name,
            plan_to_workbook(draft, offered_units(), offered_groups())
            if is_workbook
            else plan_to_yaml(draft),
        )
        told = {"number": draft.number, "tasks": len(draft.tasks), "name": name}
        self.stdout.write(_("Đã ghi kế hoạch %(number)s (%(tasks)s nhiệm vụ) vào %(name)s.") % told)

    def _plan(self, typed: str) -> Plan:
        try:
            number = clean_document_number(typed)
        except DomainError as error:
            raise CommandError(str(error)) from error
        plan = Plan.objects.filter(number=number).first()
        if plan is None:
            raise CommandError(_("Không có kế hoạch số %(number)s.") % {"number": number})
        return plan
