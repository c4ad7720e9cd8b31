"""Where a unit reads what the Sở asks about an assignment and answers: on the desk, and behind a letter's link."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hanoi_portal.models import User

from .. import links, rules
from ..actions.talk import answer_question
from ..forms import AnswerForm
from ..links import NoticeHolder
from ..models import Assignment, Notice, Remark
from ..timeliness import day_of
from .link import behind_link


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def talk_on_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the questions and answers of an assignment; POST is the unit's answer."""
    user = request.user
    assert isinstance(user, User)  # `login_required` lets nobody else in
    seen = Assignment.objects.visible_to(user, day_of()).select_related("task__plan", "unit")
    assignment = get_object_or_404(seen, pk=pk)
    is_officer = rules.speaks_for(user, assignment.unit, day_of())
    if request.method == "POST" and not is_officer:
        return HttpResponse(status=403)

    def answer(text: str) -> None:
        answer_question(assignment, by=user, text=text)
        messages.success(request, _("Đã gửi câu trả lời."))

    back = assignment.get_absolute_url()
    return _page(request, assignment, answer, back=back, can_answer=is_officer)


@csrf_exempt  # the address is the key, and no cookie is read (see views/link.py)
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def talk_by_link(request: HttpRequest, notice: Notice, pk: int) -> HttpResponse:
    """The same for who holds the letter's link."""
    mine = links.opened_by(notice)
    assignment = get_object_or_404(mine.select_related("task__plan", "unit"), pk=pk)

    def answer(text: str) -> None:
        answer_question(assignment, by=NoticeHolder(notice), text=text)

    back = links.path_of(notice, assignment)
    return _page(request, assignment, answer, back=back, can_answer=True, is_by_link=True)


def _page(
    request: HttpRequest,
    assignment: Assignment,
    answer: Callable[[str], None],
    *,
    back: str,
    can_answer: bool,
    is_by_link: bool = False,
) -> HttpResponse:
    form = AnswerForm(request.POST) if request.method == "POST" else AnswerForm()
    if request.method == "POST" and form.is_valid():
        answer(form.cleaned_data["text"])
        return HttpResponseRedirect(f"{request.path}?da=gui" if is_by_link else request.path)
    context = {
        "assignment": assignment,
        "remarks": assignment.remarks.exclude(kind=Remark.Kind.NOTE),
        "form": form,
        "back": back,
        "can_answer": can_answer,
        "is_by_link": is_by_link,
        "is_sent": request.GET.get("da") == "gui",
    }
    template = "campaigns/talk_link.html" if is_by_link else "campaigns/talk_desk.html"
    return render(request, template, context)
