"""Who may do what to a comment. Pure, and no unless one of these says yes."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from .models import Appeal, Comment, ThreadSetting

if TYPE_CHECKING:
    from guidance.models import Article
    from hanoi_portal.models import User

# From which states a decision may be taken. A decision can be put right: what was declined may be published
# after all, and what was published may be taken down with a reason.
PUBLISHABLE = frozenset({Comment.State.WAITING, Comment.State.DECLINED})
DECLINABLE = frozenset({Comment.State.WAITING, Comment.State.PUBLISHED})
# What its writer may take back: what is on the page or may come there.
WITHDRAWABLE = frozenset({Comment.State.WAITING, Comment.State.PUBLISHED})
CORRECTABLE_FOR = timedelta(minutes=15)
UNDOABLE_FOR = timedelta(minutes=1)


def can_comment(article: "Article", setting: ThreadSetting | None, at: datetime) -> bool:
    """Anybody may comment on an article that readers can see, unless its comments are closed."""
    if setting is not None:
        if setting.mode == ThreadSetting.Mode.CLOSED:
            return False
        if setting.closes_on is not None and timezone.localdate(at) > setting.closes_on:
            return False
    return (
        article.state == article.State.PUBLISHED
        and article.published_at is not None
        and article.published_at <= at
    )


def can_reply(parent: Comment, article: "Article") -> bool:
    """Readers may reply to a comment that stands on the same article's page and is no reply itself: one level."""
    return (
        parent.state == Comment.State.PUBLISHED
        and parent.parent_id is None
        and parent.article_id == article.pk
    )


def is_published_unread(setting: ThreadSetting | None) -> bool:
    """Tell whether comments stand on the page before a moderator has read them."""
    return setting is not None and setting.mode == ThreadSetting.Mode.AFTER


def can_moderate(user: "User | AnonymousUser") -> bool:
    """Tell whether the user is a moderator at all."""
    return user.is_active and user.is_staff and user.has_perm("comments.moderate_comment")


def can_publish(user: "User | AnonymousUser", comment: Comment) -> bool:
    """A moderator may publish what waits, and what was declined by mistake."""
    return can_moderate(user) and (comment.state in PUBLISHABLE or comment.is_unread)


def can_decline(user: "User | AnonymousUser", comment: Comment) -> bool:
    """A moderator may decline what waits, and take down what was published by mistake."""
    return can_moderate(user) and comment.state in DECLINABLE


def can_undo(user: "User | AnonymousUser", comment: Comment, at: datetime) -> bool:
    """A moderator may take the own decision back for a minute."""
    return (
        can_moderate(user)
        and comment.decided_by_id == user.pk
        and comment.decided_at is not None
        and at - comment.decided_at < UNDOABLE_FOR
    )


def can_answer_officially(user: "User | AnonymousUser", comment: Comment) -> bool:
    """Who speaks for the Sở may answer what stands on the page."""
    return (
        can_moderate(user)
        and user.has_perm("comments.answer_comment")
        and comment.state == Comment.State.PUBLISHED
    )


def can_view_phone(user: "User | AnonymousUser", comment: Comment) -> bool:
    """A moderator who also has the permission for phones may see one; each look is recorded."""
    return can_moderate(user) and user.has_perm("comments.view_phone")


def is_correctable(comment: Comment, at: datetime) -> bool:
    """Its writer may put a comment right for a quarter of an hour, while nobody has decided."""
    return (
        comment.is_unread
        and comment.erased_at is None
        and at - comment.created_at < CORRECTABLE_FOR
    )


def is_contact_correctable(comment: Comment) -> bool:
    """Its writer may put a phone and an address right as long as the portal may keep them."""
    return comment.erased_at is None and comment.state != Comment.State.WITHDRAWN


def is_appealable(comment: Comment, at: datetime) -> bool:
    """Its writer may ask that a decline be read again, for some weeks. (Once: the database sees to it.)"""
    return (
        comment.state == Comment.State.DECLINED
        and comment.erased_at is None
        and comment.decided_at is not None
        and at - comment.decided_at < timedelta(days=settings.COMMENT_APPEAL_DAYS)
    )


def can_answer_appeal(user: "User | AnonymousUser", appeal: Appeal) -> bool:
    """A moderator may answer an appeal that waits, but never one against the own decision."""
    return (
        can_moderate(user)
        and appeal.state == Appeal.State.OPEN
        and user.pk != appeal.declined_by_id
    )


def can_change_house_rules(user: "User | AnonymousUser") -> bool:
    """Who runs the portal words the rules by which all are judged."""
    return user.is_active and user.is_staff and user.has_perm("comments.change_houserule")


def can_set_phone_days(user: "User | AnonymousUser") -> bool:
    """Who runs the portal sets for how long phones are kept: it is a promise to the public."""
    return user.is_active and user.is_staff and user.has_perm("comments.add_phonekeeping")


def can_import(user: "User | AnonymousUser", *, with_phones: bool = False) -> bool:
    """A moderator may bring comments in from the old site; with phones, only one who may see phones."""
    return can_moderate(user) and (not with_phones or user.has_perm("comments.view_phone"))


def can_answer_data_requests(user: "User | AnonymousUser") -> bool:
    """Moderators who are trusted with phones carry out what readers ask about their data."""
    return can_moderate(user) and user.has_perm("comments.view_phone")
