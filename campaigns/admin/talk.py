"""What the Sở says about an assignment, in the admin: notes among its own people, and questions to the unit."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from hanoi_portal.models import User

from .. import rules
from ..actions.talk import ask_unit, write_note
from ..forms import AnswerForm
from ..models import Assignment


@require_http_methods(["GET", "HEAD", "POST"])
def show_talk(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """GET: everything said about an assignment. POST: a note, or a question that is mailed to the unit."""
    user = request.user
    assert isinstance(user, User)  # `admin_view` lets nobody else in
    if not user.has_perm("campaigns.view_assignment"):
        raise PermissionDenied
    rows = Assignment.objects.select_related("task__plan__issuer", "unit")
    assignment = get_object_or_404(rows, pk=assignment_id)
    form = AnswerForm(request.POST) if request.method == "POST" else AnswerForm()
    if request.method == "POST":
        if not rules.can_follow_up(user):
            raise PermissionDenied(gettext("Bạn không có quyền trao đổi với đơn vị."))
        if form.is_valid():
            _say(request, assignment, user, form.cleaned_data["text"])
            return HttpResponseRedirect(request.path)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": Assignment._meta,
        "title": gettext("Trao đổi: %(assignment)s") % {"assignment": assignment},
        "assignment": assignment,
        "remarks": assignment.remarks.all(),
        "form": form,
        "can_write": rules.can_follow_up(user),
    }
    return TemplateResponse(request, "campaigns/admin_talk.html", context)


def _say(request: HttpRequest, assignment: Assignment, user: User, text: str) -> None:
    if request.POST.get("loai") == "hoi":
        ask_unit(assignment, by=user, text=text)
        messages.success(request, gettext("Đã hỏi; đơn vị được báo qua thư."))
    else:
        write_note(assignment, by=user, text=text)
        messages.success(request, gettext("Đã ghi chú; đơn vị không đọc được."))
