"""Putting an article among the others, in the admin: whom it is for, its tags, what it is related to.

A page of its own beside the text: what is said here is no part of the text, holds at once, and has no working copy.
"""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hanoi_portal.errors import DomainError
from hanoi_portal.models import User

from .. import actions, rules
from ..actions.attach import MOST
from ..forms.attachments import AttachmentForm
from ..forms.shelves import ArrangeForm
from ..models import ArrangedArticle, Article, Attachment
from .parts import FoldedSearchAdmin, person_of

AT_ONCE = _("Bài đang được đăng: người đọc thấy mọi điều ở trang này ngay khi lưu.")
AT_ONCE_BESIDE = _(
    "Bài đang được đăng: người đọc thấy mọi điều ở trang này ngay khi lưu, dù chữ của bản đang sửa còn chờ "
    "đến khi được đăng."
)


class AttachmentInline(admin.StackedInline):
    """The files of the article: sent, named, put in order, taken away."""

    model = Attachment
    fk_name = "article"
    form = AttachmentForm
    fields = ["title", "upload", "position", "today"]
    readonly_fields = ["today"]
    extra = 1
    max_num = MOST
    view_on_site = False  # `today` leads there, under the file's own name

    @admin.display(description=_("đang có"))
    def today(self, attachment: Attachment) -> str:
        """The file that readers get now."""
        if not attachment.pk:
            return "–"
        address, name = attachment.get_absolute_url(), attachment.stored.original_name
        return format_html('<a href="{}">{}</a>', address, name)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Say it beside the rows when there are too many."""
        return super().get_formset(request, obj, validate_max=True, **kwargs)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the files with their names at once."""
        return super().get_queryset(request).select_related("stored", "article")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees articles in the admin."""
        return request.user.has_perm("guidance.view_article")

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """As for all that is put beside the article."""
        return obj is not None and rules.can_arrange(request.user, obj)

    has_add_permission = has_change_permission
    has_delete_permission = has_change_permission


@admin.register(ArrangedArticle)
class ArrangedArticleAdmin(FoldedSearchAdmin):
    """Articles by what is said about them: those that nobody has arranged yet are found by the filters."""

    form = ArrangeForm
    change_form_template = "admin/guidance/listed_form.html"
    list_display = ["title", "state", "category", "published_at"]
    list_filter = ["state", "audiences", ("tags", admin.EmptyFieldListFilter)]
    list_select_related = ["category"]
    list_per_page = 50
    search_fields = ["search_text"]
    search_help_text = _("Tìm trong tiêu đề, tóm tắt, nội dung; không cần gõ dấu")
    ordering = ["-changed_at", "-pk"]
    actions = None
    inlines = [AttachmentInline]

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
    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """Say that readers see it at once, also while the text itself waits in a working copy."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or obj.state != Article.State.PUBLISHED:
            return fieldsets
        said = AT_ONCE_BESIDE if obj.working_id else AT_ONCE
        return [(name, {**options, "description": said}) for name, options in fieldsets]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Call the page what is done on it."""
        context = {**(extra_context or {}), "title": _("Xếp bài")}
        return super().changeform_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """Leave it to `save_related`: nothing of the article's own row changes here."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Arrange through the action."""
        article = Article.objects.get(pk=form.instance.pk)
        said = {name: form.cleaned_data[name] for name in form.LISTS}
        actions.arrange_article(article, by=person_of(request), **said)
        for formset in formsets:
            # What the admin writes into its own log of changes; the article's history is written by the actions.
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
            try:
                with transaction.atomic():
                    _save_files(article, formset, by=person_of(request))
            except DomainError as error:
                self.message_user(request, str(error), messages.ERROR)


def _save_files(article: Article, formset: Any, *, by: User) -> None:
    """Do to the files what the rows say, each through its action."""
    for row in formset.initial_forms + formset.extra_forms:
        if not row.has_changed():
            continue
        said = row.cleaned_data
        if row in formset.deleted_forms:
            if row.instance.pk:
                actions.remove_attachment(row.instance, by=by)
        elif row.instance.pk:
            actions.change_attachment(
                row.instance,
                by=by,
                title=said["title"] or row.instance.stored.original_name,
                position=said["position"] or row.instance.position,
                file=said["upload"],
            )
        else:
            actions.attach_file(
                article,
                said["upload"],
                by=by,
                title=said["title"],
                position=said["position"] or 0,
            )
