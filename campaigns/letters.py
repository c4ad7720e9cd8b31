"""The words of the letters to units: what the worker sends for a notice, in plain text and HTML.

Sentences are made here, once, and laid out by the templates, so that both forms of a letter say the same.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanoi_portal.registry import RenderedMail

from . import links, reminder_letters, sheet
from .models import Assignment, Notice, Plan, Unit
from .models.plan import Role

SUBJECTS_OF_CHANGES = {
    Notice.Event.HANDED_DOWN: gettext_lazy(
        "V/v giao nhiệm vụ thực hiện Kế hoạch số %(number)s – %(unit)s"
    ),
    Notice.Event.ADDED: gettext_lazy(
        "V/v giao bổ sung nhiệm vụ thực hiện Kế hoạch số %(number)s – %(unit)s"
    ),
    Notice.Event.DEADLINE_CHANGED: gettext_lazy(
        "V/v đổi thời hạn nhiệm vụ của Kế hoạch số %(number)s – %(unit)s"
    ),
    Notice.Event.RECALLED: gettext_lazy(
        "V/v thu hồi nhiệm vụ của Kế hoạch số %(number)s – %(unit)s"
    ),
}


def render(notice_id: int) -> RenderedMail:
    """Return the mail of a notice, in Vietnamese."""
    notice = Notice.objects.select_related(
        "unit", "plan__issuer", "plan__issued_by", "plan__carries_out_issuer"
    ).get(pk=notice_id)
    assignments = list(
        notice.assignments.select_related("task__plan", "parent__unit").order_by(
            "task__code_sort", "pk"
        )
    )
    with translation.override("vi"):
        subject = _subject(notice, assignments)
        signer = _signer(notice, assignments)
        change = _change(notice, assignments)
        context = {
            "subject": subject,
            "change": change,
            "unit": notice.unit,
            "plan": notice.plan,
            "total": len(assignments),
            "groups": reminder_letters.groups_of(notice, assignments)
            if notice.event == Notice.Event.REMINDER
            else _groups(assignments),
            "grounds": _grounds(notice.plan),
            "request": _request(notice, assignments),
            "signer": signer,
            "contact": _contact(notice.plan) if signer == notice.plan.issuer else "",
            "words": notice.words,
            "desk_url": settings.SITE_URL + _desk_page(notice, assignments),
            "link_url": _link(notice, assignments),
            "link_until": notice.link_until,
            "sheet_url": _sheet(notice),
            "reply_to": _reply_to(notice.plan),
        }
        template = f"campaigns/mail/notice_{'change' if change else notice.event}"
        return RenderedMail(
            subject=subject,
            text=render_to_string(f"{template}.txt", context).strip() + "\n",
            html=render_to_string(f"{template}.html", context),
            headers={**_thread(notice), **_addressing(notice.plan)},
        )


def _desk_page(notice: Notice, assignments: Sequence[Assignment]) -> str:
    """Return where the letter leads: the desk, or the one assignment that a decision is about."""
    if notice.event == Notice.Event.RECALLED:
        return "/can-bo/"
    if notice.event != Notice.Event.ISSUED and len(assignments) == 1:
        return assignments[0].get_absolute_url()
    return "/can-bo/"


def _link(notice: Notice, assignments: Sequence[Assignment]) -> str:
    """Return the signed link in full, or nothing where the letter carries none."""
    if not links.is_open(notice):
        return ""
    one = assignments[0] if notice.event != Notice.Event.ISSUED and len(assignments) == 1 else None
    return settings.SITE_URL + links.path_of(notice, one)


def _subject(notice: Notice, assignments: Sequence[Assignment]) -> str:
    if notice.event == Notice.Event.REMINDER:
        return reminder_letters.subject_of(notice, assignments)
    if notice.event == Notice.Event.RETURNED:
        pattern = _(
            "V/v đề nghị bổ sung báo cáo nhiệm vụ %(codes)s, Kế hoạch số %(number)s – %(unit)s"
        )
    elif notice.event == Notice.Event.ACCEPTED:
        pattern = _("V/v chấp nhận báo cáo nhiệm vụ %(codes)s, Kế hoạch số %(number)s – %(unit)s")
    elif notice.event == Notice.Event.QUESTION:
        pattern = _("V/v hỏi về nhiệm vụ %(codes)s, Kế hoạch số %(number)s – %(unit)s")
    elif notice.event in SUBJECTS_OF_CHANGES:
        pattern = str(SUBJECTS_OF_CHANGES[Notice.Event(notice.event)])
    elif _is_asked(notice.unit):
        pattern = _("V/v đề nghị phối hợp thực hiện Kế hoạch số %(number)s – %(unit)s")
    else:
        pattern = _("V/v giao nhiệm vụ thực hiện Kế hoạch số %(number)s – %(unit)s")
    codes = ", ".join(assignment.task.code for assignment in assignments)
    return pattern % {"number": notice.plan.number, "unit": notice.unit.name, "codes": codes}


def _is_asked(unit: Unit) -> bool:
    """Whether the unit is asked rather than told: a city department gives the Party's offices no orders."""
    return unit.kind == Unit.Kind.PARTY


