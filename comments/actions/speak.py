"""What is said about a published comment: the Sở answers below it; a reader reports it, a moderator looks."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.history import record
from hanoi_portal.models import User

from .. import rules
from ..models import Comment, CommentReport, HouseRule, OfficialAnswer
from .moderate import require_moderator


def answer_officially(comment: Comment, *, by: User, text: str, signed_as: str) -> None:
    """Answer below the comment for the Sở, or put an earlier answer right; the history keeps every wording."""
    if not rules.can_answer_officially(by, comment):
        raise NotAllowed(
            _("Chỉ trả lời được bình luận đang đăng, và cần quyền trả lời chính thức.")
        )
    with transaction.atomic():
        OfficialAnswer.objects.update_or_create(
            comment=comment, defaults={"text": text, "signed_as": signed_as, "written_by": by}
        )
        record("answer_officially", comment, by=by, note=text, data={"signed_as": signed_as})


def report_comment(comment: Comment, *, rule: HouseRule, text: str) -> CommentReport:
    """Tell moderators, as a reader, that a comment on the page does not keep a rule. Nothing else happens by it."""
    if comment.state != Comment.State.PUBLISHED:
        raise StaleState(_("Bình luận này không còn trên trang."))
    return CommentReport.objects.create(comment=comment, rule=rule, text=text)


def keep_reported(comment: Comment, *, by: User) -> None:
    """Close the reports of a comment that has been looked at and stays."""
    require_moderator(by)
    with transaction.atomic():
        closed = CommentReport.objects.filter(comment=comment, closed_at=None).update(
            closed_at=timezone.now(), closed_by=by
        )
        if not closed:
            raise StaleState(_("Các lượt báo bình luận này đã được xem xong."))
        record("keep_reported", comment, by=by, data={"reports": closed})
