"""What moderators do to comments: publish, decline, undo, hide others' personal data."""

import re
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.history import prepare, record
from hanoi_portal.models import HistoryEntry, User

from .. import rules
from ..hints import fingerprint
from ..models import TITLE_MAX, Appeal, Comment, CommentReport, HouseRule, ThreadSetting
from .tell import leave_untold, tell_decision


def publish_comment(comment: Comment, *, by: User) -> None:
    """Show the comment to readers."""
    require_moderator(by)
    if not rules.can_publish(by, comment):
        raise StaleState(_("Bình luận này đã được đăng trước đó."))
    with transaction.atomic():
        if comment.state == Comment.State.DECLINED:
            # An appeal locks the comment before it is written: wait for it, then look.
            list(Comment.objects.select_for_update().filter(pk=comment.pk).values_list("pk"))
            if Appeal.objects.waiting().filter(comment=comment).exists():
                raise StaleState(_("Người gửi đã đề nghị xem lại: xin trả lời ở trang đề nghị đó."))
        decide(comment, Comment.State.PUBLISHED, by=by, verb="publish")


def publish_comments(pks: Iterable[int], *, by: User) -> int:
    """Publish those of the comments that wait, in one transaction; return how many."""
    require_moderator(by)
    now = timezone.now()
    with transaction.atomic():
        found = list(Comment.objects.waiting().select_for_update().filter(pk__in=list(pks)))
        changed = Comment.objects.filter(
            pk__in=[comment.pk for comment in found],
            state__in=[Comment.State.WAITING, Comment.State.PUBLISHED],
            decided_at=None,
        ).update(state=Comment.State.PUBLISHED, decided_at=now, first_decided_at=now, decided_by=by)
        if changed != len(found):  # the lock makes this impossible where the database has locks
            raise StaleState(_("Có người vừa xử lý một trong các bình luận này. Xin chọn lại."))
        HistoryEntry.objects.bulk_create(
            prepare(
                "publish",
                comment,
                by=by,
                from_state=comment.state,
                to_state=Comment.State.PUBLISHED,
            )
            for comment in found
        )
        for comment in Comment.objects.without_phone().filter(
            pk__in=[comment.pk for comment in found], mail__isnull=False
        ):
            tell_decision(comment)
    return changed


def decline_comment(comment: Comment, *, by: User, rule: HouseRule, reason: str) -> None:
    """Do not show the comment (or no longer); the reader is shown the rule and the reason."""
    require_moderator(by)
    if not rule.is_active:
        raise DomainError(_("Quy tắc này không còn áp dụng."))
    if not reason.strip():
        raise DomainError(_("Xin ghi lý do để người gửi hiểu."))
    if not rules.can_decline(by, comment):
        raise StaleState(_("Bình luận này đã được quyết định không đăng trước đó."))
    if Appeal.objects.filter(
        comment=comment, state=Appeal.State.OVERTURNED, declined_by=by
    ).exists():
        raise NotAllowed(
            _(
                "Bình luận này đã được đăng theo đề nghị xem lại quyết định của chính bạn: xin để người khác xem xét."
            )
        )
    with transaction.atomic():
        decide(
            comment,
            Comment.State.DECLINED,
            by=by,
            verb="decline",
            rule=rule,
            reason=reason,
        )
        CommentReport.objects.filter(comment=comment, closed_at=None).update(
            closed_at=timezone.now(), closed_by=by
        )


def save_thread_setting(setting: ThreadSetting, *, by: User) -> None:
    """Say how an article takes comments."""
    require_moderator(by)
    with transaction.atomic():
        setting.save()
        record(
            "set_thread",
            setting.article,
            by=by,
            to_state=setting.mode,
            note=setting.closes_on.strftime("%d/%m/%Y") if setting.closes_on else "",
        )