def _groups(assignments: Sequence[Assignment]) -> list[tuple[str, list[Assignment]]]:
    """Return the assignments to carry out and those to take part in, each group with its heading."""
    headings = {
        Role.LEAD: _("CHỦ TRÌ THỰC HIỆN (%(count)s nhiệm vụ)"),
        Role.COORDINATE: _("PHỐI HỢP THỰC HIỆN (%(count)s nhiệm vụ)"),
    }
    groups = []
    for role, heading in headings.items():
        if chosen := [each for each in assignments if each.role == role]:
            groups.append((heading % {"count": len(chosen)}, chosen))
    return groups


def _grounds(plan: Plan) -> list[str]:
    """Return on whose authority: the document that the plan carries out, and the plan."""
    lines = []
    if plan.carries_out_number:
        line = _("Căn cứ Kế hoạch số %(number)s") % {"number": plan.carries_out_number}
        if plan.carries_out_issued_on:
            line += _(" ngày %(day)s") % {"day": f"{plan.carries_out_issued_on:%d/%m/%Y}"}
        if plan.carries_out_issuer:
            line += _(" của %(issuer)s") % {"issuer": plan.carries_out_issuer.name}
        lines.append(line + ";")
    text = _("Thực hiện Kế hoạch số %(number)s của %(issuer)s về “%(title)s”,")
    told = {"number": plan.number, "issuer": plan.issuer.name, "title": plan.title}
    return [*lines, text % told]


def _request(notice: Notice, assignments: Sequence[Assignment]) -> str:
    if _is_asked(notice.unit):
        text = _(
            "%(issuer)s trân trọng đề nghị quý cơ quan phối hợp thực hiện %(total)s nhiệm vụ sau:"
        )
    else:
        text = _("%(issuer)s giao và đề nghị quý đơn vị thực hiện %(total)s nhiệm vụ sau:")
    return text % {"issuer": notice.plan.issuer.name, "total": len(assignments)}


