"""Appeals in the admin: read by somebody else than who declined, answered in writing."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext

from .. import actions, rules
from ..models import Appeal
from .answering import AnsweringAdmin


@admin.register(Appeal)
class AppealAdmin(AnsweringAdmin):
    """Appeals, those that wait longest first."""

    list_display = ["__str__", "state", "came_at", "declined_by", "answered_by"]
    list_filter = ["state", "created_at"]
    list_select_related = ["comment", "declined_by", "answered_by"]
    search_fields = ["text", "answer", "comment__title"]
    template = "comments/admin_appeal.html"

    def can_answer(self, request: HttpRequest, row: Appeal) -> bool:
        """Never the own decision."""
        return rules.can_answer_appeal(request.user, row)

    def answer(self, request: HttpRequest, row: Appeal, answer: str) -> str:
        """Publish after all ("overturn"), or uphold."""
        is_overturned = request.POST["decision"] == "overturn"
        actions.answer_appeal(row, by=request.user, is_overturned=is_overturned, answer=answer)  # type: ignore[arg-type]
        if is_overturned:
            return gettext("Đã đăng bình luận; người gửi đọc được câu trả lời.")
        return gettext("Giữ quyết định không đăng; người gửi đọc được câu trả lời.")
