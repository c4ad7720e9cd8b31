"""The buttons beside each piece of evidence in the admin: show it to everybody, take it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from hanoi_portal.errors import StaleState
from hanoi_portal.models import User

from .. import rules
from ..actions.publish_evidence import hide_evidence, publish_evidence
from ..models import CitedPage, Evidence

KINDS: dict[str, type[Evidence] | type[CitedPage]] = {"tep": Evidence, "trang": CitedPage}


@require_POST
def change_public(request: HttpRequest, assignment_id: int, kind: str, pk: int) -> HttpResponse:
    """POST `cong-khai` = 1 shows the piece of evidence, anything else takes it back."""
    user = request.user
    assert isinstance(user, User)  # `admin_view` lets nobody else in
    if not rules.can_publish_evidence(user):
        raise PermissionDenied(gettext("Bạn không có quyền công khai minh chứng."))
    if kind not in KINDS:
        raise Http404
    rows = KINDS[kind]._default_manager.select_related("report__assignment__task")
    item: Any = get_object_or_404(rows, pk=pk, report__assignment=assignment_id)
    try:
        if request.POST.get("cong-khai") == "1":
            publish_evidence(item, by=user)
            messages.success(request, gettext("Đã công khai “%(name)s”.") % {"name": item})
        else:
            hide_evidence(item, by=user)
            messages.success(request, gettext("Đã thôi công khai “%(name)s”.") % {"name": item})
    except StaleState as error:
        messages.error(request, str(error))
    address = reverse("admin:campaigns_assignment_change", args=[assignment_id])
    return HttpResponseRedirect(f"{address}#bao-cao")
