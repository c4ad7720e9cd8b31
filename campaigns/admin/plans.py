"""Plans in the admin: readable measures and tasks, and the button that previews and issues."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from guidance.forms.shelves import AddressesField
from guidance.models import Article
from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.models import User
from hanoi_portal.uploads import PDF, CheckedFile, check

from ..actions.add_tasks import add_tasks, preview_additions
from ..actions.attach_document import attach_document
from ..actions.issue import IssueResult, issue_plan, preview_issue
from ..models import Assignment, Plan, Task, TaskTarget
from ..models.plan import Recurrence
from ..periods import words_of_next
from ..rules import can_change_given, can_issue_plan, can_load_plans
from .board import show_board
from .edit_tasks import edit_plan_tasks
from .plan_files import PlanFiles
from .plan_switches import PlanSwitches

PERIODS_SHOWN = 3
STATED = (
    "number",
    "title",
    "issuer",
    "year",
    "starts_on",
    "ends_on",
    "has_assumed_dates",
    "carries_out_number",
    "carries_out_issuer",
    "carries_out_issued_on",
    "issued",
    "issued_by",
)


class IssuedFilter(admin.SimpleListFilter):
    """Whether a plan's tasks have been given to units."""

    title = _("việc giao")
    parameter_name = "giao"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the two answers."""
        return [("chua", _("Chưa giao")), ("da", _("Đã giao"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Plan]) -> QuerySet[Plan]:
        """Keep the plans that are issued, or those that are not."""
        if self.value() in {"chua", "da"}:
            return queryset.filter(issued_at__isnull=self.value() == "chua")
        return queryset


class PlanForm(forms.ModelForm):
    """What is changed of a plan by hand; its signed document is judged by content."""

    signed = forms.FileField(
        label=_("Tải lên văn bản đã ký"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
        help_text=_("Tệp PDF; thay bản đang có. Ai cũng tải được khi kế hoạch công khai."),
    )

    related_articles = AddressesField(
        Article.objects.all(),
        label=_("Bài liên quan"),
        required=False,
        help_text=_(
            "Mỗi dòng một địa chỉ, chép từ trang của bài. Bài hiện ở trang kế hoạch và trang từng đơn vị."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )

    def clean_signed(self) -> CheckedFile | None:
        """Refuse what is no whole PDF."""
        upload = self.cleaned_data["signed"]
        if not upload:
            return None
        checked = check(upload)
        if checked.content_type != PDF.content_type:
            raise ValidationError(gettext("Văn bản đã ký phải là tệp PDF."))
        return checked


@admin.register(Plan)
class PlanAdmin(PlanFiles, PlanSwitches):
    """Plans are loaded from files (`load_plan`, or the import here), read, published and issued."""

    list_display = ("number", "title", "issuer", "ends_on", "task_count", "issued")
    list_filter = (IssuedFilter, "year", "is_public", "issuer")
    show_facets = admin.ShowFacets.NEVER
    list_select_related = ("issuer",)
    search_fields = ("number", "title")
    form = PlanForm
    fields = (*STATED, "is_public", "has_links", "related_articles", "kept_document", "signed")
    readonly_fields = (*STATED, "kept_document")
    change_form_template = "admin/campaigns/plan/change_form.html"
    change_list_template = "admin/campaigns/plan/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        """Count the tasks in the same query."""
        return super().get_queryset(request).annotate(task_total=Count("tasks"))

    @admin.display(description=_("số nhiệm vụ"), ordering="task_total")
    def task_count(self, plan: Any) -> int:
        """How many tasks the plan has."""
        return int(plan.task_total)

    @admin.display(description=_("giao lúc"), ordering="issued_at")
    def issued(self, plan: Plan) -> str:
        """When it was issued, or that it was not."""
        if plan.issued_at is None:
            return gettext("chưa giao")
        return f"{timezone.localtime(plan.issued_at):%H:%M %d/%m/%Y}"

    @admin.display(description=_("văn bản đã ký"))
    def kept_document(self, plan: Plan) -> str:
        """The signed document: a link where everybody may follow it, its name where the plan is not public."""
        if plan.document is None:
            return gettext("chưa có")
        if not plan.is_public:
            return str(plan.document)
        return format_html('<a href="{}">{}</a>', plan.get_document_url(), plan.document)

    def save_model(self, request: HttpRequest, obj: Plan, form: Any, change: bool) -> None:
        """Save what was changed, and keep the document that was sent."""
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get("signed"):
            attach_document(obj, form.cleaned_data["signed"], by=_person(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never by hand: a plan comes from a file, whole."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a plan is part of the record."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the page that previews and issues, the board, and those that load and give files."""
        view = self.admin_site.admin_view(self.issue)
        return [
            path("<int:plan_id>/giao/", view, name="campaigns_plan_issue"),
            path(
                "<int:plan_id>/bang/",
                self.admin_site.admin_view(show_board),
                name="campaigns_plan_board",
            ),
            path(
                "<int:plan_id>/sua-nhiem-vu/",
                self.admin_site.admin_view(edit_plan_tasks),
                name="campaigns_plan_edit_tasks",
            ),
            *self.file_urls(),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the measures and tasks below the plan's own fields."""
        context = dict(extra_context or {})
        plan = self.get_object(request, object_id)
        if plan is not None:
            context["measures"] = _measures(plan)
            context["can_edit_tasks"] = can_load_plans(_person(request))
            context["next_periods"] = _next_periods(plan)
            context["can_issue"] = can_issue_plan(_person(request), plan) and not plan.is_issued
            context["can_add"] = (
                plan.is_issued
                and can_change_given(_person(request))
                and bool(preview_additions(plan).shares)
            )
            context["can_change_given"] = plan.is_issued and can_change_given(_person(request))
            recalled = Assignment.objects.filter(task__plan=plan, state=Assignment.State.RECALLED)
            orphaned = Assignment.objects.orphaned(timezone.localdate()).filter(task__plan=plan)
            context["can_move_on"] = context["can_change_given"] and orphaned.exists()
            context["can_give_again"] = context["can_change_given"] and recalled.exists()
        return super().change_view(request, object_id, form_url, context)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def issue(self, request: HttpRequest, plan_id: int) -> HttpResponse:
        """GET: what issuing (an issued plan: adding to it) will do. POST: do exactly that, once."""
        plan = get_object_or_404(Plan.objects.select_related("issuer"), pk=plan_id)
        user = _person(request)
        if not can_issue_plan(user, plan):
            raise PermissionDenied(gettext("Bạn không có quyền giao nhiệm vụ của kế hoạch."))
        error: DomainError | None = None
        if request.method == "POST":
            try:
                give = add_tasks if plan.is_issued else issue_plan
                result = give(plan, by=user, expected=request.POST.get("fingerprint", ""))
            except DomainError as refusal:
                error = refusal
            else:
                _say(request, plan, result)
                return HttpResponseRedirect(_address(plan))
        elif plan.is_issued and not preview_additions(plan).shares:
            _say(request, plan, IssueResult(is_new=False))
            return HttpResponseRedirect(_address(plan))
        preview = preview_additions(plan) if plan.is_issued else preview_issue(plan)
        title = (
            gettext("Xem trước khi giao bổ sung: %(plan)s")
            if plan.is_issued
            else gettext("Xem trước khi giao: %(plan)s")
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title % {"plan": plan},
            "plan": plan,
            "preview": preview,
            "past_due": preview.past_due(timezone.localdate()),
            "error": error,
        }
        status = 409 if isinstance(error, StaleState) else 200
        return TemplateResponse(request, "admin/campaigns/plan/issue.html", context, status=status)


def _person(request: HttpRequest) -> User:
    """The signed-in user; `admin_view` lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _address(plan: Plan) -> str:
    return reverse("admin:campaigns_plan_change", args=[plan.pk])


def _measures(plan: Plan) -> QuerySet[Any]:
    targets = Prefetch("tasks__targets", TaskTarget.objects.select_related("unit", "group"))
    return plan.measures.prefetch_related(targets)


def _next_periods(plan: Plan) -> list[tuple[Task, str]]:
    """Return the recurring tasks with the next periods that will open."""
    today = timezone.localdate()
    recurring = plan.tasks.exclude(recurrence=Recurrence.ONCE).select_related("plan")
    return [
        (task, words_of_next(task.periods_after(today, PERIODS_SHOWN)))
        for task in recurring.order_by("code_sort")
    ]


def _say(request: HttpRequest, plan: Plan, result: IssueResult) -> None:
    if not result.is_new:
        text = gettext("Kế hoạch %(plan)s đã được giao từ trước, không giao thêm gì.")
        messages.info(request, text % {"plan": plan})
        return
    text = gettext(
        "Đã giao %(plan)s: %(lead)s phân công chủ trì, %(coordinate)s phân công phối hợp, "
        "%(units)s đơn vị được thông báo."
    )
    messages.success(request, text % {"plan": plan, **vars(result)})
    if result.without_address:
        text = gettext("%(count)s đơn vị chưa có địa chỉ nhận thông báo, cần báo bằng cách khác.")
        messages.warning(request, text % {"count": result.without_address})
