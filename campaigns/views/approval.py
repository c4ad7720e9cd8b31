"""Where a unit's head reads what officers submitted, at /can-bo/trinh/: send it, or give it back."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanoi_portal.downloads import download
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.fields import LineField, ParagraphsField
from hanoi_portal.models import User

from ..actions.approval import approve_report, send_back, switch_approval, writer_of
from ..actions.progress import Beside
from ..forms import REASON_LENGTH, ReportForm
from ..models import DraftFile, Membership, ReportDraft, Unit
from ..timeliness import day_of


class SendBackForm(forms.Form):
    """What is to be put right; `stamp` says which state of the text the head saw."""

    stamp = LineField(required=False, widget=forms.HiddenInput)
    words = ParagraphsField(
        label=gettext_lazy("Cần sửa gì"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Gửi cho người viết báo cáo."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_safe
@login_required
def list_waiting(request: HttpRequest) -> HttpResponse:
    """Show the head what waits, the oldest first."""
    user = _person(request)
    context = {"drafts": waiting_for(user)[:100], "is_head": bool(_units_led(user))}
    return render(request, "campaigns/approval_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_waiting(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one; POST sends it or gives it back. What has been answered meanwhile leads to its assignment."""
    user = _person(request)
    mine = _drafts_of(user)
    draft: ReportDraft = get_object_or_404(mine, pk=pk)
    if request.method != "POST":
        return _page(request, draft, SendBackForm(initial={"stamp": draft.stamp}))
    form = SendBackForm(request.POST)
    is_valid = form.is_valid()
    stamp = form.cleaned_data["stamp"]
    try:
        if request.POST.get("viec") == "gui":
            text, beside = _read(draft)
            approve_report(draft, by=user, text=text, beside=beside, stamp=stamp)
            messages.success(request, _("Đã duyệt và gửi báo cáo của đơn vị."))
        elif is_valid:
            send_back(draft, by=user, words=form.cleaned_data["words"], stamp=stamp)
            messages.success(request, _("Đã trả lại để sửa; người viết được báo qua thư."))
        else:
            return _page(request, draft, form)
    except StaleState as error:
        fresh = mine.filter(pk=pk).first()
        if fresh is None:
            messages.warning(request, str(error))
            return redirect(draft.assignment.get_absolute_url())
        form.data = {**form.data, "words": form["words"].data or "", "stamp": fresh.stamp}
        return _page(request, fresh, form, str(error), 409)
    except NotAllowed:
        raise
    except DomainError as error:
        return _page(request, draft, form, str(error))
    return redirect(draft.assignment.get_absolute_url())


@require_safe
@login_required
def download_waiting(request: HttpRequest, pk: int, key: UUID) -> FileResponse:
    """Give the head a file of a submitted report."""
    draft = get_object_or_404(_drafts_of(_person(request)), pk=pk)
    return download(get_object_or_404(_files(draft), stored__key=key).stored)


@require_POST
@login_required
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Turn the head's approval on or off for an own unit; that of others answers 404."""
    user = _person(request)
    mine = Membership.objects.current(day_of()).filter(user=user)
    unit = get_object_or_404(Unit.objects.filter(pk__in=mine.values("unit")), code=code)
    is_on = request.POST.get("duyet") == "co"
    switch_approval(unit, is_on=is_on, by=user)
    if is_on:
        messages.success(request, _("Từ nay lãnh đạo duyệt báo cáo hoàn thành trước khi gửi."))
    else:
        messages.success(request, _("Từ nay cán bộ gửi thẳng báo cáo hoàn thành."))
    return redirect("unit-people")


def waiting_for(user: User) -> Any:
    """Return the submitted drafts that the user may approve, the oldest first."""
    return _drafts_of(user).order_by("submitted_at", "pk")


# --- parts --------------------------------------------------------------------------------------
def _person(request: HttpRequest) -> User:
    """The signed-in user; `login_required` lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _units_led(user: User) -> Any:
    heads = Membership.objects.current(day_of()).filter(user=user, is_head=True)
    return heads.values("unit")


def _drafts_of(user: User) -> Any:
    submitted = ReportDraft.objects.filter(
        submitted_at__isnull=False, assignment__unit__in=_units_led(user)
    )
    return submitted.select_related(
        "assignment__task__plan__issuer", "assignment__unit", "user", "notice__mail", "notice__unit"
    )


def _files(draft: ReportDraft) -> Any:
    files = DraftFile.objects.filter(draft=draft, stored__key__in=draft.submitted_keys)
    return files.select_related("stored")


def _read(draft: ReportDraft) -> tuple[str, Beside]:
    """Return the draft as a report takes it. Raises DomainError when it lacks something."""
    fields = ReportForm(assignment=draft.assignment).fields
    cleaned: dict[str, Any] = {}
    try:
        for name in ("indicator", "text", "difficulties", "cited", "articles"):
            if name in fields:
                cleaned[name] = fields[name].clean(draft.content.get(name))
    except ValidationError as error:
        text = _("Bản trình chưa gửi được: %(why)s Xin trả lại để sửa.")
        raise DomainError(text % {"why": " ".join(error.messages)}) from error
    beside = Beside(
        indicator_value=cleaned.get("indicator"),
        difficulties=cleaned["difficulties"],
        cited=cleaned["cited"],
        articles=cleaned["articles"],
        kept=draft.submitted_keys,
        draft=draft.stamp,
        writer=writer_of(draft),
    )
    return cleaned["text"], beside


def _page(
    request: HttpRequest,
    draft: ReportDraft,
    form: SendBackForm,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    try:
        text, beside = _read(draft)
    except DomainError as error:
        text, beside = str(draft.content.get("text", "")), Beside()
        refusal = refusal or str(error)
    context = {
        "draft": draft,
        "assignment": draft.assignment,
        "plan": draft.assignment.task.plan,
        "writer": writer_of(draft),
        "text": text,
        "beside": beside,
        "files": [each.stored for each in _files(draft)],
        "form": form,
        "refusal": refusal,
    }
    return render(request, "campaigns/approval_detail.html", context, status=status)
