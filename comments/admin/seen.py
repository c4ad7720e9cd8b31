"""What a moderator's page had seen of a comment when a button on it was pressed (`Comment.version`)."""

import hashlib

from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import StaleState

from ..models import Comment, OfficialAnswer


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


def answer_mark(answer: OfficialAnswer | None) -> str:
    """Return what changes with every wording of the Sở's answer; empty while there is none."""
    if answer is None:
        return ""
    return hashlib.sha256(f"{answer.text}\n{answer.signed_as}".encode()).hexdigest()[:16]


def require_answer_seen(answer: OfficialAnswer | None, mark: str) -> None:
    """Refuse to write over an answer that the page did not show."""
    if mark != answer_mark(answer):
        raise StaleState(_("Vừa có người đăng hoặc sửa câu trả lời. Xin đọc lại rồi đăng."))