def _change(notice: Notice, assignments: Sequence[Assignment]) -> dict[str, Any] | None:
    """Return the sentences of a letter about a change of what was given; None for the other letters."""
    if notice.event not in SUBJECTS_OF_CHANGES:
        return None
    openings = {
        Notice.Event.HANDED_DOWN: _(
            "%(issuer)s giao quý đơn vị thực hiện %(total)s nhiệm vụ sau theo Kế hoạch số %(number)s:"
        ),
        Notice.Event.ADDED: _(
            "%(issuer)s giao bổ sung cho quý đơn vị %(total)s nhiệm vụ theo Kế hoạch số %(number)s. "
            "Các nhiệm vụ đã giao trước đây không thay đổi."
        ),
        Notice.Event.DEADLINE_CHANGED: _(
            "%(issuer)s đổi thời hạn %(total)s nhiệm vụ đã giao cho quý đơn vị theo Kế hoạch số "
            "%(number)s. Thời hạn mới như sau:"
        ),
        Notice.Event.RECALLED: _(
            "%(issuer)s thu hồi %(total)s nhiệm vụ đã giao cho quý đơn vị theo Kế hoạch số %(number)s. "
            "Quý đơn vị không phải thực hiện và báo cáo tiếp:"
        ),
    }
    closings = {
        Notice.Event.HANDED_DOWN: _("Đề nghị quý đơn vị tiếp nhận và báo cáo tại:"),
        Notice.Event.ADDED: _("Đề nghị quý đơn vị tiếp nhận và báo cáo tại:"),
        Notice.Event.DEADLINE_CHANGED: _("Đề nghị quý đơn vị báo cáo trước thời hạn mới tại:"),
        Notice.Event.RECALLED: _("Các nhiệm vụ còn lại và những gì đã báo cáo vẫn xem được tại:"),
    }
    is_new = notice.event in {Notice.Event.ADDED, Notice.Event.HANDED_DOWN}
    return {
        "opening": openings[Notice.Event(notice.event)]
        % {
            "issuer": _signer(notice, assignments).name,
            "total": len(assignments),
            "number": notice.plan.number,
        },
        "reason": _("Lời kèm theo:") if is_new else _("Lý do:"),
        "closing": closings[Notice.Event(notice.event)],
        "open": _("Mở việc của đơn vị"),
        # Of what was recalled there is nothing to report any more.
        "has_link": notice.event != Notice.Event.RECALLED,
    }


def _signer(notice: Notice, assignments: Sequence[Assignment]) -> Unit:
    """Return who speaks: the plan's issuer, or the unit that handed the work down and decides on its reports."""
    parent = assignments[0].parent if assignments else None
    by_parent = {Notice.Event.HANDED_DOWN, Notice.Event.RETURNED, Notice.Event.ACCEPTED}
    if parent is not None and notice.event in by_parent:
        return parent.unit
    return notice.plan.issuer


def _contact(plan: Plan) -> str:
    if plan.issued_by is None:
        return _("Mọi vướng mắc xin liên hệ %(issuer)s.") % {"issuer": plan.issuer.name}
    text = _("Mọi vướng mắc xin liên hệ: %(name)s, %(issuer)s, thư điện tử %(email)s.")
    told = {"name": str(plan.issued_by), "email": plan.issued_by.email}
    return text % {**told, "issuer": plan.issuer.name}


def _sheet(notice: Notice) -> str:
    """Return where the notice's sheet is, to print and pass on; nothing where there is none."""
    if not (links.is_open(notice) and sheet.has_sheet(notice)):
        return ""
    return f"{settings.SITE_URL}{links.path_of(notice)}phieu-giao-viec.pdf"


def _reply_to(plan: Plan) -> str:
    """Return who reads the answers to a plan's letters: the person who issued it."""
    return plan.issued_by.email if plan.issued_by else ""


def _addressing(plan: Plan) -> dict[str, str]:
    """Return who answers are for, and by which name mail programs gather the letters of a plan (RFC 2919)."""
    headers = {"List-Id": f"<{plan.slug}.{urlsplit(settings.SITE_URL).hostname}>"}
    if address := _reply_to(plan):
        headers["Reply-To"] = address
    return headers


def _thread(notice: Notice) -> dict[str, str]:
    """Return the headers that put later letters of a plan under the first one (RFC 5322 §3.6.4)."""
    if notice.event == Notice.Event.ISSUED:
        return {}
    first = (
        Notice.objects.filter(plan=notice.plan, unit=notice.unit, event=Notice.Event.ISSUED)
        .exclude(mail=None)
        .select_related("mail")
        .first()
    )
    if first is None or first.mail is None:
        return {}
    return {"In-Reply-To": first.mail.message_id, "References": first.mail.message_id}
