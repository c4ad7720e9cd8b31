"""What is done to comments: send, publish, decline, look at a phone. Every caller uses these.

History names a comment by its number alone: nothing that the reader wrote, no phone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guidance.models import Article
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.history import prepare, record
from hanoi_portal.models import HistoryEntry, User

from . import receipts, rules
from .consent import CONSENT_TEXT, CONSENT_VERSION
from .models import Comment, HouseRule


@dataclass(frozen=True)
class Receipt:
    """What a reader gets for a comment: the only place where the code exists in plain."""

    comment: Comment
    code: str


def submit_comment(
    article: Article, *, name: str, title: str, content: str, phone: str, has_consented: bool
) -> Receipt:
    """Keep a reader's comment until a moderator decides. The actor is the reader, who has no account.

    `phone` is a normalised number or empty; it is kept only with consent. The comment itself is the record of
    its arrival, so there is no history row before the first decision.
    """
    if not rules.can_comment(article, timezone.now()):
        raise NotAllowed(_("Bài này hiện không nhận bình luận."))
    keeps_phone = bool(phone) and has_consented
    code = receipts.make_code()
    comment = Comment.objects.create(
        article=article,
        name=name,
        title=title,
        content=content,
        phone=phone if keeps_phone else None,
        consent_version=CONSENT_VERSION if keeps_phone else "",
        consent_text=str(CONSENT_TEXT) if keeps_phone else "",
        receipt_hash=receipts.hash_code(code),
    )
    return Receipt(comment, code)


def publish_comment(comment: Comment, *, by: User) -> None:
    """Show the comment to readers."""
    _require_moderator(by)
    if not rules.can_publish(by, comment):
        raise StaleState(_("Bình luận này đã được đăng trước đó."))
    with transaction.atomic():
        _decide(comment, Comment.State.PUBLISHED, by=by, verb="publish")


def publish_comments(pks: Iterable[int], *, by: User) -> int:
    """Publish those of the comments that wait, in one transaction; return how many."""
    _require_moderator(by)
    with transaction.atomic():
        found = list(Comment.objects.waiting().select_for_update().filter(pk__in=list(pks)))
        changed = Comment.objects.filter(
            pk__in=[comment.pk for comment in found], state=Comment.State.WAITING
        ).update(state=Comment.State.PUBLISHED, decided_at=timezone.now(), decided_by=by)
        if changed != len(found):  # the lock makes this impossible where the database has locks
            raise StaleState(_("Có người vừa xử lý một trong các bình luận này. Xin chọn lại."))
        HistoryEntry.objects.bulk_create(
            prepare(
                "publish",
                comment,
                by=by,
                from_state=Comment.State.WAITING,
                to_state=Comment.State.PUBLISHED,
            )
            for comment in found
        )
    return changed


def decline_comment(comment: Comment, *, by: User, rule: HouseRule, reason: str) -> None:
    """Do not show the comment (or no longer); the reader is shown the rule and the reason."""
    _require_moderator(by)
    if not rule.is_active:
        raise DomainError(_("Quy tắc này không còn áp dụng."))
    if not reason.strip():
        raise DomainError(_("Xin ghi lý do để người gửi hiểu."))
    if not rules.can_decline(by, comment):
        raise StaleState(_("Bình luận này đã được quyết định không đăng trước đó."))
    with transaction.atomic():
        _decide(
            comment,
            Comment.State.DECLINED,
            by=by,
            verb="decline",
            rule=rule,
            reason=reason,
        )


def reveal_phone(comment: Comment, *, by: User) -> str:
    """Return the phone number for somebody who may see it, and record that it was looked at."""
    if not rules.can_view_phone(by, comment):
        raise NotAllowed(_("Tài khoản này không có quyền xem số điện thoại."))
    phone = comment.phone or ""
    if phone:
        record("view_phone", comment, by=by)
    return phone


def erase_old_phones() -> int:
    """Erase the phones whose time is over, as the consent promised; return how many. The system does it."""
    before = timezone.now() - timedelta(days=settings.COMMENT_PHONE_DAYS)
    return Comment.objects.filter(phone__isnull=False, created_at__lte=before).update(phone=None)


def _require_moderator(user: User) -> None:
    if not rules.can_moderate(user):
        raise NotAllowed(_("Tài khoản này không có quyền duyệt bình luận."))


def _decide(
    comment: Comment,
    state: Comment.State,
    *,
    by: User,
    verb: str,
    rule: HouseRule | None = None,
    reason: str = "",
) -> None:
    """Change the state if it still is what the caller saw, and record it; in the caller's transaction."""
    before = comment.state
    decided_at = timezone.now()
    changed = Comment.objects.filter(pk=comment.pk, state=before).update(
        state=state, decided_at=decided_at, decided_by=by, rule=rule, reason=reason
    )
    if not changed:
        raise StaleState(_("Có người vừa xử lý bình luận này. Xin xem lại trạng thái hiện tại."))
    record(
        verb,
        comment,
        by=by,
        from_state=before,
        to_state=state,
        note=reason,
        data={"rule": rule.number} if rule else {},
    )
    comment.state, comment.decided_at, comment.decided_by = state, decided_at, by
    comment.rule, comment.reason = rule, reason
