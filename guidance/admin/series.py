"""Series in the admin: which articles, in which order. Saved through the action."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import actions
from ..forms.shelves import SeriesForm
from ..models import Series
from .parts import person_of

AT_ONCE = _("Người đọc thấy tuyến bài và thứ tự các bài ngay khi lưu.")


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):
    """Series, each with its articles."""

    form = SeriesForm
    change_form_template = "admin/guidance/listed_form.html"
    list_display = ["title", "slug", "part_count"]
    search_fields = ["title", "slug"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Series]:
        """Count the articles in the same query."""
        return super().get_queryset(request).annotate(total=Count("parts"))

    @admin.display(description=_("số bài"), ordering="total")
    def part_count(self, series: Any) -> int:
        """How many articles are in it, drafts too."""
        return int(series.total)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out deleting many at once."""
        kept = super().get_actions(request)
        kept.pop("delete_selected", None)
        return kept

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the articles too, which are no field of the series itself."""
        fields = ["title", "slug", "summary", "articles", "seen"]
        return [(None, {"fields": fields, "description": AT_ONCE})]

    def save_model(self, request: HttpRequest, obj: Series, form: Any, change: bool) -> None:
        """Write the series with its articles, in their order."""
        articles = form.cleaned_data["articles"]
        actions.order_series(obj, articles, by=person_of(request))

    def delete_model(self, request: HttpRequest, obj: Series) -> None:
        """Delete through the action."""
        actions.remove_series(obj, by=person_of(request))
