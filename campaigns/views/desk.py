"""The officers' desk at /can-bo/: what is the unit's, acknowledging it, reporting on it, its evidence."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from hanoi_portal.downloads import download
from hanoi_portal.models import User

from .. import rules
from ..actions.acknowledge import acknowledge
from ..desk_list import Counts, Narrowing, counts_of, list_of, plans_of
from ..facts import six_things
from ..handing_down import shown_parts
from ..models import Assignment, Evidence, Membership
from ..models.plan import Role
from ..series import series_of
from ..standing import Group
from ..timeliness import Timeliness, day_of, timeliness_of
from ..words import history_entries
from . import report
from .approval import waiting_for
from .signed_out import keeping_words

PER_PAGE = 50
LONGEST_CHOICE = 500  # assignments acknowledged at once


@require_safe
@login_required
def show_desk(request: HttpRequest) -> HttpResponse:
    """Show the assignments of the officer's units, what asks for the officer first."""
    user, today = _person(request), day_of()
    memberships = list(Membership.objects.current(today).filter(user=user).select_related("unit"))
    units = [membership.unit for membership in memberships]
    narrowing = Narrowing.read(request.GET)
    rows = list_of(user, today, narrowing)
    counts = counts_of(rows)
    all_counts = counts_of(list_of(user, today, Narrowing())) if narrowing.is_narrow else counts
    if narrowing.group:
        rows = rows.filter(group=narrowing.group)
    shown = rows.with_own_draft(user).select_related("task__plan", "unit")
    paginator = Paginator(shown, PER_PAGE)
    # One count for the heading, the tabs and the pages: they cannot disagree.
    paginator.count = counts.by_group[narrowing.group] if narrowing.group else counts.total
    page = paginator.get_page(request.GET.get("trang"))
    context = {
        "units": units,
        "is_first_visit": bool(units) and not any(each.guide_closed_at for each in memberships),
        "waiting_count": (
            waiting_for(user).count() if any(each.is_head for each in memberships) else 0
        ),
        "page": page,
        "groups": _groups(list(page.object_list), counts),
        "counts": all_counts,
        "narrowing": narrowing,
        "pager_address": f"{narrowing.query or '?'}{'&' if narrowing.query else ''}",
        "tabs": _tabs(narrowing, counts),
        "plans": plans_of(user, today),
        "roles": Role.choices,
        "can_acknowledge": any(each.state == Assignment.State.ISSUED for each in page.object_list),
        "can_follow_up": rules.can_follow_up(user),
    }
    return render(request, "campaigns/desk.html", context)


@require_POST
@login_required
def acknowledge_chosen(request: HttpRequest) -> HttpResponse:
    """Acknowledge the ticked assignments; one that is not the officer's answers 404."""
    user, today = _person(request), day_of()
    chosen = {value for value in request.POST.getlist("phan-cong") if _is_number(value)}
    back = f"{reverse('desk')}{Narrowing.read(request.GET).query}"
    if not chosen:
        messages.warning(request, _("Xin chọn ít nhất một nhiệm vụ để tiếp nhận."))
        return HttpResponseRedirect(back)
    mine = Assignment.objects.of_officer(user, today).select_related("task", "unit")
    found = list(mine.filter(pk__in=sorted(chosen)[:LONGEST_CHOICE]))
    if len(found) != len(chosen):
        raise Http404
    _acknowledge(request, found)
    return HttpResponseRedirect(back)


@require_POST
@login_required
def acknowledge_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Acknowledge the assignment whose page this is."""
    user = _person(request)
    mine = Assignment.objects.of_officer(user, day_of()).select_related("task", "unit")
    assignment = get_object_or_404(mine, pk=pk)
    _acknowledge(request, [assignment])
    return HttpResponseRedirect(assignment.get_absolute_url())


@keeping_words
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one assignment; POST is a report on it."""
    return report.answer(request, _seat(request, pk))


@require_POST
@login_required
def save_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what the officer types, while it is typed."""
    return report.answer_draft(request, _seat(request, pk))


@require_POST
@login_required
def keep_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep files ahead of the report that they are for."""
    return report.answer_files(request, _seat(request, pk))


