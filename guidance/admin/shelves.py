"""What articles stand under, in the admin: categories, tags, audiences."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..addresses import address_of, lead_on
from ..forms import CategoryForm
from ..forms.shelves import AudienceForm, TagForm
from ..models import Audience, Category, Tag


class ShelfAdmin(admin.ModelAdmin):
    """Each with the number of its articles; only an empty one can go."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the articles in the same query."""
        return super().get_queryset(request).annotate(total=Count("articles"))

    @admin.display(description=_("số bài"), ordering="total")
    def article_count(self, shelf: Any) -> int:
        """How many articles stand there, drafts too."""
        return int(shelf.total)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only an empty one can go."""
        return super().has_delete_permission(request, obj) and (
            obj is None or not obj.articles.exists()
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and have an address that changed lead on."""
        before = address_of(obj)
        super().save_model(request, obj, form, change)
        lead_on(before, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out deleting many at once."""
        kept = super().get_actions(request)
        kept.pop("delete_selected", None)
        return kept


@admin.register(Category)
class CategoryAdmin(ShelfAdmin):
    """The subjects under which articles are found."""

    form = CategoryForm
    list_display = ["name", "slug", "position", "article_count"]
    list_filter = ["position"]
    search_fields = ["name", "slug", "summary"]


@admin.register(Tag)
class TagAdmin(ShelfAdmin):
    """What articles are about, finer than their category."""

    form = TagForm
    list_display = ["name", "slug", "article_count"]
    search_fields = ["name", "slug"]


@admin.register(Audience)
class AudienceAdmin(ShelfAdmin):
    """Whom articles are written for."""

    form = AudienceForm
    list_display = ["name", "slug", "position", "article_count"]
    search_fields = ["name", "slug"]
