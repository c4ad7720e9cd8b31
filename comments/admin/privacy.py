"""Readers' requests about their personal data in the admin, each with the law's last day."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import actions, rules
from ..models import DataRequest
from .answering import AnsweringAdmin


class DataRequestAnswering:
    """A request is carried out, or refused in writing."""

    template = "comments/admin_data_request.html"

    def can_answer(self, user: Any, row: DataRequest) -> bool:
        """Only while it waits."""
        return row.state == DataRequest.State.OPEN and rules.can_answer_data_requests(user)

    def needs_words(self, decision: str) -> bool:
        """A refusal is explained; what is done needs no words."""
        return decision == "refuse"

    def answer(self, row: DataRequest, decision: str, text: str, *, by: Any) -> str:
        """Erase, put the name right, or refuse in writing."""
        if decision == "erase":
            actions.erase_as_asked(row, by=by)
            return gettext("Đã xóa dữ liệu của bình luận này.")
        if decision == "correct":
            actions.correct_as_asked(row, by=by)
            return gettext("Đã sửa họ tên của bình luận này.")
        actions.refuse_request(row, by=by, answer=text)
        return gettext("Đã từ chối yêu cầu; người gửi đọc được lý do.")


@admin.register(DataRequest)
class DataRequestAdmin(AnsweringAdmin):
    """Requests, the nearest day first. Copies are there for the record: readers get them at once."""

    answering = DataRequestAnswering()
    list_display = ["__str__", "state", "came_at", "law_due", "answered_by"]
    list_filter = ["state", "kind", "due_on"]
    list_select_related = ["comment__article", "answered_by"]
    search_fields = ["comment__pk", "answer"]

    @admin.display(description=_("hạn theo luật"), ordering="due_on")
    def law_due(self, row: DataRequest) -> Any:
        """Return the law's last day, with the days left while it waits."""
        day = row.due_on.strftime("%d/%m/%Y")
        if row.state != DataRequest.State.OPEN:
            return day
        left = (row.due_on - timezone.localdate()).days
        if left < 0:
            text = gettext("%(day)s (quá hạn %(days)s ngày)") % {"day": day, "days": -left}
            return format_html("<strong>{}</strong>", text)
        return gettext("%(day)s (còn %(days)s ngày)") % {"day": day, "days": left}
