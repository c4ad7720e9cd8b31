"""The house rules in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .. import actions
from ..models import HouseRule


@admin.register(HouseRule)
class HouseRuleAdmin(admin.ModelAdmin):
    """The house rules. A number is for ever: decisions cite it."""

    list_display = ["number", "title", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["title", "text"]

    def get_readonly_fields(self, request: HttpRequest, obj: HouseRule | None = None) -> list[str]:
        """Keep the number of a rule that exists."""
        return ["number"] if obj else []

    def save_model(self, request: HttpRequest, obj: HouseRule, form: Any, change: bool) -> None:
        """Save through the action, which records it."""
        actions.save_house_rule(obj, by=request.user)  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: HouseRule | None = None) -> bool:
        """A rule that no longer holds is switched off."""
        return False

    def get_view_on_site_url(self, obj: HouseRule | None = None) -> str | None:
        """Link to the rule on the public page."""
        return obj.get_absolute_url() if obj else None
