"""The queue of requests for more time: one opens on its answer, ticked ones are answered together.

Nothing is typed into a request; the page calls `campaigns.actions.extensions`.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hanoi_portal.admin import ReadOnlyAdmin
from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.models import User

from .. import rules
from ..asking import DecideForm
from ..models import ExtensionRequest
from .folded_search import FoldedSearch

MOST_AT_ONCE = 200


class WaitingFilter(admin.SimpleListFilter):
    """Those that wait for an answer."""

    title = _("trả lời")
    parameter_name = "cho"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer what waits, and each decision."""
        Decision = ExtensionRequest.Decision
        return [("tra-loi", _("Chờ trả lời")), *[each for each in Decision.choices if each[0]]]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep those."""
        if self.value() == "tra-loi":
            return queryset.waiting()
        return queryset.filter(decision=self.value()) if self.value() else queryset


@admin.register(ExtensionRequest)
class ExtensionRequestAdmin(FoldedSearch, ReadOnlyAdmin):
    """Requests come from units; they are answered here."""

    list_display = (
        "task_name",
        "unit",
        "deadline_now",
        "day",
        "short_reason",
        "answer",
        "created_at",
    )
    list_filter = (
        WaitingFilter,
        ("assignment__task__plan", admin.RelatedOnlyFieldListFilter),
        "assignment__unit__kind",
        ("assignment__parent", admin.EmptyFieldListFilter),
    )
    list_select_related = ("assignment__task__plan", "assignment__unit", "decided_by")
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("assignment__unit__name_folded",)
    search_help_text = _("Tên hoặc mã đơn vị, có dấu hay không dấu đều được.")
    ordering = ("decision", "created_at", "pk")
    actions = ("decide_selected",)

    @admin.display(description=_("nhiệm vụ"), ordering="assignment__task__code_sort")
    def task_name(self, request: ExtensionRequest) -> str:
        """The number of the task in its plan, and enough of its title to know it by."""
        return Truncator(str(request.assignment.task)).chars(50)

    @admin.display(description=_("đơn vị"), ordering="assignment__unit__name_sort")
    def unit(self, request: ExtensionRequest) -> str:
        """Who asks."""
        return request.assignment.unit.short_name

    @admin.display(description=_("hạn hiện nay"), ordering="assignment__deadline")
    def deadline_now(self, request: ExtensionRequest) -> Any:
        """The deadline that holds."""
        return request.assignment.deadline

    @admin.display(description=_("lý do"))
    def short_reason(self, request: ExtensionRequest) -> str:
        """Why, in short."""
        return Truncator(request.reason).chars(80)

    @admin.display(description=_("trả lời"), ordering="decision")
    def answer(self, request: ExtensionRequest) -> str:
        """What was answered; that work which ended meanwhile needs no answer."""
        if request.is_waiting and request.assignment.state not in rules.OPEN:
            return gettext("Không còn cần")
        word = str(request.get_decision_display())
        return f"{word}: {request.granted_day:%d/%m/%Y}" if request.granted_day else word

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may use the action of the list."""
        return rules.can_follow_up(_person(request))

    def get_urls(self) -> list[URLPattern]:
        """Add the page that answers several."""
        view = self.admin_site.admin_view(self.decide_view)
        return [
            path("tra-loi/", view, name="campaigns_extensionrequest_decide"),
            *super().get_urls(),
        ]

    @admin.action(description=_("Trả lời các đề nghị đã chọn…"), permissions=["decide"])
    def decide_selected(
        self, request: HttpRequest, queryset: QuerySet[ExtensionRequest]
    ) -> HttpResponse | None:
        """Lead to the page where the answer is chosen."""
        waiting: Any = queryset
        numbers = list(waiting.waiting().values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(numbers) > MOST_AT_ONCE:
            text = gettext("Mỗi lần trả lời được %(most)s đề nghị: đây là phần đầu.")
            self.message_user(request, text % {"most": MOST_AT_ONCE}, messages.WARNING)
            del numbers[MOST_AT_ONCE:]
        if not numbers:
            told = gettext("Không đề nghị nào trong số đã chọn còn chờ trả lời.")
            self.message_user(request, told, messages.WARNING)
            return None
        return self._page(request, numbers, DecideForm())

    @method_decorator(require_http_methods(["POST"]))
    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """Answer the requests whose numbers came along."""
        person = _person(request)
        if not rules.can_follow_up(person):
            raise PermissionDenied(gettext("Bạn không có quyền trả lời đề nghị gia hạn."))
        numbers = [
            int(part)
            for part in request.POST.get("chosen", "").split(",")[:MOST_AT_ONCE]
            if part.isascii() and part.isdecimal() and len(part) < 19
        ]
        form = DecideForm(request.POST)
        chosen = list(self._rows().filter(pk__in=numbers))
        if not chosen:
            self.message_user(request, gettext("Xin chọn đề nghị trước."), messages.WARNING)
            return HttpResponseRedirect(_list_address())
        if not form.is_valid():
            return self._page(request, numbers, form)
        try:
            count = form.act(chosen, by=person)
        except StaleState as error:
            return self._page(request, numbers, form, str(error), 409)
        except DomainError as error:
            return self._page(request, numbers, form, str(error))
        told = ngettext("Đã trả lời %(n)d đề nghị.", "Đã trả lời %(n)d đề nghị.", count)
        self.message_user(request, told % {"n": count}, messages.SUCCESS)
        if left := len(chosen) - count:
            text = gettext("%(n)d đề nghị giữ nguyên: đã được trả lời hoặc không còn cần.")
            self.message_user(request, text % {"n": left}, messages.WARNING)
        return HttpResponseRedirect(f"{_list_address()}?cho=tra-loi")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one request and take the answer."""
        found = self.get_object(request, object_id)
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        return self._page(request, [found.pk], DecideForm())

    def _rows(self) -> Any:
        return ExtensionRequest.objects.select_related(
            "assignment__task__plan", "assignment__unit", "decided_by"
        )

    def _page(
        self,
        request: HttpRequest,
        numbers: list[int],
        form: DecideForm,
        refusal: str = "",
        status: int = 200,
    ) -> HttpResponse:
        requests = list(self._rows().filter(pk__in=numbers).order_by("created_at", "pk"))
        waiting = [
            each for each in requests if each.is_waiting and each.assignment.state in rules.OPEN
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(requests[0]) if len(requests) == 1 else gettext("Trả lời nhiều đề nghị"),
            "requests": requests,
            "waiting_count": len(waiting),
            "chosen": ",".join(map(str, numbers)),
            "form": form,
            "can_decide": bool(waiting) and rules.can_follow_up(_person(request)),
            "address": reverse("admin:campaigns_extensionrequest_decide"),
            "refusal": refusal,
        }
        template = "admin/campaigns/extensionrequest/decide.html"
        return TemplateResponse(request, template, context, status=status)


def _person(request: HttpRequest) -> User:
    """The signed-in user; the admin lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _list_address() -> str:
    return reverse("admin:campaigns_extensionrequest_changelist")
