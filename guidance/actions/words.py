"""What the history of an article calls its verbs, states and stages."""

from django.utils.translation import gettext_lazy as _

from ..models import Article

HISTORY_WORDS = {
    "write_article": _("soạn bài"),
    "change_article": _("sửa bài"),
    "restore_revision": _("lấy lại phiên bản cũ"),
    "discard_changes": _("bỏ bản đang sửa"),
    "send_for_review": _("trình duyệt"),
    "take_back": _("lấy lại để sửa tiếp"),
    "arrange_article": _("xếp bài"),
    "attach_file": _("đính kèm tệp"),
    "change_attachment": _("đổi tệp đính kèm"),
    "remove_attachment": _("bỏ tệp đính kèm"),
    "order_series": _("xếp tuyến bài"),
    "remove_series": _("bỏ tuyến bài"),
    "remark": _("nhận xét"),
    "make_preview_link": _("tạo liên kết xem trước"),
    "revoke_preview_link": _("hủy liên kết xem trước"),
    "remark_outside": _("nhận xét qua liên kết xem trước"),
    "send_back": _("trả lại"),
    "approve_article": _("duyệt bài"),
    "schedule_article": _("hẹn giờ đăng"),
    "miss_schedule": _("không đăng được lúc đã hẹn"),
    "publish_article": _("xuất bản bài"),
    "publish_changes": _("đăng nội dung thay đổi"),
    "confirm_review": _("xem lại, nội dung vẫn đúng"),
    "remind_review": _("nhắc xem lại"),
    "expire_article": _("hết hạn"),
    "withdraw_article": _("rút bài"),
    **{state.value: state.label for state in Article.State},
    **{stage.value: stage.label for stage in Article.Stage},
}
