"""The words with which a reader agrees that a phone number is kept (Law 91/2025/QH15).

The law asks for consent that is given freely, by a clear act, for a stated purpose, and that can be shown later. So:
the box is never ticked beforehand, a comment never depends on it, and its words are stored with their version.
Without the tick the number is not kept at all. What is published (name, title, content) is published because
the reader sends it for just that, as the form says above the button.

Change the text and the version together.
"""

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

CONSENT_VERSION = "2026-11"
CONSENT_TEXT = format_lazy(
    _(
        "Tôi đồng ý để cơ quan quản lý cổng lưu số điện thoại này dưới dạng mã hóa, chỉ để hỏi lại về bình luận của "
        "tôi khi cần; không công khai, không chuyển cho bên khác, và xóa sau {days} ngày."
    ),
    days=settings.COMMENT_PHONE_DAYS,
)
