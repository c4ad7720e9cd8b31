"""What the history's verbs are called on pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hanoi_portal.models import HistoryEntry

from .models import Comment

VERBS: dict[str, Any] = {
    "publish": _("đã đăng bình luận"),
    "decline": _("quyết định không đăng"),
    "import": _("đã nhập từ trang cũ"),
    "set_thread": _("đổi cách nhận bình luận của bài"),
    "answer_officially": _("trả lời chính thức dưới bình luận"),
    "keep_reported": _("đã xem các lượt báo và giữ bình luận"),
    "undo": _("đã hoàn tác quyết định"),
    "redact": _("đã ẩn thông tin cá nhân của người khác"),
    "add_rule": _("thêm quy tắc bình luận"),
    "change_rule": _("sửa quy tắc bình luận"),
    "add_word": _("thêm từ cần lưu ý"),
    "change_word": _("sửa từ cần lưu ý"),
    "remove_word": _("bỏ từ cần lưu ý"),
    "set_phone_days": _("đổi thời gian giữ số điện thoại"),
    "view_phone": _("đã xem số điện thoại"),
    "correct": _("đã sửa lời bình luận"),
    "withdraw": _("đã rút bình luận"),
    "ask_for_review": _("đề nghị xem lại"),
    "overturn": _("xem lại và đăng bình luận"),
    "uphold": _("xem lại và giữ quyết định không đăng"),
    "give_copy": _("đã lấy bản sao dữ liệu"),
    "ask_for_erasure": _("yêu cầu xóa dữ liệu"),
    "erase": _("đã xóa dữ liệu theo yêu cầu"),
    "refuse_erasure": _("từ chối yêu cầu xóa dữ liệu"),
    "correct_contact": _("đã sửa số điện thoại, thư điện tử của mình"),
    "ask_for_name": _("yêu cầu sửa họ tên"),
    "correct_name": _("đã sửa họ tên theo yêu cầu"),
    "refuse_correction": _("từ chối yêu cầu sửa họ tên"),
}


def history_of(comment: Comment) -> list[dict[str, Any]]:
    """Return the comment's history, oldest first, as `components/_history.html` shows it."""
    return [
        {
            "at": entry.at,
            "who": entry.actor_name,
            "what": VERBS.get(entry.verb, entry.verb),
            "note": entry.note,
        }
        for entry in HistoryEntry.objects.about(comment)
    ]
