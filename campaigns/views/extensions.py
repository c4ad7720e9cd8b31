"""Where a unit asks for more time, on the desk and behind a letter's link; where a district answers its communes."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.models import User

from .. import links, rules
from ..actions.extensions import ask_extension
from ..asking import AskForm, DecideForm
from ..links import NoticeHolder
from ..models import Assignment, Notice
from ..timeliness import day_of
from .link import behind_link


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask_on_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was asked and answered about an assignment; POST asks for more time."""
    user, today = _person(request), day_of()
    assignment = _seen(user, pk)
    is_officer = rules.speaks_for(user, assignment.unit, today)
    if request.method == "POST" and not is_officer:
        return HttpResponse(status=403)
    context = {
        "back": assignment.get_absolute_url(),
        "can_ask": rules.can_ask_extension(user, assignment, today),
        "decide_form": DecideForm(),
        "can_decide": rules.can_decide_extension(user, assignment, today),
    }
    sent = _("Đã gửi đề nghị. Trả lời sẽ được báo qua thư điện tử.")
    answer = _answer(request, assignment, user, context, "campaigns/extension_desk.html")
    if answer.status_code == 302:
        messages.success(request, sent)
    return answer


@csrf_exempt  # the address is the key, and no cookie is read (see views/link.py)
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def ask_by_link(request: HttpRequest, notice: Notice, pk: int) -> HttpResponse:
    """The same for who holds the letter's link; nothing is decided there."""
    mine = links.opened_by(notice)
    assignment = get_object_or_404(mine.select_related("task__plan", "unit"), pk=pk)
    context = {
        "back": links.path_of(notice, assignment),
        "can_ask": assignment.state in rules.REPORTABLE,
        "is_by_link": True,
        "is_sent": request.GET.get("da") == "gui",
    }
    by = NoticeHolder(notice)
    return _answer(request, assignment, by, context, "campaigns/extension_link.html")


@require_POST
@login_required
def decide_on_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the request of a commune: for the officers of the unit that handed the work down."""
    user, today = _person(request), day_of()
    part = _seen(user, pk)
    if part.parent_id is None or not rules.decides_on(user, part, today):
        raise Http404
    form = DecideForm(request.POST)
    refusal, status = "", 200
    if form.is_valid():
        try:
            waiting = list(part.extensions.waiting())
            if not waiting:
                raise StaleState(_("Không còn đề nghị nào chờ trả lời."))
            form.act(waiting, by=user)
        except StaleState as error:
            refusal, status = str(error), 409
        except DomainError as error:
            form.add_error("day", str(error))
        else:
            messages.success(request, _("Đã trả lời; đơn vị được báo qua thư."))
            return HttpResponseRedirect(reverse("assignment-extension", args=[part.pk]))
    context = {
        "back": part.get_absolute_url(),
        "can_ask": False,
        "decide_form": form,
        "can_decide": rules.can_decide_extension(user, part, today),
        "refusal": refusal,
    }
    form_of_asking = AskForm(assignment=part, on=today)
    return _page(request, part, form_of_asking, context, "campaigns/extension_desk.html", status)


# --- parts --------------------------------------------------------------------------------------
def _person(request: HttpRequest) -> User:
    """The signed-in user; `login_required` lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _seen(user: User, pk: int) -> Assignment:
    seen = Assignment.objects.visible_to(user, day_of())
    rows = seen.select_related("task__plan__issuer", "unit", "parent__unit")
    found: Assignment = get_object_or_404(rows, pk=pk)
    return found


def _answer(
    request: HttpRequest,
    assignment: Assignment,
    by: User | NoticeHolder,
    context: dict[str, Any],
    template: str,
) -> HttpResponse:
    """Show the page, or ask what was typed and lead back to it."""
    today = day_of()
    if request.method != "POST":
        form = AskForm(assignment=assignment, on=today)
        return _page(request, assignment, form, context, template)
    form = AskForm(request.POST, assignment=assignment, on=today)
    if not form.is_valid():
        return _page(request, assignment, form, context, template)
    try:
        ask_extension(assignment, by=by, **form.cleaned_data)
    except StaleState as error:
        assignment.refresh_from_db(fields=["state", "deadline"])
        context = {**context, "refusal": str(error)}
        return _page(request, assignment, form, context, template, status=409)
    tail = "?da=gui" if isinstance(by, NoticeHolder) else ""
    return HttpResponseRedirect(f"{request.path}{tail}")


def _page(
    request: HttpRequest,
    assignment: Assignment,
    form: AskForm,
    context: dict[str, Any],
    template: str,
    status: int = 200,
) -> HttpResponse:
    requests = list(assignment.extensions.select_related("decided_by"))
    waiting = next((each for each in requests if each.is_waiting), None)
    context = {
        **context,
        "assignment": assignment,
        "plan": assignment.task.plan,
        "requests": requests,
        "waiting": waiting,
        "form": form,
        "can_ask": context["can_ask"] and assignment.state in rules.REPORTABLE and not waiting,
        "can_decide": context.get("can_decide", False) and assignment.parent_id and waiting,
    }
    return render(request, template, context, status=status)
