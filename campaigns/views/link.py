"""The pages behind the signed link of a letter: acknowledge and report without signing in; the unit's list of links.

The address is the key: no cookie is read or set, so there is no form token (a page that does not know the address
cannot ask). GET changes nothing, because mail scanners follow links. Answers are kept by nobody, and the address is
told to nobody (`Referrer-Policy: no-referrer`; logs mask it, see `hanoi_portal.logs`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanoi_portal.errors import StaleState
from hanoi_portal.models import User

from .. import links, rules, sheet
from ..actions.acknowledge import acknowledge
from ..actions.links import revoke_link
from ..facts import six_things
from ..links import NoticeHolder
from ..models import Assignment, Membership, Notice
from ..series import series_of
from ..timeliness import Timeliness, day_of, timeliness_of
from . import report

LONGEST_LIST = 100
LinkView = Callable[..., HttpResponse]


def behind_link(view: LinkView) -> LinkView:
    """Give the view the notice that the token opens; 404 for a token that is none, 410 for one that opens no more."""

    @wraps(view)
    def open_link(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        notice = links.find(token)
        if notice is None:
            raise Http404
        if links.is_open(notice):
            response = view(request, notice, **kwargs)
        else:
            context = {"notice": notice, "is_revoked": notice.link_revoked_at is not None}
            response = render(request, "campaigns/link_closed.html", context, status=410)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return open_link


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def show_notice(request: HttpRequest, notice: Notice) -> HttpResponse:
    """Show the assignments of the letter; POST acknowledges all of them that are new."""
    assignments = list(_assignments(notice))
    if request.method == "POST":
        acknowledge(assignments, by=NoticeHolder(notice))
        return HttpResponseRedirect(f"{request.path}?da=tiep-nhan")
    today = day_of()
    for each in assignments:
        each.link_path = links.path_of(notice, each)
        each.is_overdue = timeliness_of(each, today) == Timeliness.OPEN_LATE
    context = {
        "notice": notice,
        "holder": NoticeHolder(notice),
        "assignments": assignments,
        "new_count": sum(each.state == Assignment.State.ISSUED for each in assignments),
        "sheet_path": (
            f"{links.path_of(notice)}phieu-giao-viec.pdf" if sheet.has_sheet(notice) else ""
        ),
        "is_acknowledged": request.GET.get("da") == "tiep-nhan",
    }
    return render(request, "campaigns/link_notice.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def show_assignment(request: HttpRequest, notice: Notice, pk: int) -> HttpResponse:
    """Show one assignment of the letter; POST is a report on it."""
    return report.answer(request, _seat(request, notice, pk))


@csrf_exempt
@require_POST
@behind_link
def save_draft(request: HttpRequest, notice: Notice, pk: int) -> HttpResponse:
    """Save what is typed, while it is typed."""
    return report.answer_draft(request, _seat(request, notice, pk))


@csrf_exempt
@require_POST
@behind_link
def keep_files(request: HttpRequest, notice: Notice, pk: int) -> HttpResponse:
    """Keep files ahead of the report that they are for."""
    return report.answer_files(request, _seat(request, notice, pk))


@require_safe
@behind_link
def download_sheet(request: HttpRequest, notice: Notice) -> HttpResponse:
    """Give the sheet of the letter, to print and pass on. It carries no link."""
    return _sheet(notice)


@require_safe
@login_required
def download_own_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the sheet to an officer of the unit, or to staff who follow up."""
    user = _person(request)
    seen = Notice.objects.all() if rules.can_follow_up(user) else _sent_to(user)
    rows = seen.select_related("unit", "plan__issuer__parent")
    return _sheet(get_object_or_404(rows, pk=pk))


@require_safe
@login_required
def list_links(request: HttpRequest) -> HttpResponse:
    """Show an officer the links that were sent to the unit and still open."""
    mine = _sent_to(_person(request)).filter(
        link_revoked_at=None, link_until__gt=timezone.now(), plan__has_links=True
    )
    found = mine.exclude(event__in=links.WITHOUT_LINK).select_related("plan", "unit", "mail")
    notices = list(found[:LONGEST_LIST])
    for notice in notices:
        notice.has_sheet = sheet.has_sheet(notice)
    return render(request, "campaigns/link_list.html", {"notices": notices})


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop one link; that of another unit answers 404."""
    user = _person(request)
    notice = get_object_or_404(_sent_to(user).select_related("unit"), pk=pk)
    try:
        revoke_link(notice, by=user)
        messages.success(request, _("Đã hủy liên kết. Từ nay không ai mở được nữa."))
    except StaleState as error:
        messages.info(request, str(error))
    return redirect("links")


# --- parts --------------------------------------------------------------------------------------
def _person(request: HttpRequest) -> User:
    """The signed-in user; `login_required` lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _sent_to(user: User) -> Any:
    """Return the notices of the units for which the user speaks today."""
    units = Membership.objects.current(day_of()).filter(user=user).values("unit")
    return Notice.objects.filter(unit__in=units)


def _sheet(notice: Notice) -> HttpResponse:
    if not sheet.has_sheet(notice):
        raise Http404
    response = HttpResponse(sheet.make_sheet(notice), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{sheet.file_name(notice)}"'
    return response


def _assignments(notice: Notice) -> Any:
    """Return what the link opens, with what the pages show."""
    return (
        links.opened_by(notice)
        .select_related("task__plan__issuer", "unit")
        .order_by("task__code_sort", "pk")
    )


def _seat(request: HttpRequest, notice: Notice, pk: int) -> report.Seat:
    """The place of whoever holds the link, before one assignment."""

    def page(
        request: HttpRequest, assignment: Assignment, report_context: dict[str, Any], status: int
    ) -> HttpResponse:
        return _assignment_page(request, notice, assignment, report_context, status)

    return report.Seat(
        by=NoticeHolder(notice),
        path=request.path.removesuffix("tep/").removesuffix("nhap/"),
        fetch=lambda: get_object_or_404(_assignments(notice), pk=pk),
        page=page,
        told=lambda _assignment, _is_final: HttpResponseRedirect(f"{request.path}?da=bao-cao"),
    )


def _assignment_page(
    request: HttpRequest,
    notice: Notice,
    assignment: Assignment,
    report_context: dict[str, Any],
    status: int,
) -> HttpResponse:
    today = day_of()
    reports = report.shown(assignment)
    context = {
        "notice": notice,
        "holder": NoticeHolder(notice),
        "notice_path": links.path_of(notice),
        "own_path": links.path_of(notice, assignment),
        "assignment": assignment,
        "plan": assignment.task.plan,
        "facts": six_things(assignment, today),
        "is_overdue": timeliness_of(assignment, today) == Timeliness.OPEN_LATE,
        "reports": reports,
        "series": series_of(assignment),
        "returned": next((each for each in reports[:1] if each.decision == "returned"), None),
        "can_report": assignment.state in rules.REPORTABLE,
        "is_reported": request.GET.get("da") == "bao-cao",
        **report_context,
    }
    return render(request, "campaigns/link_assignment.html", context, status=status)
