"""What reminding rests on and what it has done, in the admin: the year's holidays, and the rungs told."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanoi_portal.admin import ReadOnlyAdmin
from hanoi_portal.fields import LineField

from ..models import Holiday, Reminder
from ..reminders import long_overdue
from ..working_days import SATURDAY


class HolidayForm(forms.ModelForm):
    """A day off, or a weekend day that is worked."""

    name = LineField(label=_("Tên"), max_length=120)

    def clean(self) -> dict[str, Any]:
        """Only a weekend day can be worked instead of another."""
        cleaned = super().clean() or {}
        day = cleaned.get("day")
        if day and cleaned.get("is_worked") and day.weekday() < SATURDAY:
            self.add_error(
                "is_worked", ValidationError(_("Chỉ thứ Bảy, Chủ nhật mới là ngày đi làm bù."))
            )
        return cleaned


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    """The days on which nobody is reminded, and which do not count as working days."""

    form = HolidayForm
    list_display = ("day", "name", "is_worked")
    list_filter = ("is_worked",)
    search_fields = ("name",)
    date_hierarchy = "day"


class LongOverdueFilter(admin.SimpleListFilter):
    """The escalation list: what stayed silent after the third urging."""

    title = _("chậm kéo dài")
    parameter_name = "keo-dai"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the list."""
        return [("co", _("Sau ba lần đôn đốc"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what is on the list."""
        return queryset.filter(long_overdue()) if self.value() == "co" else queryset


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """Who was reminded of what, and when."""

    list_display = ("created_at", "rung", "unit", "task", "due_on")
    list_filter = ("rung", "assignment__unit__kind", "assignment__task__plan")
    show_facets = admin.ShowFacets.NEVER
    list_select_related = ("assignment__unit", "assignment__task")
    search_fields = ("assignment__unit__name_folded", "assignment__task__code")

    @admin.display(description=_("đơn vị"), ordering="assignment__unit__name_sort")
    def unit(self, reminder: Reminder) -> str:
        """The unit that was reminded."""
        return str(reminder.assignment.unit)

    @admin.display(description=_("nhiệm vụ"), ordering="assignment__task__code_sort")
    def task(self, reminder: Reminder) -> str:
        """The task it was reminded of."""
        return str(reminder.assignment.task)
