"""How commands choose assignments (of a plan, all or those of some tasks and units), and read a day."""

from datetime import date, datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.models import Assignment, Plan
from hanoi_portal.text import clean_line


def find_plan(number: str) -> Plan:
    """Return the plan; CommandError if there is none of that number."""
    plan = Plan.objects.filter(number=number).first()
    if plan is None:
        raise CommandError(_("Không có kế hoạch số %(number)s.") % {"number": number})
    return plan


def add_choice(parser: CommandParser) -> None:
    """Take the plan's number, and which of its assignments."""
    parser.add_argument("number", metavar="SỐ", help="số, ký hiệu: 722/KH-STTTT")
    parser.add_argument(
        "--task", action="append", default=[], metavar="NHIỆM_VỤ", help="số nhiệm vụ, lặp lại được"
    )
    parser.add_argument(
        "--unit", action="append", default=[], metavar="ĐƠN_VỊ", help="mã đơn vị, lặp lại được"
    )
    parser.add_argument("--all", action="store_true", help="mọi phân công của kế hoạch")
    parser.add_argument("--by", metavar="NGƯỜI", required=True, help="tên đăng nhập")
    parser.add_argument("--dry-run", action="store_true", help="chỉ xem, không thay đổi gì")


def chosen(options: dict[str, Any], *, is_recalled: bool = False) -> list[Assignment]:
    """Return the held (or recalled) assignments that were asked for.

    CommandError for an unknown task or unit, or when none is named.
    """
    if not (options["task"] or options["unit"] or options["all"]):
        raise CommandError(_("Xin nêu --task, --unit hoặc --all."))
    rows = Assignment.objects
    found = rows.filter(state=Assignment.State.RECALLED) if is_recalled else rows.held()
    found = found.filter(task__plan=find_plan(options["number"]))
    for name, field in (("task", "task__code"), ("unit", "unit__code")):
        if not options[name]:
            continue
        known = set(found.filter(**{f"{field}__in": options[name]}).values_list(field, flat=True))
        if missing := [each for each in options[name] if each not in known]:
            text = _("Kế hoạch không có phân công nào như thế: %(missing)s.")
            raise CommandError(text % {"missing": ", ".join(map(clean_line, missing))})
        found = found.filter(**{f"{field}__in": options[name]})
    return list(found)


def read_day(text: str) -> date:
    """Return the day that was written; CommandError if it is none."""
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    raise CommandError(_("«%(day)s» không phải là ngày. Xin viết như 31/12/2026.") % {"day": text})
