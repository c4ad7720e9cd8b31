"""The words that staff want to be shown where they occur."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from .. import actions
from ..models import WatchedWord


@admin.register(WatchedWord)
class WatchedWordAdmin(admin.ModelAdmin):
    """Kept by moderators; they are hints and block nothing. Saved and removed through the actions, which record it."""

    list_display = ["word"]
    search_fields = ["word"]

    def save_model(self, request: HttpRequest, obj: WatchedWord, form: Any, change: bool) -> None:
        """Save, as somebody."""
        actions.save_watched_word(obj, by=request.user)  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: WatchedWord) -> None:
        """Remove one."""
        actions.remove_watched_word(obj, by=request.user)  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[WatchedWord]) -> None:
        """Remove those that were chosen in the list."""
        for word in queryset:
            actions.remove_watched_word(word, by=request.user)  # type: ignore[arg-type]
