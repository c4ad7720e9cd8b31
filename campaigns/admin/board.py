"""The board of a plan in the admin: looked at by units and tasks, and many reports accepted at once."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from hanoi_portal.errors import DomainError
from hanoi_portal.models import User

from .. import rules
from ..actions.progress import accept_reports
from ..board import SHORT_WORDS, read_board
from ..models import Assignment, Plan, Unit
from ..standing import Standing
from ..timeliness import day_of

LONGEST_CHOICE = 1000  # reports accepted at once


@require_http_methods(["GET", "HEAD", "POST"])
def show_board(request: HttpRequest, plan_id: int) -> HttpResponse:
    """GET: the board. POST: accept the ticked reports, each as it was when the page was read."""
    user = request.user
    assert isinstance(user, User)  # `admin_view` lets nobody else in
    if not user.has_perm("campaigns.view_plan"):
        raise PermissionDenied
    plan = get_object_or_404(Plan.objects.select_related("issuer"), pk=plan_id)
    if request.method == "POST":
        if not rules.can_follow_up(user):
            raise PermissionDenied(gettext("Bạn không có quyền duyệt báo cáo."))
        _accept(request, plan, user)
        return HttpResponseRedirect(request.get_full_path())
    chosen = _chosen(request)
    board = read_board(plan, day_of(), number=request.GET.get("trang"), **chosen)
    context = {
        **admin.site.each_context(request),
        "opts": Plan._meta,
        "title": gettext("Bảng theo dõi %(plan)s") % {"plan": plan},
        "plan": plan,
        "board": board,
        "today": day_of(),
        "chosen": chosen,
        "kinds": [(kind, Unit.Kind(kind).label) for kind in board.kinds],
        "standings": Standing.choices,
        "legend": [(key, word) for key, word in SHORT_WORDS.items() if key in Standing.values],
        "can_accept": rules.can_follow_up(user),
        "page_address": "?" + urlencode({**_asked(request), "trang": ""}),
    }
    return TemplateResponse(request, "admin/campaigns/plan/board.html", context)


def _chosen(request: HttpRequest) -> dict[str, Any]:
    """Return what the reader asked to see; words that mean nothing are left out."""
    kind, standing = request.GET.get("loai", ""), request.GET.get("tinh-hinh", "")
    measure = request.GET.get("giai-phap", "")
    is_number = measure.isascii() and measure.isdecimal() and len(measure) <= 4
    return {
        "kind": kind if kind in Unit.Kind.values else "",
        "standing": standing if standing in Standing.values else "",
        "measure": int(measure) if is_number else None,
    }


def _asked(request: HttpRequest) -> dict[str, Any]:
    names = {"loai": "kind", "tinh-hinh": "standing", "giai-phap": "measure"}
    chosen = _chosen(request)
    return {name: chosen[key] for name, key in names.items() if chosen[key]}


def _seen(data: MultiValueDict[str, str]) -> dict[int, int]:
    """Return the ticked assignments: number -> version that the page showed."""
    found = {}
    for value in data.getlist("bao-cao")[:LONGEST_CHOICE]:
        number, _colon, version = value.partition(":")
        if all(
            part.isascii() and part.isdecimal() and len(part) < 10 for part in (number, version)
        ):
            found[int(number)] = int(version)
    return found


def _accept(request: HttpRequest, plan: Plan, user: User) -> None:
    """Accept what was ticked and say what became of it; what somebody changed meanwhile is left as it is."""
    seen = _seen(request.POST)
    if not seen:
        messages.warning(request, gettext("Xin chọn ít nhất một báo cáo để duyệt."))
        return
    assignments = Assignment.objects.filter(task__plan=plan, pk__in=seen)
    fresh = [
        each
        for each in assignments.select_related("task__plan", "unit")
        if each.version == seen[each.pk] and each.state == Assignment.State.REPORTED
    ]
    count = 0
    try:
        count = accept_reports(fresh, by=user)
    except DomainError as error:
        messages.error(request, str(error))
        return
    if count:
        told = ngettext("Đã duyệt %(n)d báo cáo.", "Đã duyệt %(n)d báo cáo.", count)
        messages.success(request, told % {"n": count})
    if left := len(seen) - count:
        told = ngettext(
            "%(n)d phân công vừa được người khác thay đổi nên được giữ nguyên.",
            "%(n)d phân công vừa được người khác thay đổi nên được giữ nguyên.",
            left,
        )
        messages.warning(request, told % {"n": left})
