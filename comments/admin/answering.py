"""What appeals and requests about personal data have in common in the admin: a list, and one page to answer on."""

from typing import Any, Protocol

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanoi_portal.errors import DomainError, StaleState

from ..forms import AnswerForm
from ..words import history_of


class Answering(Protocol):
    """How rows of one kind are answered: who may, whether words are needed, and what is done."""

    template: str

    def can_answer(self, user: Any, row: Any) -> bool:
        """Tell whether this user may answer this row."""

    def needs_words(self, decision: str) -> bool:
        """Tell whether the decision needs a written answer."""

    def answer(self, row: Any, decision: str, text: str, *, by: Any) -> str:
        """Carry out what the pressed button says; return the sentence to tell."""


class AnsweringAdmin(admin.ModelAdmin):
    """Rows that readers write and staff answer once; nobody adds, edits or deletes them."""

    answering: Answering

    list_select_related = ["comment__article"]
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the comment, its phone and address left encrypted in the database."""
        # Django's list asks for `list_select_related` only where nothing else was asked for.
        found = super().get_queryset(request).select_related(*self.list_select_related)
        return found.defer("comment__phone", "comment__mail", "comment__article__body")

    @admin.display(description=_("nhận lúc"), ordering="created_at")
    def came_at(self, row: Any) -> str:
        """Return when the row came, as Vietnamese write it."""
        return timezone.localtime(row.created_at).strftime("%H:%M %d/%m/%Y")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only readers ask."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes what was asked."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing that was asked disappears."""
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the row with its comment, and take the answer."""
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        form = AnswerForm()
        refusal: DomainError | None = None
        decision = request.POST.get("decision", "") if request.method == "POST" else ""
        if decision:
            form = AnswerForm(request.POST)
            is_ready = form.is_valid() or not self.answering.needs_words(decision)
            if is_ready:
                try:
                    told = self.answering.answer(
                        row, decision, form.cleaned_data.get("answer", ""), by=request.user
                    )
                except DomainError as error:
                    refusal, row = error, self.get_object(request, unquote(object_id))
                    assert row is not None  # nothing that was asked disappears
                    if not self.answering.needs_words(decision):
                        form = AnswerForm()
                else:
                    self.message_user(request, told, messages.SUCCESS)
                    return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "opts": self.opts,
            "row": row,
            "comment": row.comment,
            "form": form,
            "can_answer": self.answering.can_answer(request.user, row),
            "history": history_of(row.comment),
            "refusal": refusal,
        }
        status = 409 if isinstance(refusal, StaleState) else 200
        return TemplateResponse(request, self.answering.template, context, status=status)
