"""What is done to articles: write, publish, withdraw. Pages, buttons and commands all use these."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.history import record
from hanoi_portal.html import plain_text
from hanoi_portal.models import HistoryEntry, User

from . import rules
from .models import Article

HISTORY_WORDS = {
    "write_article": gettext_lazy("soạn bài"),
    "change_article": gettext_lazy("sửa bài"),
    "publish_article": gettext_lazy("xuất bản bài"),
    "withdraw_article": gettext_lazy("rút bài"),
    **{state.value: state.label for state in Article.State},
}


def write_article(
    article: Article,
    *,
    by: User,
    changed: Collection[str] = (),
    via: str = HistoryEntry.Via.WEB,
) -> None:
    """Save a new article as a draft, or the changed fields (their names) of one that exists."""
    is_new = article.pk is None
    if not rules.can_write(by, None if is_new else article):
        raise NotAllowed(_("Tài khoản này không có quyền sửa bài ở trạng thái hiện tại."))
    with transaction.atomic():
        if is_new:
            article.state = Article.State.DRAFT
            article.created_by = by
            article.save()
            record("write_article", article, by=by, via=via, to_state=article.state)
        elif changed:
            # Only what was typed: the state may have changed under the writer's hands.
            article.save(update_fields=[*changed, "changed_at"])
            record("change_article", article, by=by, via=via, data={"fields": sorted(changed)})


def publish_article(
    article: Article,
    *,
    by: User,
    at: datetime | None = None,
    via: str = HistoryEntry.Via.WEB,
) -> None:
    """Show the article to readers, from now or under the day and time it was first published (`at`)."""
    if not rules.is_publisher(by):
        raise NotAllowed(_("Tài khoản này không có quyền xuất bản bài."))
    if not rules.can_publish(by, article):
        raise StaleState(_("Bài này đang được đăng rồi."))
    if not (article.summary.strip() and plain_text(article.body)):
        raise DomainError(_("Bài chưa có tóm tắt hoặc nội dung nên chưa xuất bản được."))
    published_at = at or article.published_at or timezone.now()
    with transaction.atomic():
        _change_state(
            article,
            Article.State.PUBLISHED,
            by=by,
            verb="publish_article",
            via=via,
            published_at=published_at,
            withdrawn_reason="",
        )


def withdraw_article(article: Article, *, by: User, reason: str) -> None:
    """Take the article away from readers; its address explains why."""
    if not rules.is_publisher(by):
        raise NotAllowed(_("Tài khoản này không có quyền rút bài."))
    if not reason.strip():
        raise DomainError(_("Xin ghi lý do để người đọc hiểu vì sao bài không còn."))
    if not rules.can_withdraw(by, article):
        raise StaleState(_("Bài này hiện không được đăng nên không có gì để rút."))
    with transaction.atomic():
        _change_state(
            article,
            Article.State.WITHDRAWN,
            by=by,
            verb="withdraw_article",
            note=reason,
            withdrawn_reason=reason,
        )


def _change_state(
    article: Article,
    state: Article.State,
    *,
    by: User,
    verb: str,
    note: str = "",
    via: str = HistoryEntry.Via.WEB,
    **values: object,
) -> None:
    """Change the state if it still is what the caller saw, and record it; in the caller's transaction."""
    before = article.state
    changed = Article.objects.filter(pk=article.pk, state=before).update(state=state, **values)
    if not changed:
        raise StaleState(_("Có người vừa đổi trạng thái bài này. Xin xem lại trước khi làm tiếp."))
    record(verb, article, by=by, from_state=before, to_state=state, note=note, via=via)
    article.state = state
    for name, value in values.items():
        setattr(article, name, value)
