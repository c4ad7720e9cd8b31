"""Putting an article among the others, in the admin: whom it is for, its tags, what it is related to.

A page of its own beside the text: what is said here is no part of the text, holds at once, and has no working copy.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import actions, rules
from ..forms.shelves import ArrangeForm
from ..models import ArrangedArticle, Article
from .parts import FoldedSearchAdmin, person_of


@admin.register(ArrangedArticle)
class ArrangedArticleAdmin(FoldedSearchAdmin):
    """Articles by what is said about them: those that nobody has arranged yet are found by the filters."""

    form = ArrangeForm
    list_display = ["title", "state", "category", "published_at"]
    list_filter = ["state", "audiences", ("tags", admin.EmptyFieldListFilter)]
    list_select_related = ["category"]
    list_per_page = 50
    search_fields = ["search_text"]
    search_help_text = _("Tìm trong tiêu đề, tóm tắt, nội dung; không cần gõ dấu")
    ordering = ["-changed_at", "-pk"]
    actions = None

    # --- who may -----------------------------------------------------------------------------
    def has_module_permission(self, request: HttpRequest) -> bool:
        """Shown beside the articles."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees articles in the admin."""
        return request.user.has_perm("guidance.view_article")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Articles are written elsewhere."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Ask the rule of the article."""
        if obj is None:
            return request.user.has_perm(rules.WRITE)
        return rules.can_arrange(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never deleted."""
        return False

    def view_on_site(self, obj: Article) -> str | None:
        """Lead to the public page where there is one."""
        return obj.get_absolute_url() if obj.state == Article.State.PUBLISHED else None

    # --- one article -------------------------------------------------------------------------
    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """Leave it to `save_related`: nothing of the article's own row changes here."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Arrange through the action."""
        article = Article.objects.get(pk=form.instance.pk)
        actions.arrange_article(article, by=person_of(request), **form.cleaned_data)
