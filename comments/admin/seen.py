"""What a moderator's page had seen of a comment when a button on it was pressed (`Comment.version`)."""

from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import StaleState

from ..models import Comment


def mark_of(comment: Comment) -> str:
    """Return the comment's number and version, as a button of a list carries them."""
    return f"{comment.pk}:{comment.version}"


def read_mark(mark: str) -> tuple[int, str]:
    """Return number and version of a mark; number 0, which no comment has, for what is no mark."""
    number, _colon, version = mark.partition(":")
    is_number = number.isascii() and number.isdigit() and len(number) < 16
    return (int(number) if is_number else 0), version


def require_seen(comment: Comment, version: str) -> None:
    """Refuse to act on a comment whose words, or whose decision, are not the ones that the page showed."""
    if version == comment.version:
        return
    if version.partition(":")[0] != str(comment.corrections):
        raise StaleState(_("Người gửi vừa sửa lời. Xin đọc lại."))
    if comment.decided_at is None:
        raise StaleState(_("Bình luận này vừa trở lại hàng chờ. Xin đọc lại."))
    told = {
        "who": comment.decided_by or _("Hệ thống"),
        "at": timezone.localtime(comment.decided_at).strftime("%H:%M %d/%m/%Y"),
        "state": comment.get_state_display(),
    }
    raise StaleState(_("%(who)s đã xử lý lúc %(at)s (%(state)s).") % told)
