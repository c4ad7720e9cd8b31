"""What readers looked for in vain, in the admin: one line for each query of the last thirty days, only looked at."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ..ledger_admin import ReadOnlyAdmin
from ..models import EmptySearch
from .misses import SHOWN_DAYS


class EmptySearchAdmin(ReadOnlyAdmin):
    """The queries that found nothing, the most frequent first."""

    list_display = ["folded", "total", "day", "again"]
    list_display_links = None
    search_fields = ["folded"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """One row for each query, with how often it was asked in all."""
        return EmptySearch.objects.totals(timezone.localdate(), SHOWN_DAYS)

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        """The most frequent first."""
        return (F("total").desc(), "-day", "folded")

    @admin.display(description=_("số lần trong 30 ngày"), ordering="total")
    def total(self, row: Any) -> int:
        """How often it was asked."""
        count: int = row.total
        return count

    @admin.display(description=_("tìm lại"))
    def again(self, row: EmptySearch) -> str:
        """A link to the same search: perhaps it finds something by now."""
        return format_html(
            '<a href="/tim-kiem/?{}">{}</a>', urlencode({"q": row.folded}), _("tìm thử")
        )
