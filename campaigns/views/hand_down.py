"""Handing an assignment down to the communes, and deciding on what they report: the district's pages."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.models import User

from .. import rules
from ..actions.change_parts import move_part, recall_part
from ..actions.hand_down import HandDownPreview, hand_down, preview_hand_down
from ..actions.progress import accept_reports, return_report
from ..forms import ReturnForm
from ..handing_down import HandDownForm, PartDeadlineForm, PartRecallForm
from ..models import Assignment
from ..series import series_of
from ..timeliness import day_of
from .report import shown


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def give_on(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: to whom below it can be given. POST: preview, or with the preview's fingerprint give it."""
    user, today = _person(request), day_of()
    mine = Assignment.objects.of_officer(user, today).select_related("task__plan", "unit")
    assignment = get_object_or_404(mine, pk=pk)
    if not rules.is_for_handing_down(assignment):
        raise Http404
    if request.method != "POST":
        form = HandDownForm(assignment=assignment, on=today)
        return _give_page(request, assignment, form)
    form = HandDownForm(request.POST, assignment=assignment, on=today)
    if not form.is_valid():
        return _give_page(request, assignment, form)
    typed = {name: form.cleaned_data[name] for name in ("deadline", "words")}
    codes = form.cleaned_data["units"]
    refusal: DomainError | None = None
    if fingerprint := request.POST.get("xac-nhan", ""):
        try:
            result = hand_down(assignment, codes, by=user, expected=fingerprint, **typed)
        except DomainError as error:
            refusal = error
            assignment = get_object_or_404(mine, pk=pk)
        else:
            text = _("Đã giao tiếp cho %(units)s đơn vị, mỗi đơn vị nhận một thư.")
            messages.success(request, text % vars(result))
            if result.without_address:
                text = _("%(without_address)s đơn vị chưa có địa chỉ thư, cần báo bằng cách khác.")
                messages.warning(request, text % vars(result))
            return HttpResponseRedirect(assignment.get_absolute_url())
    preview = preview_hand_down(assignment, codes, on=today, **typed)
    return _give_page(request, assignment, form, preview, refusal)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a commune's report, or return it with a reason: for the officers of the unit that handed it down."""
    user, today = _person(request), day_of()
    seen = Assignment.objects.visible_to(user, today).select_related(
        "task__plan__issuer", "unit", "parent__unit"
    )
    part = get_object_or_404(seen.filter(parent__isnull=False), pk=pk)
    if not rules.decides_on(user, part, today):
        raise Http404
    if request.method != "POST":
        return _decide_page(request, part, ReturnForm.of(part))
    if request.POST.get("decision") in {"deadline", "recall"}:
        return _change_part(request, user, part)
    form = ReturnForm(request.POST)
    is_valid = form.is_valid()
    expected = form.cleaned_data["seen"]
    try:
        if request.POST.get("decision") == "accept":
            accept_reports([part], by=user, expected=expected)
            messages.success(request, _("Đã duyệt báo cáo."))
        elif is_valid:
            return_report(part, by=user, reason=form.cleaned_data["reason"], expected=expected)
            messages.success(request, _("Đã trả lại báo cáo; đơn vị được thông báo kèm lý do."))
        else:
            return _decide_page(request, part, form)
    except StaleState as error:
        part = get_object_or_404(seen, pk=pk)
        form.renew(part)
        return _decide_page(request, part, form, str(error), status=409)
    assert part.parent is not None
    return HttpResponseRedirect(part.parent.get_absolute_url())


def _change_part(request: HttpRequest, user: User, part: Assignment) -> HttpResponse:
    """Move the deadline of what was handed down, or recall it, as the form asks."""
    if not rules.handed_it_down(user, part, day_of()):
        raise Http404
    above = part.parent
    assert above is not None
    is_recall = request.POST["decision"] == "recall"
    form = PartRecallForm(request.POST) if is_recall else PartDeadlineForm(request.POST)
    changed = {"recall_form" if is_recall else "deadline_form": form}
    if not form.is_valid():
        return _decide_page(request, part, ReturnForm.of(part), changed=changed)
    typed = {**form.cleaned_data}
    expected = typed.pop("seen")
    try:
        if is_recall:
            recall_part(part, by=user, expected=expected, **typed)
            messages.success(request, _("Đã thu hồi; đơn vị được thông báo kèm lý do."))
        else:
            move_part(part, by=user, expected=expected, **typed)
            messages.success(request, _("Đã đổi thời hạn; đơn vị được thông báo kèm lý do."))
    except StaleState as error:
        part = Assignment.objects.select_related("task__plan__issuer", "unit", "parent__unit").get(
            pk=part.pk
        )
        form.renew(part)
        return _decide_page(
            request, part, ReturnForm.of(part), str(error), status=409, changed=changed
        )
    except DomainError as error:
        form.add_error("reason" if is_recall else "deadline", str(error))
        return _decide_page(request, part, ReturnForm.of(part), changed=changed)
    return HttpResponseRedirect(above.get_absolute_url())


# --- parts --------------------------------------------------------------------------------------
def _person(request: HttpRequest) -> User:
    """The signed-in user; `login_required` lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _give_page(
    request: HttpRequest,
    assignment: Assignment,
    form: HandDownForm,
    preview: HandDownPreview | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    context = {
        "assignment": assignment,
        "form": form,
        "preview": preview,
        "refusal": refusal,
        "can_hand_down": rules.can_hand_down(_person(request), assignment, day_of()),
    }
    status = 409 if isinstance(refusal, StaleState) else 200
    return render(request, "campaigns/assignment_hand_down.html", context, status=status)


def _decide_page(
    request: HttpRequest,
    part: Assignment,
    form: Any,
    refusal: str = "",
    status: int = 200,
    changed: dict[str, Any] | None = None,
) -> HttpResponse:
    forms = {}
    if rules.can_change_part(_person(request), part, day_of()):
        forms = {
            "deadline_form": PartDeadlineForm.of(part, deadline=part.deadline),
            "recall_form": PartRecallForm.of(part),
            **(changed or {}),
        }
    context = {
        **forms,
        "assignment": part,
        "reports": shown(part),
        "series": series_of(part),
        "form": form,
        "refusal": refusal,
        "can_decide": rules.can_decide(_person(request), part, day_of()),
    }
    return render(request, "campaigns/assignment_decide.html", context, status=status)
