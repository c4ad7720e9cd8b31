"""The sentences of a letter, made here once, so that plain text and HTML say the same."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Notice
from ..models.plan import Role
from . import reminders
from .facts import Facts, PlanFacts, Row

SUBJECTS_OF_CHANGES = {
    Notice.Event.HANDED_DOWN: gettext_lazy(
        "V/v giao nhiệm vụ thực hiện Kế hoạch số %(number)s – %(unit)s"
    ),
    Notice.Event.ADDED: gettext_lazy(
        "V/v giao bổ sung nhiệm vụ thực hiện Kế hoạch số %(number)s – %(unit)s"
    ),
    Notice.Event.PERIOD: gettext_lazy(
        "V/v giao nhiệm vụ kỳ mới thực hiện Kế hoạch số %(number)s – %(unit)s"
    ),
    Notice.Event.DEADLINE_CHANGED: gettext_lazy(
        "V/v đổi thời hạn nhiệm vụ của Kế hoạch số %(number)s – %(unit)s"
    ),
    Notice.Event.EXTENSION: gettext_lazy(
        "V/v trả lời đề nghị gia hạn nhiệm vụ của Kế hoạch số %(number)s – %(unit)s"
    ),
    Notice.Event.MOVED_ON: gettext_lazy(
        "V/v tiếp nhận nhiệm vụ của đơn vị đã chấm dứt, Kế hoạch số %(number)s – %(unit)s"
    ),
    Notice.Event.GIVEN_AGAIN: gettext_lazy(
        "V/v giao lại nhiệm vụ của Kế hoạch số %(number)s – %(unit)s"
    ),
    Notice.Event.RECALLED: gettext_lazy(
        "V/v thu hồi nhiệm vụ của Kế hoạch số %(number)s – %(unit)s"
    ),
}


def subject(facts: Facts, unit: str) -> str:
    """Return the subject of a letter to a unit of this name."""
    if facts.event == Notice.Event.REMINDER:
        return reminders.subject_of(facts.rows, unit)
    if facts.event == Notice.Event.RETURNED:
        pattern = _(
            "V/v đề nghị bổ sung báo cáo nhiệm vụ %(codes)s, Kế hoạch số %(number)s – %(unit)s"
        )
    elif facts.event == Notice.Event.ACCEPTED:
        pattern = _("V/v chấp nhận báo cáo nhiệm vụ %(codes)s, Kế hoạch số %(number)s – %(unit)s")
    elif facts.event == Notice.Event.QUESTION:
        pattern = _("V/v hỏi về nhiệm vụ %(codes)s, Kế hoạch số %(number)s – %(unit)s")
    elif facts.event in SUBJECTS_OF_CHANGES:
        pattern = str(SUBJECTS_OF_CHANGES[Notice.Event(facts.event)])
    elif facts.is_asked:
        pattern = _("V/v đề nghị phối hợp thực hiện Kế hoạch số %(number)s – %(unit)s")
    else:
        pattern = _("V/v giao nhiệm vụ thực hiện Kế hoạch số %(number)s – %(unit)s")
    codes = ", ".join(row.task.code for row in facts.rows)
    return pattern % {"number": facts.plan.number, "unit": unit, "codes": codes}


def groups(facts: Facts) -> list[tuple[str, list[Row]]]:
    """Return what to carry out and what to take part in, each with its heading; a reminder's by their rungs."""
    if facts.event == Notice.Event.REMINDER:
        return reminders.groups_of(facts.rows)
    headings = {
        Role.LEAD: _("CHỦ TRÌ THỰC HIỆN (%(count)s nhiệm vụ)"),
        Role.COORDINATE: _("PHỐI HỢP THỰC HIỆN (%(count)s nhiệm vụ)"),
    }
    found = []
    for role, heading in headings.items():
        if chosen := [row for row in facts.rows if row.role == role]:
            found.append((heading % {"count": len(chosen)}, chosen))
    return found


def grounds(plan: PlanFacts) -> list[str]:
    """Return on whose authority: the document that the plan carries out, and the plan."""
    lines = []
    if plan.carries_out_number:
        line = _("Căn cứ Kế hoạch số %(number)s") % {"number": plan.carries_out_number}
        if plan.carries_out_issued_on:
            line += _(" ngày %(day)s") % {"day": f"{plan.carries_out_issued_on:%d/%m/%Y}"}
        if plan.carries_out_issuer:
            line += _(" của %(issuer)s") % {"issuer": plan.carries_out_issuer}
        lines.append(line + ";")
    text = _("Thực hiện Kế hoạch số %(number)s của %(issuer)s về “%(title)s”,")
    told = {"number": plan.number, "issuer": plan.issuer, "title": plan.title}
    return [*lines, text % told]


def request(facts: Facts) -> str:
    """Return what the unit is asked to do."""
    if facts.is_asked:
        text = _(
            "%(issuer)s trân trọng đề nghị quý cơ quan phối hợp thực hiện %(total)s nhiệm vụ sau:"
        )
    else:
        text = _("%(issuer)s giao và đề nghị quý đơn vị thực hiện %(total)s nhiệm vụ sau:")
    return text % {"issuer": facts.plan.issuer, "total": len(facts.rows)}


