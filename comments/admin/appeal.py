"""Appeals in the admin: read by somebody else than who declined, answered in writing."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import actions, rules
from ..models import Appeal
from .answering import AnsweringAdmin


class AppealAnswering:
    """An appeal is answered in words, never by who declined."""

    template = "comments/admin_appeal.html"

    def can_answer(self, user: Any, row: Appeal) -> bool:
        """Never the own decision."""
        return rules.can_answer_appeal(user, row)

    def needs_words(self, decision: str) -> bool:
        """Either way the reader is written to."""
        return True

    def answer(self, row: Appeal, decision: str, text: str, *, by: Any) -> str:
        """Publish after all ("overturn"), or uphold."""
        is_overturned = decision == "overturn"
        actions.answer_appeal(row, by=by, is_overturned=is_overturned, answer=text)
        if is_overturned:
            return gettext("Đã đăng bình luận; người gửi đọc được câu trả lời.")
        return gettext("Giữ quyết định không đăng; người gửi đọc được câu trả lời.")


class MineFilter(admin.SimpleListFilter):
    """Those that wait for this very moderator: the dashboard's card counts them and leads here."""

    title = _("ai trả lời")
    parameter_name = "answer"
    MINE = "mine"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        """Return the one choice besides all."""
        return [(self.MINE, _("Tôi trả lời được"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return what the moderator may answer, if that was chosen."""
        return queryset.answerable_by(request.user) if self.value() == self.MINE else queryset


@admin.register(Appeal)
class AppealAdmin(AnsweringAdmin):
    """Appeals, those that wait longest first."""

    answering = AppealAnswering()
    list_display = ["__str__", "state", "came_at", "declined_by", "answered_by"]
    list_filter = [MineFilter, "state", "created_at"]
    list_select_related = ["comment__article", "declined_by", "answered_by"]
    search_fields = ["text", "answer", "comment__title"]
