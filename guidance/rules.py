"""Who may do what to an article, and to a legal document. Pure, and no unless one of these says yes."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser

from .models import Article, LegalDocument

if TYPE_CHECKING:
    from hanoi_portal.models import User

WRITE = "guidance.change_article"
ADD = "guidance.add_article"
PUBLISH = "guidance.publish_article"


def _is_staff_with(user: "User | AnonymousUser", permission: str) -> bool:
    return user.is_active and user.is_staff and user.has_perm(permission)


def can_write(user: "User | AnonymousUser", article: Article | None = None) -> bool:
    """Editors write new articles and those that readers do not see; what readers see only publishers change."""
    if article is None:
        return _is_staff_with(user, ADD)
    if article.state == Article.State.PUBLISHED:
        return _is_staff_with(user, WRITE) and user.has_perm(PUBLISH)
    return _is_staff_with(user, WRITE)


def can_preview(user: "User | AnonymousUser", article: Article) -> bool:
    """Whoever may see articles in the admin may see one as readers would."""
    return _is_staff_with(user, "guidance.view_article") or can_write(user, article)


def is_publisher(user: "User | AnonymousUser") -> bool:
    """Tell whether the user publishes and withdraws at all."""
    return _is_staff_with(user, PUBLISH)


def can_publish(user: "User | AnonymousUser", article: Article) -> bool:
    """Publishers publish drafts, and what was withdrawn."""
    return is_publisher(user) and article.state in {Article.State.DRAFT, Article.State.WITHDRAWN}


def can_withdraw(user: "User | AnonymousUser", article: Article) -> bool:
    """Publishers withdraw what is published."""
    return is_publisher(user) and article.state == Article.State.PUBLISHED


def can_upload_picture(user: "User | AnonymousUser") -> bool:
    """Whoever writes articles puts pictures into them."""
    return _is_staff_with(user, ADD) or _is_staff_with(user, WRITE)


def can_write_document(user: "User | AnonymousUser", document: LegalDocument | None = None) -> bool:
    """Editors enter legal documents and change those not public; what readers see only publishers change."""
    if document is None:
        return _is_staff_with(user, "guidance.add_legaldocument")
    may_change = _is_staff_with(user, "guidance.change_legaldocument")
    return may_change and (not document.is_public or is_document_publisher(user))


def is_document_publisher(user: "User | AnonymousUser") -> bool:
    """Tell whether the user shows legal documents to readers, and hides them, at all."""
    return _is_staff_with(user, "guidance.publish_legaldocument")
