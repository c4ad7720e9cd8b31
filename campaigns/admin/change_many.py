"""The pages that change many assignments at once: move their deadline, recall them, give them again.

Type, preview, confirm.

They open from the list's actions (the ticked ones), from a plan's page (all of the plan, or of one of its tasks), and
from an assignment's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.fields import LineField, ParagraphsField
from hanoi_portal.models import User

from ..actions.change_deadline import change_deadlines, preview_deadline
from ..actions.give_again import give_again, preview_give_again
from ..actions.many import ChangeResult, Choice
from ..actions.recall import preview_recall, recall
from ..forms import REASON_LENGTH
from ..models import Assignment
from ..rules import OPEN, can_change_given

MOST_AT_ONCE = 20_000


class ChosenForm(forms.Form):
    """Which assignments, and why; the reason is sent to the units."""

    chosen = LineField(widget=forms.HiddenInput)
    reason = ParagraphsField(
        label=gettext_lazy("Lý do"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Lời này được gửi cho các đơn vị qua thư và ghi vào lịch sử."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_chosen(self) -> str:
        """Let only row numbers through."""
        value: str = self.cleaned_data["chosen"]
        if len(_numbers(value)) != len(value.split(",")):
            raise forms.ValidationError(_("Danh sách phân công không đọc được. Xin chọn lại."))
        return value


class DeadlineForm(ChosenForm):
    """The new day, beside the reason."""

    field_order = ("chosen", "deadline", "reason")
    deadline = forms.DateField(
        label=gettext_lazy("Thời hạn mới"),
        help_text=gettext_lazy("Ngày/tháng/năm. Thời hạn ban đầu vẫn được giữ bên cạnh."),
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "size": 12}),
    )

    def clean_deadline(self) -> date | None:
        """Refuse a day that is over."""
        day: date | None = self.cleaned_data["deadline"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("Thời hạn mới phải từ hôm nay trở đi."))
        return day


class GiveAgainForm(DeadlineForm):
    """The reason; and another day, where the old one does not do."""

    deadline = forms.DateField(
        label=gettext_lazy("Thời hạn mới"),
        required=False,
        help_text=gettext_lazy(
            "Ngày/tháng/năm. Để trống thì mỗi phân công giữ thời hạn đang có; phân công đã qua hạn cần thời hạn mới."
        ),
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "size": 12}),
    )


def _open(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return rows.filter(state__in=OPEN)


def _recalled(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return rows.filter(state=Assignment.State.RECALLED)


@dataclass(frozen=True)
class Verb:
    """One kind of change: its words, its form, its preview and its doing."""

    name: str
    title: str | Promise
    confirm: str | Promise
    done: str | Promise
    left: str | Promise
    form: type[ChosenForm]
    preview: Callable[..., Choice]
    act: Callable[..., ChangeResult]
    takes: Callable[[QuerySet[Assignment]], QuerySet[Assignment]]  # of a whole plan or task
    none: str | Promise  # said where a plan or task has none of these


CHANGE_DEADLINE = Verb(
    name="doi-han",
    title=gettext_lazy("Đổi thời hạn"),
    confirm=gettext_lazy("Xác nhận đổi thời hạn của %(changed)s phân công, báo %(units)s đơn vị"),
    done=gettext_lazy("Đã đổi thời hạn của %(changed)s phân công, báo cho %(units)s đơn vị."),
    left=gettext_lazy(
        "%(left)s phân công giữ nguyên: đã hoàn thành, đã thu hồi, đã có đúng thời hạn đó, hoặc muộn hơn "
        "hạn của đơn vị cấp trên."
    ),
    form=DeadlineForm,
    preview=preview_deadline,
    act=change_deadlines,
    takes=_open,
    none=gettext_lazy("Không có phân công nào đang mở."),
)
RECALL = Verb(
    name="thu-hoi",
    title=gettext_lazy("Thu hồi nhiệm vụ"),
    confirm=gettext_lazy("Xác nhận thu hồi %(changed)s phân công, báo %(units)s đơn vị"),
    done=gettext_lazy("Đã thu hồi %(changed)s phân công, báo cho %(units)s đơn vị."),
    left=gettext_lazy("%(left)s phân công giữ nguyên: đã hoàn thành hoặc đã thu hồi từ trước."),
    form=ChosenForm,
    preview=preview_recall,
    act=recall,
    takes=_open,
    none=gettext_lazy("Không có phân công nào đang mở."),
)
GIVE_AGAIN = Verb(
    name="giao-lai",
    title=gettext_lazy("Giao lại nhiệm vụ đã thu hồi"),
    confirm=gettext_lazy("Xác nhận giao lại %(changed)s phân công, báo %(units)s đơn vị"),
    done=gettext_lazy("Đã giao lại %(changed)s phân công, báo cho %(units)s đơn vị."),
    left=gettext_lazy(
        "%(left)s phân công giữ nguyên: không phải đã thu hồi, đơn vị đã chấm dứt, đã qua hạn mà chưa có "
        "thời hạn mới, hoặc đơn vị cấp trên không còn giữ việc đến hạn ấy."
    ),
    form=GiveAgainForm,
    preview=preview_give_again,
    act=give_again,
    takes=_recalled,
    none=gettext_lazy("Không có phân công nào đã thu hồi."),
)
VERBS = (CHANGE_DEADLINE, RECALL, GIVE_AGAIN)


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
    numbers = _numbers(request.POST.get("chosen", ""))
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
        for number in _numbers(request.GET.get(name, ""))[:1]
    }
    return Assignment.objects.filter(**wanted) if wanted else None


def _numbers(value: str) -> list[int]:
    """Return the row numbers of a list with commas; what cannot be one is left out."""
    parts = value.split(",")[:MOST_AT_ONCE]
    return [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 19]


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