def change(facts: Facts) -> dict[str, Any] | None:
    """Return the sentences of a letter about a change of what was given; None for the other letters."""
    if facts.event not in SUBJECTS_OF_CHANGES:
        return None
    openings = {
        Notice.Event.HANDED_DOWN: _(
            "%(issuer)s giao quý đơn vị thực hiện %(total)s nhiệm vụ sau theo Kế hoạch số %(number)s:"
        ),
        Notice.Event.ADDED: _(
            "%(issuer)s giao bổ sung cho quý đơn vị %(total)s nhiệm vụ theo Kế hoạch số %(number)s. "
            "Các nhiệm vụ đã giao trước đây không thay đổi."
        ),
        Notice.Event.PERIOD: _(
            "%(issuer)s giao quý đơn vị %(total)s nhiệm vụ định kỳ của kỳ mới theo Kế hoạch số "
            "%(number)s. Báo cáo của các kỳ trước không thay đổi."
        ),
        Notice.Event.DEADLINE_CHANGED: _(
            "%(issuer)s đổi thời hạn %(total)s nhiệm vụ đã giao cho quý đơn vị theo Kế hoạch số "
            "%(number)s. Thời hạn mới như sau:"
        ),
        Notice.Event.EXTENSION: _(
            "%(issuer)s trả lời đề nghị gia hạn của quý đơn vị đối với %(total)s nhiệm vụ theo Kế hoạch "
            "số %(number)s. Thời hạn hiện nay như sau:"
        ),
        Notice.Event.MOVED_ON: _(
            "%(issuer)s chuyển cho quý đơn vị %(total)s nhiệm vụ theo Kế hoạch số %(number)s của đơn vị mà quý "
            "đơn vị kế tục. Những gì đã báo cáo vẫn được giữ. Thời hạn như sau:"
        ),
        Notice.Event.GIVEN_AGAIN: _(
            "%(issuer)s giao lại cho quý đơn vị %(total)s nhiệm vụ đã thu hồi trước đây theo Kế hoạch số "
            "%(number)s. Những gì đã báo cáo vẫn được giữ. Thời hạn như sau:"
        ),
        Notice.Event.RECALLED: _(
            "%(issuer)s thu hồi %(total)s nhiệm vụ đã giao cho quý đơn vị theo Kế hoạch số %(number)s. "
            "Quý đơn vị không phải thực hiện và báo cáo tiếp:"
        ),
    }
    closings = {
        Notice.Event.HANDED_DOWN: _("Đề nghị quý đơn vị tiếp nhận và báo cáo tại:"),
        Notice.Event.ADDED: _("Đề nghị quý đơn vị tiếp nhận và báo cáo tại:"),
        Notice.Event.PERIOD: _("Đề nghị quý đơn vị tiếp nhận và báo cáo tại:"),
        Notice.Event.DEADLINE_CHANGED: _("Đề nghị quý đơn vị báo cáo trước thời hạn mới tại:"),
        Notice.Event.EXTENSION: _("Đề nghị quý đơn vị báo cáo trước thời hạn tại:"),
        Notice.Event.MOVED_ON: _("Đề nghị quý đơn vị tiếp nhận và báo cáo tại:"),
        Notice.Event.GIVEN_AGAIN: _("Đề nghị quý đơn vị tiếp nhận và báo cáo tại:"),
        Notice.Event.RECALLED: _("Các nhiệm vụ còn lại và những gì đã báo cáo vẫn xem được tại:"),
    }
    headings = {
        Notice.Event.ADDED: _("Lời kèm theo:"),
        Notice.Event.PERIOD: _("Lời kèm theo:"),
        Notice.Event.HANDED_DOWN: _("Lời kèm theo:"),
        Notice.Event.EXTENSION: _("Trả lời:"),
    }
    return {
        "opening": openings[Notice.Event(facts.event)]
        % {
            "issuer": signer(facts),
            "total": len(facts.rows),
            "number": facts.plan.number,
        },
        "reason": headings.get(Notice.Event(facts.event), _("Lý do:")),
        "closing": closings[Notice.Event(facts.event)],
        "open": _("Mở việc của đơn vị"),
        # Of what was recalled there is nothing to report any more.
        "has_link": facts.event != Notice.Event.RECALLED,
    }


def signer(facts: Facts) -> str:
    """Return who speaks: the plan's issuer, or the unit that handed the work down and decides on its reports."""
    by_parent = {
        Notice.Event.HANDED_DOWN,
        Notice.Event.RETURNED,
        Notice.Event.ACCEPTED,
        Notice.Event.EXTENSION,
    }
    if facts.handed_down_by and (facts.is_from_above or facts.event in by_parent):
        return facts.handed_down_by
    return facts.plan.issuer


def contact(plan: PlanFacts) -> str:
    """Return whom to ask."""
    if not plan.issued_by:
        return _("Mọi vướng mắc xin liên hệ %(issuer)s.") % {"issuer": plan.issuer}
    text = _("Mọi vướng mắc xin liên hệ: %(name)s, %(issuer)s, thư điện tử %(email)s.")
    told = {"name": plan.issued_by, "email": plan.reply_to}
    return text % {**told, "issuer": plan.issuer}