@require_GET
@login_required
def download_evidence(request: HttpRequest, key: str) -> FileResponse:
    """Give a file to who may see its assignment."""
    visible = Evidence.objects.visible_to(_person(request), day_of()).select_related("stored")
    return download(get_object_or_404(visible, stored__key=key).stored)


# --- parts --------------------------------------------------------------------------------------
def _person(request: HttpRequest) -> User:
    """The signed-in user; `login_required` lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _is_number(value: str) -> bool:
    """Whether it can be a row's number (PostgreSQL's bigint has 19 digits)."""
    return value.isascii() and value.isdecimal() and len(value) <= 18


def _acknowledge(request: HttpRequest, assignments: list[Assignment]) -> None:
    """Do it and say what was done."""
    count = acknowledge(assignments, by=_person(request))
    if count:
        text = ngettext(
            "Đã tiếp nhận %(count)s nhiệm vụ.", "Đã tiếp nhận %(count)s nhiệm vụ.", count
        )
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("Nhiệm vụ đã được tiếp nhận từ trước."))


def _tabs(narrowing: Narrowing, counts: Counts) -> list[dict[str, Any]]:
    """Return the headings that have something under them, as links with their counts; the chosen one always."""
    headings = [each for each in Group if counts.by_group[each] or each == narrowing.group]
    address = reverse("desk")
    every = {"word": _("Tất cả"), "count": counts.total, "group": None}
    rows: list[dict[str, Any]] = [every]
    rows += [
        {"word": each.label, "count": counts.by_group[each], "group": each} for each in headings
    ]
    for row in rows:
        row["url"] = f"{address}{narrowing.under(row['group']).query}"
        row["is_current"] = row["group"] == narrowing.group
    return rows


def _groups(assignments: list[Any], counts: Counts) -> list[dict[str, Any]]:
    """Return the page's assignments under their headings, in order; each heading counts all of its own."""
    groups: dict[int, list[Any]] = {}
    for assignment in assignments:
        groups.setdefault(assignment.group, []).append(assignment)
    return [
        {
            "heading": Group(number).label,
            "is_late": number == Group.LATE,
            "count": counts.by_group[Group(number)],
            "assignments": rows,
        }
        for number, rows in groups.items()
    ]


def _seat(request: HttpRequest, pk: int) -> report.Seat:
    """The officer's place before one assignment."""
    user = _person(request)
    seen = Assignment.objects.visible_to(user, day_of()).select_related(
        "task__plan__issuer", "task__measure", "unit", "parent__unit"
    )
    return report.Seat(
        by=user,
        path=reverse("assignment", args=[pk]),
        fetch=lambda: get_object_or_404(seen, pk=pk),
        page=_assignment_page,
        told=lambda assignment, is_final: _told(request, assignment, is_final),
    )


def _told(request: HttpRequest, assignment: Assignment, is_final: bool) -> HttpResponse:
    if is_final:
        text = _("Đã gửi báo cáo. %(issuer)s sẽ xem và trả lời qua thư điện tử.")
        messages.success(request, text % {"issuer": assignment.task.plan.issuer.name})
    else:
        messages.success(request, _("Đã ghi báo cáo tiến độ."))
    return HttpResponseRedirect(assignment.get_absolute_url())


def _assignment_page(
    request: HttpRequest, assignment: Assignment, report_context: dict[str, Any], status: int
) -> HttpResponse:
    user, today = _person(request), day_of()
    reports = report.shown(assignment)
    context = {
        "assignment": assignment,
        "plan": assignment.task.plan,
        "facts": six_things(assignment, today),
        "is_overdue": timeliness_of(assignment, today) == Timeliness.OPEN_LATE,
        "reports": reports,
        "series": series_of(assignment),
        "returned": next((each for each in reports[:1] if each.decision == "returned"), None),
        "history": history_entries(assignment),
        "is_officer": rules.speaks_for(user, assignment.unit, today),
        "can_acknowledge": rules.can_acknowledge(user, assignment, today),
        "can_report": rules.can_report(user, assignment, today),
        "can_follow_up": rules.can_follow_up(user),
        **shown_parts(user, assignment, today),
        "review_url": reverse("admin:campaigns_assignment_change", args=[assignment.pk]),
        **report_context,
    }
    return render(request, "campaigns/assignment_detail.html", context, status=status)
