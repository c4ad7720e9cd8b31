"""Legal documents in the admin: entered by editors, shown to readers by publishers. The buttons call the actions."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.errors import DomainError

from .. import document_actions, rules
from ..forms import LegalDocumentForm
from ..models import Autosave, LegalDocument
from .autosaves import AutosavingAdmin
from .parts import person_of


@admin.register(LegalDocument)
class LegalDocumentAdmin(AutosavingAdmin):
    """Legal documents. Never deleted: hidden."""

    form = LegalDocumentForm
    autosave_kind = Autosave.Kind.DOCUMENT
    change_form_template = "admin/guidance/legaldocument/change_form.html"
    list_display = ["number", "title", "kind", "issuer", "issued_on", "status", "is_public"]
    list_display_links = ["number", "title"]
    list_filter = ["is_public", "status", "kind", "issuer"]
    list_per_page = 50
    search_fields = ["search_text"]
    search_help_text = _("Tìm theo số, ký hiệu, trích yếu, cơ quan; không cần gõ dấu")
    date_hierarchy = "issued_on"
    readonly_fields = ["is_public", "kept_file"]
    actions = ["publish_selected", "hide_selected"]
    fieldsets = [
        (None, {"fields": ["number", "kind", "title", "issuer", "slug", "seen"]}),
        (_("Hiệu lực"), {"fields": ["issued_on", "effective_on", "status", "amends"]}),
        (_("Nội dung"), {"fields": ["abstract", "kept_file", "new_file", "source_url"]}),
        (_("Công khai"), {"fields": ["is_public"]}),
    ]

    # --- who may -----------------------------------------------------------------------------
    def has_change_permission(self, request: HttpRequest, obj: LegalDocument | None = None) -> bool:
        """Ask the rule."""
        if obj is None:
            return super().has_change_permission(request)
        return rules.can_write_document(request.user, obj)

    def get_fieldsets(self, request: HttpRequest, obj: LegalDocument | None = None) -> Any:
        """Leave out the place of a new file where the document is only looked at."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (
                name,
                {**options, "fields": [each for each in options["fields"] if each != "new_file"]},
            )
            for name, options in fieldsets
        ]

    def has_delete_permission(self, request: HttpRequest, obj: LegalDocument | None = None) -> bool:
        """What readers should no longer see is hidden."""
        return False

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may use the actions of the list."""
        return rules.is_document_publisher(request.user)

    # --- the list ----------------------------------------------------------------------------
    @admin.action(description=_("Công khai các văn bản đã chọn"), permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[LegalDocument]) -> None:
        """Show each of the chosen documents; say of each other one why not."""
        self.do_to_each(
            request,
            queryset,
            partial(document_actions.publish_document, by=person_of(request)),
            lambda n: (
                ngettext("Đã công khai %(n)d văn bản.", "Đã công khai %(n)d văn bản.", n) % {"n": n}
            ),
        )

    @admin.action(description=_("Ẩn các văn bản đã chọn"), permissions=["publish"])
    def hide_selected(self, request: HttpRequest, queryset: QuerySet[LegalDocument]) -> None:
        """Hide each of the chosen documents; say of each other one why not."""
        self.do_to_each(
            request,
            queryset,
            partial(document_actions.hide_document, by=person_of(request)),
            lambda n: ngettext("Đã ẩn %(n)d văn bản.", "Đã ẩn %(n)d văn bản.", n) % {"n": n},
        )

    # --- one document ------------------------------------------------------------------------
    @admin.display(description=_("tệp đang có"))
    def kept_file(self, document: LegalDocument) -> str:
        """The file: a link where everybody may follow it, its name where the document is not public."""
        if document.file is None:
            return gettext("chưa có")
        if not document.is_public:
            return str(document.file)
        return format_html('<a href="{}">{}</a>', document.get_file_url(), document.file)

    def view_on_site(self, obj: LegalDocument) -> str | None:
        """Lead to the public page where there is one."""
        return obj.get_absolute_url() if obj.is_public else None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell the template whether this person shows and hides documents."""
        context["can_publish_document"] = rules.is_document_publisher(request.user)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: LegalDocument, form: Any, change: bool) -> None:
        """Write through the action; then show or hide, when that button was pressed."""
        person = person_of(request)
        document_actions.write_document(
            obj,
            by=person,
            changed=[name for name in form.changed_data if name not in {"new_file", "seen"}],
            amends=form.cleaned_data["amends"],
            file=form.cleaned_data["new_file"],
        )
        try:
            if "_publish" in request.POST:
                document_actions.publish_document(obj, by=person)
            elif "_hide" in request.POST:
                document_actions.hide_document(obj, by=person)
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
