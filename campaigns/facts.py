"""What an assignment says of itself: the six clear things (sáu rõ), the same on the desk and in the admin."""

from datetime import date

from django.utils.translation import gettext as _

from .models import Assignment, Membership
from .models.plan import Role

NAMED = 3  # other units that are named; more are counted


def six_things(assignment: Assignment, on: date) -> list[tuple[str, str]]:
    """Return pairs of name and value: who, what, by when, whose responsibility, which product, whose authority."""
    task, plan = assignment.task, assignment.task.plan
    deadline = f"{assignment.deadline:%d/%m/%Y}"
    if plan.has_assumed_dates:
        deadline += _(" (thời hạn giả định)")
    first = f"{assignment.first_deadline:%d/%m/%Y}"
    product = task.deliverable
    if task.is_deliverable_assumed:
        product += _(" (sản phẩm giả định)")
    people = Membership.objects.current(on).filter(unit=assignment.unit, is_responsible=True)
    names = ", ".join(str(each.user) for each in people.select_related("user"))
    giver = assignment.parent.unit if assignment.parent else plan.issuer
    authority = _("%(issuer)s, theo Kế hoạch số %(number)s") % {
        "issuer": giver.name,
        "number": plan.number,
    }
    if plan.carries_out_number:
        authority += _(", thực hiện Kế hoạch số %(number)s") % {"number": plan.carries_out_number}
    if task.authority:
        authority += f"; {task.authority}"
    more = [
        (_("Chỉ tiêu"), task.indicator),
        (_("Trọng tâm"), _("có") if task.is_starred else ""),
    ]
    return [
        (_("Ai làm"), f"{assignment.unit.name}{f' – {names}' if names else ''}"),
        (_("Việc gì"), task.title),
        *([(_("Kỳ"), assignment.period_name)] if assignment.period else []),
        (_("Thời hạn ban đầu"), first),
        (_("Thời hạn hiện nay"), deadline),
        (_("Trách nhiệm"), _responsibility(assignment)),
        (_("Sản phẩm đầu ra"), product),
        (_("Ai giao"), authority),
        *((name, words) for name, words in more if words),
    ]


def _responsibility(assignment: Assignment) -> str:
    """Return what the unit does, beside whom, and who answers for it."""
    said = _part(assignment)
    answers = assignment.task.responsibility
    return f"{said}. {answers}" if answers else said


def _part(assignment: Assignment) -> str:
    """Return what the unit does, and beside whom."""
    other = Role.COORDINATE if assignment.role == Role.LEAD else Role.LEAD
    others = Assignment.objects.held().filter(
        task=assignment.task, period=assignment.period, role=other, parent=None
    )
    names = list(others.order_by("unit__name_sort").values_list("unit__name", flat=True))
    said = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        said += _(" và %(count)s đơn vị khác") % {"count": len(names) - NAMED}
    if not said:
        return str(Role(assignment.role).label)
    if assignment.role == Role.LEAD:
        return _("Chủ trì; phối hợp: %(units)s") % {"units": said}
    return _("Phối hợp; chủ trì: %(units)s") % {"units": said}
