"""Who may do what to an article, and to a legal document. Pure, and no unless one of these says yes."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from .models import Article, LegalDocument, Series

if TYPE_CHECKING:
    from hanoi_portal.models import User

WRITE = "guidance.change_article"
ADD = "guidance.add_article"
PUBLISH = "guidance.publish_article"
Stage = Article.Stage


def _is_staff_with(user: "User | AnonymousUser", permission: str) -> bool:
    return user.is_active and user.is_staff and user.has_perm(permission)


def can_write(user: "User | AnonymousUser", article: Article | None = None) -> bool:
    """Editors write what is being written; a text under review only publishers change.

    What readers get is never changed by writing: the text of what was published goes into a working copy. A text
    that was approved is changed by nobody; it is sent back first.
    """
    if article is None:
        return _is_staff_with(user, ADD)
    if article.stage == Stage.IN_REVIEW:
        return _is_staff_with(user, WRITE) and user.has_perm(PUBLISH)
    return _is_staff_with(user, WRITE) and article.stage == Stage.WRITING


def can_arrange(user: "User | AnonymousUser", article: Article) -> bool:
    """Writers put articles among the others; where readers see it at once, only publishers do."""
    is_shown = article.state == Article.State.PUBLISHED
    return _is_staff_with(user, WRITE) and (not is_shown or is_publisher(user))


def can_set_end(user: "User | AnonymousUser", article: Article) -> bool:
    """Writers say when an article ends; where that takes it away from readers, only publishers do."""
    return can_arrange(user, article)


def can_preview(user: "User | AnonymousUser", article: Article) -> bool:
    """Whoever may see articles in the admin may see one as readers would."""
    return _is_staff_with(user, "guidance.view_article") or can_write(user, article)


def can_remark(user: "User | AnonymousUser", article: Article) -> bool:
    """Whoever writes articles says what they think of any."""
    return is_writer(user)


def can_send_for_review(user: "User | AnonymousUser", article: Article) -> bool:
    """Editors send for review what readers do not get yet."""
    is_ready = article.stage == Stage.WRITING and article.has_unseen_text
    return _is_staff_with(user, WRITE) and is_ready


def can_take_back(user: "User | AnonymousUser", article: Article) -> bool:
    """Editors take back what nobody has decided on yet, to go on writing."""
    return _is_staff_with(user, WRITE) and article.stage == Stage.IN_REVIEW


def can_send_back(user: "User | AnonymousUser", article: Article) -> bool:
    """Publishers send back what waits for them, and what was approved or given an hour."""
    return is_publisher(user) and article.stage != Stage.WRITING


def can_approve(user: "User | AnonymousUser", article: Article) -> bool:
    """Publishers approve what is under review; under the four-eyes rule not what they wrote themselves."""
    return is_publisher(user) and article.stage == Stage.IN_REVIEW and has_four_eyes(user, article)


def can_discard(user: "User | AnonymousUser", article: Article) -> bool:
    """Editors throw away the working copy of what readers got once, while it is being written."""
    is_open = article.stage == Stage.WRITING and article.working_id is not None
    return _is_staff_with(user, WRITE) and is_open


def is_writer(user: "User | AnonymousUser") -> bool:
    """Tell whether the user writes articles at all."""
    return _is_staff_with(user, WRITE)


def is_publisher(user: "User | AnonymousUser") -> bool:
    """Tell whether the user publishes and withdraws at all."""
    return _is_staff_with(user, PUBLISH)


def can_publish(user: "User | AnonymousUser", article: Article) -> bool:
    """Publishers publish what readers do not get; under the four-eyes rule approved, or written by others."""
    is_approved = article.stage in {Stage.APPROVED, Stage.SCHEDULED}
    may = is_publisher(user) and article.has_unseen_text
    return may and (is_approved or has_four_eyes(user, article))


def can_withdraw(user: "User | AnonymousUser", article: Article) -> bool:
    """Publishers withdraw what is published."""
    return is_publisher(user) and article.state == Article.State.PUBLISHED


def can_confirm(user: "User | AnonymousUser", article: Article) -> bool:
    """Editors and publishers say that what is published is still right."""
    return _is_staff_with(user, WRITE) and article.state == Article.State.PUBLISHED


def has_four_eyes(user: "User | AnonymousUser", article: Article) -> bool:
    """Tell whether two people would have seen the text if this user approved it (GUIDANCE_FOUR_EYES)."""
    return not settings.GUIDANCE_FOUR_EYES or user.pk not in article.writers()


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


def can_order_series(user: "User | AnonymousUser", series: Series | None = None) -> bool:
    """Editors and publishers make series and put articles into their order."""
    return _is_staff_with(user, f"guidance.{'add' if series is None else 'change'}_series")


def can_remove_series(user: "User | AnonymousUser") -> bool:
    """Publishers take a series away; its articles stay."""
    return _is_staff_with(user, "guidance.delete_series")