def undo_decision(comment: Comment, *, by: User) -> None:
    """Take back the own decision of the last minute, if it was the comment's first; it is unread again."""
    require_moderator(by)
    now = timezone.now()
    if not rules.can_undo(by, comment, now):
        raise StaleState(_("Quyết định này không còn hoàn tác được."))
    decisions = HistoryEntry.objects.about(comment).filter(verb__in=("publish", "decline"))
    decision = decisions.last()
    if decision is None or comment.decided_at != comment.first_decided_at:
        raise StaleState(_("Chỉ hoàn tác được quyết định đầu tiên của một bình luận."))
    before, after = comment.state, decision.from_state
    with transaction.atomic():
        list(Comment.objects.select_for_update().filter(pk=comment.pk).values_list("pk"))
        if Appeal.objects.filter(comment=comment).exists():
            raise StaleState(_("Người gửi đã đề nghị xem lại: xin trả lời ở trang đề nghị đó."))
        changed = Comment.objects.filter(
            pk=comment.pk, state=before, decided_at=comment.decided_at
        ).update(
            state=after,
            decided_at=None,
            first_decided_at=None,
            decided_by=None,
            rule=None,
            reason="",
        )
        if not changed:
            raise StaleState(_("Quyết định này không còn hoàn tác được."))
        # The reports that the decision closed are to be looked at again.
        CommentReport.objects.filter(
            comment=comment, closed_by=by, closed_at__gte=comment.decided_at
        ).update(closed_at=None, closed_by=None)
        leave_untold(comment)
        record("undo", comment, by=by, from_state=before, to_state=after)


def redact_comment(comment: Comment, *, by: User, passages: Sequence[str]) -> None:
    """Hide passages of title and content that tell about other people. Nothing can be added or reworded."""
    require_moderator(by)
    hidden = _("[đã ẩn thông tin cá nhân]")
    wanted = sorted({each.strip() for each in passages} - {""}, key=len, reverse=True)
    for passage in wanted:
        if passage not in comment.title and passage not in comment.content:
            raise DomainError(
                _("Không tìm thấy trong bình luận: “%(passage)s”.") % {"passage": passage}
            )
    if not wanted:
        raise DomainError(_("Xin chọn đoạn cần ẩn."))
    # All at once: what stands in for one passage is not searched for the next.
    anyone = re.compile("|".join(map(re.escape, wanted)))
    title = anyone.sub("[…]", comment.title)
    content = anyone.sub(lambda _found: hidden, comment.content)
    if len(title) > TITLE_MAX:
        raise DomainError(_("Đoạn này lặp lại quá nhiều lần trong tiêu đề. Xin chọn đoạn dài hơn."))
    with transaction.atomic():
        changed = Comment.objects.filter(
            pk=comment.pk, title=comment.title, content=comment.content
        ).update(
            title=title,
            content=content,
            fingerprint=fingerprint(content),
            redacted_at=timezone.now(),
            corrections=F("corrections") + 1,
        )
        if not changed:
            raise StaleState(_("Người gửi vừa sửa lời. Xin đọc lại rồi ẩn."))
        # How much was hidden, and not what: that is what must not be kept.
        told = {
            "n": len(anyone.findall(f"{comment.title}\n{comment.content}")),
            "m": sum(map(len, wanted)),
        }
        record("redact", comment, by=by, note=_("%(n)d chỗ, %(m)d ký tự") % told)


def require_moderator(user: User) -> None:
    """Refuse whoever is no moderator."""
    if not rules.can_moderate(user):
        raise NotAllowed(_("Tài khoản này không có quyền duyệt bình luận."))


def decide(
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
    first_decided_at = comment.first_decided_at or decided_at
    changed = Comment.objects.filter(
        pk=comment.pk,
        state=before,
        decided_at=comment.decided_at,
        corrections=comment.corrections,
    ).update(
        state=state,
        decided_at=decided_at,
        first_decided_at=first_decided_at,
        decided_by=by,
        rule=rule,
        reason=reason,
    )
    if not changed:
        raise StaleState(
            _(
                "Bình luận này vừa được xử lý, hoặc người gửi vừa sửa lời. Xin đọc lại rồi quyết định."
            )
        )
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
    comment.first_decided_at = first_decided_at
    comment.rule, comment.reason = rule, reason
    tell_decision(comment)
