"""The pages that change many assignments at once: move deadlines, recall, give again, move on.

Type, preview, confirm (`change_verbs` says what is typed for which). They open from the list's actions (the ticked
ones), from a plan's page (all of the plan, or of one of its tasks), and from an assignment's.
"""

from collections.abc import Callable, Sequence

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.models import User

from ..actions.many import ChangeResult, Choice
from ..models import Assignment
from ..rules import can_change_given
from .change_verbs import (
    CHANGE_DEADLINE,
    GIVE_AGAIN,
    MOST_AT_ONCE,
    MOVE_ON,
    RECALL,
    VERBS,
    ChosenForm,
    Verb,
    numbers_of,
)

# The list's actions, in their order.
CHANGES = (
    "change_deadline_selected",
    "recall_selected",
    "give_again_selected",
    "move_on_selected",
)


def urls(model_admin: ModelAdmin) -> list[URLPattern]:
    """Return the addresses of the pages, for the assignments' admin."""
    return [
        path(
            f"{verb.name}/",
            model_admin.admin_site.admin_view(_view(model_admin, verb)),
            name=f"campaigns_assignment_{verb.name}",
        )
        for verb in VERBS
    ]


def open_page(
    model_admin: ModelAdmin, request: HttpRequest, verb: Verb, assignments: QuerySet[Assignment]
) -> HttpResponse:
    """Show the page of a verb about these assignments, nothing typed yet."""
    numbers = list(assignments.order_by("pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if len(numbers) > MOST_AT_ONCE:
        text = _(
            "Mỗi lần chỉ làm được %(most)s phân công: đây là phần đầu. Làm xong xin mở lại để làm tiếp."
        )
        messages.warning(request, text % {"most": f"{MOST_AT_ONCE:,}".replace(",", ".")})
        del numbers[MOST_AT_ONCE:]
    form = verb.form(initial={"chosen": ",".join(map(str, numbers))})
    return _page(model_admin, request, verb, form, numbers)


def _view(model_admin: ModelAdmin, verb: Verb) -> Callable[[HttpRequest], HttpResponse]:
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest) -> HttpResponse:
        """GET ?ke-hoach=, ?nhiem-vu=: all of it; ?phan-cong=: one. POST: preview, or with its fingerprint do it."""
        if not can_change_given(_person(request)):
            raise PermissionDenied(_("Bạn không có quyền thay đổi việc đã giao cho các đơn vị."))
        if request.method != "POST":
            named = _named(request)
            if named is None:
                messages.warning(request, _("Xin chọn phân công trong danh sách trước."))
                return HttpResponseRedirect(_list_address())
            found = verb.takes(named)
            if not found.exists():
                messages.warning(request, str(verb.none))
                return HttpResponseRedirect(_list_address())
            return open_page(model_admin, request, verb, found)
        return _take(model_admin, request, verb)

    return view


def _take(model_admin: ModelAdmin, request: HttpRequest, verb: Verb) -> HttpResponse:
    """Preview what was typed, or do what was confirmed."""
    form = verb.form(request.POST)
    numbers = numbers_of(request.POST.get("chosen", ""))
    if not form.is_valid():
        return _page(model_admin, request, verb, form, numbers)
    typed = {name: value for name, value in form.cleaned_data.items() if name != "chosen"}
    chosen = [Assignment(pk=number) for number in numbers]
    error: DomainError | None = None
    if fingerprint := request.POST.get("fingerprint", ""):
        try:
            result = verb.act(chosen, by=_person(request), expected=fingerprint, **typed)
        except DomainError as refusal:
            error = refusal
        else:
            _say(request, verb, result)
            return HttpResponseRedirect(_list_address())
    choice = verb.preview(chosen, **typed)
    return _page(model_admin, request, verb, form, numbers, choice, error)


def _page(
    model_admin: ModelAdmin,
    request: HttpRequest,
    verb: Verb,
    form: ChosenForm,
    numbers: Sequence[int],
    choice: Choice | None = None,
    error: DomainError | None = None,
) -> HttpResponse:
    told: dict[str, int] = {}
    if choice:
        told = {"changed": len(choice.changing), "units": choice.unit_count}
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": verb.title,
        "address": reverse(f"admin:campaigns_assignment_{verb.name}"),
        "form": form,
        "total": len(numbers),
        "choice": choice,
        "confirm": str(verb.confirm) % told if choice else "",
        "left": str(verb.left) % {"left": len(choice.left)} if choice and choice.left else "",
        "error": error,
    }
    status = 409 if isinstance(error, StaleState) else 200
    template = "admin/campaigns/assignment/change_many.html"
    return TemplateResponse(request, template, context, status=status)


def _named(request: HttpRequest) -> QuerySet[Assignment] | None:
    """Return the assignments of the plan or task that the address names; None where it names none."""
    fields = {"ke-hoach": "task__plan_id", "nhiem-vu": "task_id", "phan-cong": "pk"}
    wanted = {
        field: number
        for name, field in fields.items()
        for number in numbers_of(request.GET.get(name, ""))[:1]
    }
    return Assignment.objects.filter(**wanted) if wanted else None


def _say(request: HttpRequest, verb: Verb, result: ChangeResult) -> None:
    if result.changed:
        messages.success(request, str(verb.done) % vars(result))
    if result.left:
        messages.warning(request, str(verb.left) % vars(result))


def _person(request: HttpRequest) -> User:
    """The signed-in user; `admin_view` lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _list_address() -> str:
    return reverse("admin:campaigns_assignment_changelist")


class ChangeActions(admin.ModelAdmin):
    """What the list of assignments does with the ticked ones, each on a page of its own."""

    def has_change_given_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may move deadlines, recall, give again, move on."""
        return can_change_given(_person(request))

    @admin.action(
        description=gettext_lazy("Đổi thời hạn của các phân công đã chọn…"),
        permissions=["change_given"],
    )
    def change_deadline_selected(
        self, request: HttpRequest, queryset: QuerySet[Assignment]
    ) -> HttpResponse:
        """Lead to the page where the day and the reason are typed."""
        return open_page(self, request, CHANGE_DEADLINE, queryset)

    @admin.action(
        description=gettext_lazy("Thu hồi các phân công đã chọn…"), permissions=["change_given"]
    )
    def recall_selected(self, request: HttpRequest, queryset: QuerySet[Assignment]) -> HttpResponse:
        """Lead to the page where the reason is typed."""
        return open_page(self, request, RECALL, queryset)

    @admin.action(
        description=gettext_lazy("Giao lại các phân công đã thu hồi…"), permissions=["change_given"]
    )
    def give_again_selected(
        self, request: HttpRequest, queryset: QuerySet[Assignment]
    ) -> HttpResponse:
        """Lead to the page where the reason, and maybe another day, is typed."""
        return open_page(self, request, GIVE_AGAIN, queryset)

    @admin.action(
        description=gettext_lazy("Chuyển các phân công đã chọn cho đơn vị kế tục…"),
        permissions=["change_given"],
    )
    def move_on_selected(
        self, request: HttpRequest, queryset: QuerySet[Assignment]
    ) -> HttpResponse:
        """Lead to the page where the reason is typed."""
        return open_page(self, request, MOVE_ON, queryset)
