"""The words with which a reader agrees that a phone number and an address are kept (Law 91/2025/QH15).

The law asks for consent that is given freely, by a clear act, for a stated purpose, and that can be shown later. So:
the box is never ticked beforehand, a comment never depends on it, and its words are stored with their version.
Without the tick neither is kept at all. What is published (name, title, content) is published because
the reader sends it for just that, as the form says above the button.

Change the text and the version together. The days are those in force (`phone_clock.py`): they are part of the words
that are stored.
"""

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .phone_clock import lazy_days_in_force

CONSENT_VERSION = "2026-11-2"
_WORDS = _(
    "Tôi đồng ý để cơ quan quản lý cổng lưu dưới dạng mã hóa số điện thoại (chỉ để hỏi lại khi cần, xóa sau "
    "{days} ngày) và thư điện tử (chỉ để báo kết quả, xóa {mail_days} ngày sau khi có kết quả); không công khai, "
    "không chuyển cho bên khác."
)
CONSENT_TEXT = format_lazy(
    _WORDS, days=lazy_days_in_force(), mail_days=settings.COMMENT_APPEAL_DAYS
)


def consent_words(days: int) -> str:
    """Return CONSENT_TEXT for a number of days that is already known."""
    return str(_WORDS).format(days=days, mail_days=settings.COMMENT_APPEAL_DAYS)
