"""The coordinator's side of assignments: find them, read the reports, accept or return them.

An assignment is never edited here; the buttons call `campaigns.actions.progress`.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.models import User
from hanoi_portal.text import clean_line, fold

from .. import rules
from ..actions.progress import accept_reports, return_report
from ..forms import ReturnForm
from ..models import Assignment
from ..series import series_of
from ..timeliness import Timeliness, condition, day_of, timeliness_of
from ..views.report import shown
from ..words import history_entries
from . import change_many
from .publishing import change_public
from .reminders import LongOverdueFilter
from .talk import show_talk


class TimelinessFilter(admin.SimpleListFilter):
    """By the four classes of Quyết định 42/2014/QĐ-TTg."""

    title = _("thời hạn")
    parameter_name = "thoi-han"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the classes."""
        return list(Timeliness.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what is of the class today."""
        value = self.value()
        if value not in Timeliness.values:
            return queryset
        return queryset.filter(condition(Timeliness(value), day_of()))


class OrphanedFilter(admin.SimpleListFilter):
    """Open work of units that are no more, to be moved on."""

    title = _("đơn vị đã chấm dứt")
    parameter_name = "cham-dut"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the list."""
        return [("co", _("Việc còn mở, chờ chuyển"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep what waits to be moved on."""
        return queryset.orphaned(day_of()) if self.value() == "co" else queryset


@admin.register(Assignment)
class AssignmentAdmin(change_many.ChangeActions):
    """All assignments of all plans; one opens on its reports and the decision."""

    list_display = (
        "task_name",
        "unit",
        "role",
        "state",
        "done_percent",
        "cited_pages",
        "deadline",
        "timeliness",
    )
    list_filter = (
        "state",
        TimelinessFilter,
        LongOverdueFilter,
        OrphanedFilter,
        "role",
        ("task__plan", admin.RelatedOnlyFieldListFilter),
        "unit__kind",
        ("parent", admin.EmptyFieldListFilter),
        ("unit", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("task__plan", "unit")
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("unit__name_folded", "task__code", "task__title")
    search_help_text = _("Tên hoặc mã đơn vị (không dấu cũng được), số hoặc nội dung nhiệm vụ.")
    ordering = ("deadline", "task__code_sort", "unit__name_sort", "pk")
    actions = ("accept_selected", *change_many.CHANGES)

    @admin.display(description=_("nhiệm vụ"), ordering="task__code_sort")
    def task_name(self, assignment: Assignment) -> str:
        """The number of the task in its plan, and enough of its title to know it by."""
        return Truncator(str(assignment.task)).chars(60)

    @admin.display(description=_("tiến độ"), ordering="percent")
    def done_percent(self, assignment: Assignment) -> str:
        """How far it is, as the unit says."""
        return f"{assignment.percent}%"

    @admin.display(description=_("bài đã dẫn"), ordering="cited_count")
    def cited_pages(self, assignment: Any) -> str:
        """How many pages published elsewhere its reports name; nothing for none."""
        return str(assignment.cited_count or "")

    @admin.display(description=_("thời hạn"))
    def timeliness(self, assignment: Assignment) -> str:
        """How it stands in time today."""
        found = timeliness_of(assignment, day_of())
        return str(found.label) if found else ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Assignments come from issuing a plan."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits an assignment by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was given stays on record."""
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may use the actions of the list."""
        return rules.can_follow_up(_person(request))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let a district's page link to what it handed down."""
        return lookup == "parent__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Add how much backs each."""
        return super().get_queryset(request).with_evidence_counts()  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        """Add the pages that change many."""
        talk = path(
            "<int:assignment_id>/trao-doi/",
            self.admin_site.admin_view(show_talk),
            name="campaigns_assignment_talk",
        )
        publish = path(
            "<int:assignment_id>/minh-chung/<slug:kind>/<int:pk>/cong-khai/",
            self.admin_site.admin_view(change_public),
            name="campaigns_assignment_publish",
        )
        return [talk, publish, *change_many.urls(self), *super().get_urls()]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Look for the words among units without diacritics, and among tasks as typed."""
        typed = clean_line(search_term)
        if not typed:
            return (queryset.none() if search_term.strip() else queryset), False
        wanted = Q(task__code=typed) | Q(task__title__icontains=typed)
        if folded := fold(typed):
            wanted |= Q(unit__name_folded__contains=folded)
        return queryset.filter(wanted), False

    @admin.action(description=_("Duyệt báo cáo của các phân công đã chọn"), permissions=["decide"])
    def accept_selected(self, request: HttpRequest, queryset: QuerySet[Assignment]) -> None:
        """Accept those of the chosen assignments that wait; each unit gets one letter for all of its own."""
        chosen = list(queryset.select_related("task__plan", "unit"))
        count = 0
        try:
            count = accept_reports(chosen, by=_person(request))
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        if count:
            told = ngettext("Đã duyệt %(n)d báo cáo.", "Đã duyệt %(n)d báo cáo.", count)
            self.message_user(request, told % {"n": count}, messages.SUCCESS)
        if left := len(chosen) - count:
            told = ngettext(
                "%(n)d phân công không có báo cáo chờ duyệt nên được giữ nguyên.",
                "%(n)d phân công không có báo cáo chờ duyệt nên được giữ nguyên.",
                left,
            )
            self.message_user(request, told % {"n": left}, messages.WARNING)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one assignment with its reports, and take the decision."""
        assignment = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, assignment):
            raise PermissionDenied
        if assignment is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        decision = request.POST.get("decision") if request.method == "POST" else None
        if decision in {"accept", "return"}:
            return self._decide(request, assignment, decision)
        return self._review_page(request, assignment, ReturnForm.of(assignment))

    def _decide(self, request: HttpRequest, assignment: Assignment, decision: str) -> HttpResponse:
        form = ReturnForm(request.POST)
        is_valid = form.is_valid()
        expected, person = form.cleaned_data["seen"], _person(request)
        try:
            if decision == "accept":
                accept_reports([assignment], by=person, expected=expected)
                self.message_user(request, gettext("Đã duyệt báo cáo."), messages.SUCCESS)
            elif is_valid:
                reason = form.cleaned_data["reason"]
                return_report(assignment, by=person, reason=reason, expected=expected)
                told = gettext("Đã trả lại báo cáo; đơn vị được thông báo kèm lý do.")
                self.message_user(request, told, messages.SUCCESS)
            else:
                return self._review_page(request, assignment, form)
        except StaleState as error:
            fresh = self.get_object(request, str(assignment.pk))
            assert fresh is not None  # assignments are never deleted
            form.renew(fresh)
            return self._review_page(request, fresh, form, refusal=str(error), status=409)
        return HttpResponseRedirect(self._following(request))

    def _following(self, request: HttpRequest) -> str:
        """Lead on to the next report that waits, or back to the list."""
        waiting = Assignment.objects.filter(state=Assignment.State.REPORTED, parent=None)
        following = waiting.order_by("reported_on", "pk").first()
        if following is None:
            return reverse("admin:campaigns_assignment_changelist")
        return reverse("admin:campaigns_assignment_change", args=[following.pk])

    def _review_page(
        self,
        request: HttpRequest,
        assignment: Assignment,
        form: Any,
        refusal: str = "",
        status: int = 200,
    ) -> HttpResponse:
        timeliness = timeliness_of(assignment, day_of())
        context = {
            **self.admin_site.each_context(request),
            "title": str(assignment),
            "opts": self.opts,
            "assignment": assignment,
            "plan": assignment.task.plan,
            "summed": Assignment.objects.filter(pk=assignment.pk).with_parts(day_of()).get(),
            "timeliness": timeliness.label if timeliness else "",
            "reports": shown(assignment),
            "series": series_of(assignment),
            "form": form,
            "refusal": refusal,
            "can_decide": rules.can_decide(_person(request), assignment, day_of()),
            "can_change_given": rules.can_change_given(_person(request)),
            "is_open": assignment.state in rules.OPEN,
            "can_publish": rules.can_publish_evidence(_person(request)),
            "is_evidence_locked": not rules.can_follow_up(_person(request)),
            "history": history_entries(assignment),
        }
        return TemplateResponse(request, "campaigns/assignment_review.html", context, status=status)


def _person(request: HttpRequest) -> User:
    """The signed-in user; the admin lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user
