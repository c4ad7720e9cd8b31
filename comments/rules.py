"""Who may do what to a comment. Pure, and no unless one of these says yes."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser

from .models import Comment

if TYPE_CHECKING:
    from guidance.models import Article
    from hanoi_portal.models import User

# From which states a decision may be taken. A decision can be put right: what was declined may be published
# after all, and what was published may be taken down with a reason.
PUBLISHABLE = frozenset({Comment.State.WAITING, Comment.State.DECLINED})
DECLINABLE = frozenset({Comment.State.WAITING, Comment.State.PUBLISHED})


def can_comment(article: "Article", at: datetime) -> bool:
    """Anybody may comment on an article that readers can see."""
    return (
        article.state == article.State.PUBLISHED
        and article.published_at is not None
        and article.published_at <= at
    )


def can_moderate(user: "User | AnonymousUser") -> bool:
    """Tell whether the user is a moderator at all."""
    return user.is_active and user.is_staff and user.has_perm("comments.moderate_comment")


def can_publish(user: "User | AnonymousUser", comment: Comment) -> bool:
    """A moderator may publish what waits, and what was declined by mistake."""
    return can_moderate(user) and comment.state in PUBLISHABLE


def can_decline(user: "User | AnonymousUser", comment: Comment) -> bool:
    """A moderator may decline what waits, and take down what was published by mistake."""
    return can_moderate(user) and comment.state in DECLINABLE


def can_view_phone(user: "User | AnonymousUser", comment: Comment) -> bool:
    """A moderator who also has the permission for phones may see one; each look is recorded."""
    return can_moderate(user) and user.has_perm("comments.view_phone")
