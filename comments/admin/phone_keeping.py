"""For how many days phones are kept, in the admin: the number in force, those before it, and a way to set another."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import actions, rules
from ..models import PHONE_DAYS_MAX, PHONE_DAYS_MIN, PhoneKeeping
from ..phone_clock import days_in_force


class PhoneKeepingForm(forms.ModelForm):
    """The days, and a box for the case that phones go at once."""

    days = forms.IntegerField(
        label=_("Số ngày giữ"),
        min_value=PHONE_DAYS_MIN,
        max_value=PHONE_DAYS_MAX,
        error_messages={
            "required": _("Xin nhập số ngày."),
            "invalid": _("Xin nhập một số nguyên, ví dụ 90."),
            "min_value": _("Ít nhất %(limit_value)s ngày, để còn kịp gọi lại cho người gửi."),
            "max_value": _("Nhiều nhất %(limit_value)s ngày: không giữ số lâu hơn mức cần."),
        },
        help_text=_(
            "Từ 7 đến 365 ngày, kể từ lúc bình luận được gửi. Tăng chỉ áp dụng cho bình luận gửi từ nay; giảm thì "
            "áp dụng cho cả số đang giữ. Lời đồng ý và trang quyền riêng tư nêu số mới ngay."
        ),
    )
    is_sure = forms.BooleanField(
        label=_("Xóa cả số đã giữ lâu hơn"),
        required=False,
        help_text=_("Chỉ cần đánh dấu khi giảm số ngày. Số đã xóa không lấy lại được."),
    )

    class Meta:
        model = PhoneKeeping
        fields = ["days"]

    def clean(self) -> dict[str, Any]:
        """Say beforehand how many phones go, and that the number must be another."""
        cleaned = super().clean() or self.cleaned_data
        days = cleaned.get("days")
        if days is None:
            return cleaned
        now_in_force = days_in_force()
        if days == now_in_force:
            text = gettext("Thời gian giữ đang là %(days)s ngày, không có gì để đổi.")
            self.add_error("days", ValidationError(text % {"days": days}))
        elif days < now_in_force and not cleaned.get("is_sure"):
            count = actions.phones_past(days)
            if count:
                text = ngettext(
                    "%(n)d số đã giữ lâu hơn sẽ bị xóa trong vòng một giờ. Xin đánh dấu nếu đúng là muốn vậy.",
                    "%(n)d số đã giữ lâu hơn sẽ bị xóa trong vòng một giờ. Xin đánh dấu nếu đúng là muốn vậy.",
                    count,
                )
                self.add_error("is_sure", ValidationError(text % {"n": count}))
        return cleaned


@admin.register(PhoneKeeping)
class PhoneKeepingAdmin(admin.ModelAdmin):
    """Each change is a row that stays: it tells what readers were promised at its time."""

    form = PhoneKeepingForm
    list_display = ["__str__", "since_when", "set_by", "is_in_force"]
    list_filter = ["since"]
    search_fields = ["set_by__full_name"]
    list_select_related = ["set_by"]
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=_("từ lúc"), ordering="since")
    def since_when(self, row: PhoneKeeping) -> str:
        """Return the moment, as Vietnamese write it."""
        return timezone.localtime(row.since).strftime("%H:%M %d/%m/%Y")

    @admin.display(description=_("đang áp dụng"), boolean=True)
    def is_in_force(self, row: PhoneKeeping) -> bool:
        """Tell whether this is the latest row."""
        return row.pk == row.latest  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the key of the row in force, in one query."""
        latest = PhoneKeeping.objects.values("pk")[:1]
        return super().get_queryset(request).annotate(latest=latest)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the number in force."""
        return {"days": days_in_force()}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page that sets other days: there is one number, so nothing is added one after the other."""
        told = {
            "title": gettext("Đổi thời gian giữ số điện thoại"),
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
        }
        return super().add_view(request, form_url, {**told, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: PhoneKeeping, form: Any, change: bool) -> None:
        """Set the days through the action, which records it."""
        made = actions.set_phone_days(obj.days, by=request.user)  # type: ignore[arg-type]
        obj.__dict__.update(made.__dict__)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may set the days."""
        return rules.can_set_phone_days(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was promised is not rewritten: another number is another row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor is it taken away."""
        return False
