"""Categories in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..forms import CategoryForm
from ..models import Category


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    """The subjects under which articles are found."""

    form = CategoryForm
    list_display = ["name", "slug", "position", "article_count"]
    list_filter = ["position"]
    search_fields = ["name", "slug", "summary"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        """Count the articles in the same query."""
        return super().get_queryset(request).annotate(total=Count("articles"))

    @admin.display(description=_("số bài"), ordering="total")
    def article_count(self, category: Any) -> int:
        """How many articles the category has, drafts too."""
        return int(category.total)

    def has_delete_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        """Only an empty category can go."""
        return super().has_delete_permission(request, obj) and (
            obj is None or not obj.articles.exists()
        )

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out deleting many at once."""
        kept = super().get_actions(request)
        kept.pop("delete_selected", None)
        return kept
