"""People's accounts: invited by mail, own password, second factor, switched off when they leave."""

from django.utils.translation import gettext_lazy as _

# The verbs and states these actions write into the history, for people.
HISTORY_WORDS = {
    "invite": _("mời dùng cổng"),
    "invite_again": _("gửi lại lời mời"),
    "correct_person": _("sửa thông tin người dùng"),
    "change_roles": _("đổi vai trò"),
    "switch_off": _("tắt tài khoản"),
    "switch_on": _("bật tài khoản"),
    "change_password": _("đổi mật khẩu"),
    "reset_password": _("đặt mật khẩu qua liên kết"),
    "add_second_factor": _("bật xác thực hai lớp"),
    "remove_second_factor": _("tắt xác thực hai lớp"),
    "renew_recovery_codes": _("tạo lại mã dự phòng"),
    "send_again": _("gửi lại thư"),
    "invited": _("đã mời"),
    "active": _("đang dùng"),
    "off": _("đã tắt"),
    "pending": _("chờ gửi"),
    "failed": _("không gửi được"),
    "unknown": _("chưa rõ đã gửi hay chưa"),
}
