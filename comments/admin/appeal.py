"""Appeals in the admin: read by somebody else than who declined, answered in writing."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext

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


@admin.register(Appeal)
class AppealAdmin(AnsweringAdmin):
    """Appeals, those that wait longest first."""

    answering = AppealAnswering()
    list_display = ["__str__", "state", "came_at", "declined_by", "answered_by"]
    list_filter = ["state", "created_at"]
    list_select_related = ["comment__article", "declined_by", "answered_by"]
    search_fields = ["text", "answer", "comment__title"]
