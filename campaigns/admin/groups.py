"""Saved groups of units in the admin; what changes in one is written into its history."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanoi_portal import history
from hanoi_portal.fields import LineField
from hanoi_portal.models import User

from ..models import TaskTarget, UnitGroup


class UnitGroupForm(forms.ModelForm):
    """A group, its texts cleaned."""

    name = LineField(label=_("Tên nhóm"), max_length=120)
    note = LineField(label=_("Ghi chú"), max_length=300, required=False)


@admin.register(UnitGroup)
class UnitGroupAdmin(admin.ModelAdmin):
    """Groups by name. One that a task is for stays."""

    form = UnitGroupForm
    fields = ("name", "code", "units", "note")
    list_display = ("name", "code", "unit_count", "note")
    list_filter = ("units__kind",)
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("name", "code", "note")
    autocomplete_fields = ("units",)
    prepopulated_fields = {"code": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnitGroup]:
        """Count the units in the same query."""
        return super().get_queryset(request).annotate(unit_total=Count("units", distinct=True))

    @admin.display(description=_("số đơn vị"), ordering="unit_total")
    def unit_count(self, group: Any) -> int:
        """How many units the group has."""
        return int(group.unit_total)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A group that a task is for is part of the record."""
        if obj is not None and TaskTarget.objects.filter(group=obj).exists():
            return False
        return super().has_delete_permission(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write which units the group has now."""
        super().save_related(request, form, formsets, change)
        assert isinstance(request.user, User)
        codes = sorted(form.instance.units.values_list("code", flat=True))
        history.record("save_group", form.instance, by=request.user, data={"codes": codes})
