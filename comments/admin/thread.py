"""How single articles take comments, in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from guidance.models import Article

from .. import actions
from ..models import ThreadSetting


@admin.register(ThreadSetting)
class ThreadSettingAdmin(admin.ModelAdmin):
    """An article without a row takes comments in the ordinary way."""

    list_display = ["article", "mode", "closes_on"]
    list_filter = ["mode", "closes_on"]
    list_select_related = ["article"]
    search_fields = ["article__title"]
    show_facets = admin.ShowFacets.NEVER

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer articles by title, without loading their texts."""
        if db_field.name == "article":
            kwargs["queryset"] = Article.objects.only("title").order_by("-published_at", "-pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ThreadSetting, form: Any, change: bool) -> None:
        """Save through the action, which records it."""
        actions.save_thread_setting(obj, by=request.user)  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The ordinary way is chosen, not deleted to: the history tells who chose it."""
        return False
