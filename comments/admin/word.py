"""The words that staff want to be shown where they occur."""

from django.contrib import admin

from ..models import WatchedWord


@admin.register(WatchedWord)
class WatchedWordAdmin(admin.ModelAdmin):
    """Kept by moderators; they are hints and block nothing."""

    list_display = ["word"]
    search_fields = ["word"]
