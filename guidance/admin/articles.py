"""Writing articles in the admin: CKEditor, preview, and the buttons of an article's life (`decisions`).

The buttons call `guidance.actions`; nothing here decides anything by itself.
"""

from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hanoi_portal.models import HistoryEntry

from .. import actions, rules
from ..checklist import findings
from ..forms import ArticleForm
from ..heard import heard
from ..models import Article, Autosave
from ..views import article_page
from . import calendar, decisions, previews, revisions
from .autosaves import AutosavingAdmin
from .filters import AuthorFilter, StageFilter, WorkFilter
from .parts import person_of

AT_ONCE = _(
    "Chữ của bài chờ đến khi được đăng; các mục ở phần này có hiệu lực ngay khi lưu. Thẻ, đối tượng, bài liên "
    "quan và tệp kèm (ở “Xếp bài, tệp kèm”) cũng vậy."
)


@admin.register(Article)
class ArticleAdmin(AutosavingAdmin):
    """Articles: written by editors, shown to readers by publishers. Never deleted: withdrawn, with a reason."""

    form = ArticleForm
    autosave_kind = Autosave.Kind.ARTICLE
    change_form_template = "admin/guidance/article/change_form.html"
    list_display = [
        *("title", "category", "state", "stage_now", "published_at", "owner", "changed_at")
    ]
    list_filter = [
        WorkFilter,
        "state",
        StageFilter,
        "category",
        "published_at",
        ("author_name", AuthorFilter),
    ]
    list_select_related = ["category", "owner"]
    list_per_page = 50
    search_fields = ["search_text"]
    search_help_text = _("Tìm trong tiêu đề, tóm tắt, nội dung; không cần gõ dấu")
    date_hierarchy = "published_at"
    ordering = ["-changed_at", "-pk"]
    readonly_fields = ["state", "stage_now", "publish_at", "published_at", "withdrawn_reason"]
    actions = ["publish_selected"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "category", "summary", "body", "seen"]}),
        (_("Ghi nguồn"), {"fields": ["author_name", "source_name"]}),
        (_("Theo dõi"), {"fields": ["owner", "review_on", "expires_at", "successor"]}),
        (
            _("Xuất bản"),
            {"fields": ["state", "stage_now", "publish_at", "published_at", "withdrawn_reason"]},
        ),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """Say beside what is no text that it does not wait for publishing, where readers have the article."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets[:-1]  # nothing has happened to it yet
        if obj.state != Article.State.PUBLISHED:
            return fieldsets
        return [
            (name, {**options, "description": AT_ONCE} if "owner" in options["fields"] else options)
            for name, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """Leave the end of what readers get to those who may take it away."""
        fields = super().get_readonly_fields(request, obj)
        if obj is None or rules.can_set_end(request.user, obj):
            return fields
        return [*fields, "expires_at"]

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
    @admin.display(description=_("bước soạn thảo"), ordering="stage")
    def stage_now(self, article: Article) -> str:
        """How far the text has come that readers do not get yet; nothing where there is none."""
        return str(article.get_stage_display()) if article.has_unseen_text else "–"

    @admin.action(description=_("Xuất bản các bài đã chọn"), permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        """Publish each of the chosen articles; say of each other one why not."""
        self.do_to_each(
            request,
            queryset.select_related("working__category"),
            partial(actions.publish_article, by=person_of(request)),
            lambda n: ngettext("Đã xuất bản %(n)d bài.", "Đã xuất bản %(n)d bài.", n) % {"n": n},
        )

    # --- one article -------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        """Add the preview and the decisions."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/xem-truoc/", view(self.preview), name="guidance_article_preview"),
            *calendar.urls(self),
            *decisions.urls(self),
            *revisions.urls(self),
            *previews.urls(self),
            *super().get_urls(),
        ]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Article | None:
        """Return the article with the text that editors work on."""
        article = super().get_object(request, object_id, from_field)
        return None if article is None else article.take_text(article.text())

    def view_on_site(self, obj: Article) -> str | None:
        """Lead to the public page where there is one."""
        return obj.get_absolute_url() if obj.state == Article.State.PUBLISHED else None

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """Write through the action."""
        changed = [name for name in form.changed_data if name != "seen"]
        actions.write_article(obj, by=person_of(request), changed=changed)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell the template which buttons are for this article and this person, and what was said of it."""
        article = kwargs.get("obj")
        if article is not None:
            context["decisions"] = decisions.possible(request.user, article)
            context["remarks"] = article.remarks.all()
            context["past"] = _past(article)
            context["heard"] = heard(article, timezone.localdate())
            context["findings"] = findings(article) if article.has_unseen_text else None
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator([never_cache, require_safe])
    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the article exactly as readers will see it."""
        rows = Article.objects.select_related("category", "working__category")
        article = get_object_or_404(rows, pk=pk)
        if not rules.can_preview(request.user, article):
            raise PermissionDenied
        return article_page(request, article.take_text(article.text()), is_preview=True)


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
