"""Tasks in the admin: to be found and read; they are changed on their plan's page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ..models import Task


@admin.register(Task)
class TaskAdmin(admin.ModelAdmin):
    """Tasks, to be found and read."""

    list_display = ("code", "title", "plan", "deliverable", "deadline")
    list_display_links = ("code", "title")
    list_filter = ("plan", "measure", "is_starred", "recurrence", "is_cascading")
    show_facets = admin.ShowFacets.NEVER
    list_select_related = ("plan",)
    search_fields = ("code", "title", "deliverable")
    fields = (
        "plan",
        "measure",
        "code",
        "title",
        "deliverable",
        "is_deliverable_assumed",
        "deadline",
        "is_cascading",
        "authority",
        "responsibility",
        "indicator_name",
        "indicator_unit",
        "indicator_target",
        "is_starred",
        "recurrence",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never by hand: a task comes with its plan."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never by hand: a task comes with its plan."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a task is part of the record."""
        return False
