"""Writing guidance in the admin: articles with CKEditor, preview, publish, withdraw; categories.

The buttons call `guidance.actions`; nothing here decides anything by itself.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hanoi_portal.errors import DomainError
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.text import fold

from .. import actions, rules
from ..forms import ArticleForm, CategoryForm, WithdrawForm
from ..models import Article, Category
from ..views import article_page


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


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    """Articles: written by editors, shown to readers by publishers. Never deleted: withdrawn, with a reason."""

    form = ArticleForm
    change_form_template = "admin/guidance/article/change_form.html"
    list_display = ["title", "category", "state", "published_at", "author_name", "changed_at"]
    list_filter = ["state", "category", "published_at", "author_name"]
    list_select_related = ["category"]
    list_per_page = 50
    search_fields = ["search_text"]
    search_help_text = _("Tìm trong tiêu đề, tóm tắt, nội dung; không cần gõ dấu")
    date_hierarchy = "published_at"
    ordering = ["-changed_at", "-pk"]
    readonly_fields = ["state", "published_at", "withdrawn_reason"]
    actions = ["publish_selected"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "category", "summary", "body", "seen"]}),
        (_("Ghi nguồn"), {"fields": ["author_name", "source_name"]}),
        (_("Xuất bản"), {"fields": ["state", "published_at", "withdrawn_reason"]}),
    ]

    # --- who may -----------------------------------------------------------------------------
    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Ask the rule."""
        if obj is None:
            return super().has_change_permission(request)
        return rules.can_write(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """What readers should no longer see is withdrawn, with a reason."""
        return False

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may use the actions of the list."""
        return rules.is_publisher(request.user)

    # --- the list ----------------------------------------------------------------------------
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Fold the words before looking for them; words of which nothing is left find nothing."""
        folded = fold(search_term)
        if search_term.strip() and not folded:
            return queryset.none(), False
        return super().get_search_results(request, queryset, folded)

    @admin.action(description=_("Xuất bản các bài đã chọn"), permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        """Publish each of the chosen articles; say of each other one why not."""
        count = 0
        for article in queryset:
            try:
                actions.publish_article(article, by=_person(request))
                count += 1
            except DomainError as error:
                self.message_user(request, f"{article}: {error}", messages.ERROR)
        if count:
            told = ngettext("Đã xuất bản %(n)d bài.", "Đã xuất bản %(n)d bài.", count)
            self.message_user(request, told % {"n": count}, messages.SUCCESS)

    # --- one article -------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        """Add the preview and the two decisions."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/xem-truoc/", view(self.preview), name="guidance_article_preview"),
            path("<int:pk>/xuat-ban/", view(self.publish), name="guidance_article_publish"),
            path("<int:pk>/rut-bai/", view(self.withdraw), name="guidance_article_withdraw"),
            *super().get_urls(),
        ]

    def view_on_site(self, obj: Article) -> str | None:
        """Lead to the public page where there is one."""
        return obj.get_absolute_url() if obj.state == Article.State.PUBLISHED else None

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """Write through the action."""
        changed = [name for name in form.changed_data if name != "seen"]
        actions.write_article(obj, by=_person(request), changed=changed)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell the template which buttons are for this article and this person."""
        article = kwargs.get("obj")
        if article is not None:
            context["can_publish"] = rules.can_publish(request.user, article)
            context["can_withdraw"] = rules.can_withdraw(request.user, article)
            context["past"] = _past(article)
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator([never_cache, require_safe])
    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the article exactly as readers will see it."""
        article = get_object_or_404(Article.objects.select_related("category"), pk=pk)
        if not rules.can_preview(request.user, article):
            raise PermissionDenied
        return article_page(request, article, is_preview=True)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET: ask. POST: show the article to readers."""
        article = get_object_or_404(Article.objects.select_related("category"), pk=pk)
        if not rules.is_publisher(request.user):
            raise PermissionDenied
        if request.method == "POST":
            try:
                actions.publish_article(article, by=_person(request))
            except DomainError as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                self.message_user(request, gettext("Bài đã được xuất bản."), messages.SUCCESS)
            return HttpResponseRedirect(_address(article))
        return self._decision(request, article, gettext("Xuất bản bài"), "publish", None)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET: ask for the reason. POST: take the article away from readers."""
        article = get_object_or_404(Article.objects.select_related("category"), pk=pk)
        if not rules.is_publisher(request.user):
            raise PermissionDenied
        form = WithdrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                actions.withdraw_article(article, by=_person(request), **form.cleaned_data)
            except DomainError as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                self.message_user(request, gettext("Bài đã được rút."), messages.SUCCESS)
            return HttpResponseRedirect(_address(article))
        return self._decision(request, article, gettext("Rút bài"), "withdraw", form)

    def _decision(
        self,
        request: HttpRequest,
        article: Article,
        title: str,
        verb: str,
        form: WithdrawForm | None,
    ) -> HttpResponse:
        can = {"publish": rules.can_publish, "withdraw": rules.can_withdraw}[verb]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "article": article,
            "verb": verb,
            "is_possible": can(request.user, article),
            "form": form,
        }
        return TemplateResponse(request, "admin/guidance/article/decide.html", context)


def _person(request: HttpRequest) -> User:
    """The signed-in user; `admin_view` lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _address(article: Article) -> str:
    return reverse("admin:guidance_article_change", args=[article.pk])


def _past(article: Article) -> list[dict[str, Any]]:
    words = actions.HISTORY_WORDS
    return [
        {
            "at": entry.at,
            "who": entry.actor_name,
            "what": str(words.get(entry.verb, entry.verb)),
            "note": entry.note,
        }
        for entry in HistoryEntry.objects.about(article)
    ]
