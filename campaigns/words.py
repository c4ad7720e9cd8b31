"""The history of plans and assignments in words, for the desk and the admin."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanoi_portal.models import HistoryEntry

from .models import Assignment

VERBS = {
    "attach_document": gettext_lazy("lưu văn bản đã ký"),
    "change_plan": gettext_lazy("đổi thiết lập của kế hoạch"),
    "load_plan": gettext_lazy("nạp kế hoạch"),
    "load_unit": gettext_lazy("nạp đơn vị"),
    "change_unit_life": gettext_lazy("ghi thành lập, chấm dứt, kế tục của đơn vị"),
    "change_contacts": gettext_lazy("đổi địa chỉ nhận thông báo"),
    "change_people": gettext_lazy("đổi cán bộ đầu mối"),
    "issue_plan": gettext_lazy("giao nhiệm vụ của kế hoạch"),
    "issue": gettext_lazy("giao nhiệm vụ"),
    "acknowledge": gettext_lazy("tiếp nhận nhiệm vụ"),
    "report_progress": gettext_lazy("báo cáo tiến độ"),
    "report_final": gettext_lazy("báo cáo hoàn thành"),
    "accept_report": gettext_lazy("duyệt báo cáo"),
    "revoke_link": gettext_lazy("hủy liên kết trong thư"),
    "open_periods": gettext_lazy("mở kỳ mới của việc định kỳ"),
    "open_calendar": gettext_lazy("tạo địa chỉ lịch"),
    "stop_calendar": gettext_lazy("hủy địa chỉ lịch"),
    "choose_delivery": gettext_lazy("chọn cách nhận thư"),
    "edit_task": gettext_lazy("sửa nhiệm vụ"),
    "add_tasks": gettext_lazy("giao bổ sung nhiệm vụ của kế hoạch"),
    "save_group": gettext_lazy("ghi nhóm đơn vị"),
    "change_deadline": gettext_lazy("đổi thời hạn"),
    "hand_down": gettext_lazy("giao tiếp cho cấp dưới"),
    "recall": gettext_lazy("thu hồi nhiệm vụ"),
    "give_again": gettext_lazy("giao lại nhiệm vụ đã thu hồi"),
    "move_on": gettext_lazy("chuyển việc cho đơn vị kế tục"),
    "resend_notice": gettext_lazy("gửi lại thông báo"),
    "mark_told": gettext_lazy("ghi đã báo bằng cách khác"),
    "return_report": gettext_lazy("trả lại báo cáo"),
    "publish_evidence": gettext_lazy("công khai minh chứng"),
    "hide_evidence": gettext_lazy("thôi công khai minh chứng"),
    "write_note": gettext_lazy("ghi chú nội bộ"),
    "ask_unit": gettext_lazy("hỏi đơn vị"),
    "answer_question": gettext_lazy("trả lời câu hỏi"),
    "submit_report": gettext_lazy("trình lãnh đạo đơn vị báo cáo hoàn thành"),
    "head_approve": gettext_lazy("lãnh đạo đơn vị duyệt báo cáo"),
    "head_return": gettext_lazy("lãnh đạo đơn vị trả lại để sửa"),
    "head_approves_on": gettext_lazy("bật lãnh đạo duyệt trước khi gửi"),
    "head_approves_off": gettext_lazy("tắt lãnh đạo duyệt trước khi gửi"),
    "invite_officer": gettext_lazy("mời cán bộ đầu mối"),
    "hand_over": gettext_lazy("bàn giao trách nhiệm chính"),
    "end_membership": gettext_lazy("thôi làm đầu mối"),
    "ask_extension": gettext_lazy("đề nghị gia hạn"),
    "grant_extension": gettext_lazy("đồng ý gia hạn"),
    "refuse_extension": gettext_lazy("không đồng ý gia hạn"),
    "remind": gettext_lazy("nhắc hạn, đôn đốc"),
}
STATES = dict(Assignment.State.choices)


def history_entries(assignment: Assignment) -> list[dict[str, Any]]:
    """Return the history of an assignment for components/_history.html, newest first."""
    return [_line(entry) for entry in reversed(HistoryEntry.objects.about(assignment))]


def _line(entry: HistoryEntry) -> dict[str, Any]:
    what = str(VERBS.get(entry.verb, entry.verb))
    if "percent" in entry.data:
        what += f" {entry.data['percent']}%"
    if entry.data.get("files"):
        what += _(", kèm %(count)s tệp minh chứng") % {"count": entry.data["files"]}
    if entry.data.get("cited"):
        what += _(", dẫn %(count)s bài, trang") % {"count": entry.data["cited"]}
    if entry.data.get("units") and entry.verb == "hand_down":
        what += _(" (%(count)s đơn vị)") % {"count": entry.data["units"]}
    if "day" in entry.data:
        what += _(" đến %(day)s") % {"day": f"{date.fromisoformat(entry.data['day']):%d/%m/%Y}"}
    if "deadline" in entry.data:
        before, after = (date.fromisoformat(each) for each in entry.data["deadline"])
        what += f" ({before:%d/%m/%Y} → {after:%d/%m/%Y})"
    names = [str(STATES.get(state, state)) for state in _states(entry)]
    if names:
        what += f" ({' → '.join(names)})"
    if entry.via != HistoryEntry.Via.WEB:
        what += f", {entry.get_via_display()}"
    return {"at": entry.at, "who": entry.actor_name, "what": what, "note": entry.note}


def _states(entry: HistoryEntry) -> Iterable[str]:
    return dict.fromkeys(filter(None, (entry.from_state, entry.to_state)))
