"""Many tasks of a plan on one page, to put right: title, product, deadline, indicator, starred."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.fields import LineField
from hanoi_portal.models import User

from ..actions.edit_tasks import EDITABLE, edit_tasks, fingerprint_of
from ..models import Plan, Task
from ..rules import can_load_plans


class TaskForm(forms.Form):
    """The words of one task."""

    title = LineField(label=_("Nội dung"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    deliverable = LineField(
        label=_("Sản phẩm đầu ra"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    deadline = forms.DateField(
        label=_("Thời hạn"),
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "size": 10}),
    )
    indicator_name = LineField(label=_("Chỉ tiêu"), max_length=200, required=False)
    indicator_unit = LineField(label=_("Đơn vị tính"), max_length=60, required=False)
    indicator_target = forms.DecimalField(
        label=_("Mức cần đạt"), max_digits=14, decimal_places=2, required=False, localize=True
    )
    is_starred = forms.BooleanField(label=_("Trọng tâm"), required=False)

    def __init__(self, data: Any, *, task: Task, plan: Plan) -> None:
        """Show the task as it is; of an issued plan the deadline is only shown."""
        initial = {name: getattr(task, name) for name in EDITABLE}
        super().__init__(data, prefix=f"viec-{task.pk}", initial=initial)
        self.task, self.plan = task, plan
        self.fields["deadline"].disabled = plan.is_issued

    def clean_deadline(self) -> Any:
        """Let the deadline lie in the plan's time."""
        day = self.cleaned_data["deadline"]
        if self.plan.is_issued or self.plan.starts_on <= day <= self.plan.ends_on:
            return day
        text = gettext("Thời hạn phải trong thời gian của kế hoạch: %(first)s đến %(last)s.")
        first, last = f"{self.plan.starts_on:%d/%m/%Y}", f"{self.plan.ends_on:%d/%m/%Y}"
        raise forms.ValidationError(text % {"first": first, "last": last})

    def clean(self) -> dict[str, Any]:
        """A unit and a target need an indicator that they are of."""
        cleaned = super().clean() or self.cleaned_data
        needs = cleaned.get("indicator_unit") or cleaned.get("indicator_target") is not None
        if needs and not cleaned.get("indicator_name"):
            self.add_error("indicator_name", gettext("Xin ghi tên chỉ tiêu."))
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
def edit_plan_tasks(request: HttpRequest, plan_id: int) -> HttpResponse:
    """GET: all tasks of the plan, to be typed into. POST: write what differs; what was typed stays on an error."""
    plan = get_object_or_404(Plan, pk=plan_id)
    assert isinstance(request.user, User)
    if not can_load_plans(request.user):
        raise PermissionDenied(gettext("Bạn không có quyền sửa kế hoạch."))
    tasks = list(plan.tasks.select_related("measure").order_by("measure__position", "code_sort"))
    typed = request.POST if request.method == "POST" else None
    rows = [TaskForm(typed, task=task, plan=plan) for task in tasks]
    error: DomainError | None = None
    if typed is not None and all(row.is_valid() for row in rows):
        values = {row.task.pk: row.cleaned_data for row in rows}
        try:
            changed = edit_tasks(
                plan, values, by=request.user, expected=typed.get("fingerprint", "")
            )
        except DomainError as refusal:
            error = refusal
        else:
            told = gettext("Đã sửa %(count)s nhiệm vụ.") % {"count": changed}
            messages.success(request, told)
            return HttpResponseRedirect(reverse("admin:campaigns_plan_change", args=[plan.pk]))
    context = {
        **admin.site.each_context(request),
        "opts": Plan._meta,
        "title": gettext("Sửa các nhiệm vụ: %(plan)s") % {"plan": plan},
        "plan": plan,
        "rows": rows,
        "fingerprint": fingerprint_of(tasks),
        "has_errors": any(row.errors for row in rows),
        "error": error,
    }
    status = 409 if isinstance(error, StaleState) else 200
    template = "admin/campaigns/plan/edit_tasks.html"
    return TemplateResponse(request, template, context, status=status)
