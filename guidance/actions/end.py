"""The end of what readers get: its time is over, or it is withdrawn. Its address goes on explaining."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import User

from .. import rules
from ..models import Article
from .stage import change_stage

logger = logging.getLogger(__name__)


def withdraw_article(
    article: Article, *, by: User, reason: str, successor: Article | None = None
) -> None:
    """Take the article away from readers; its address explains why, and leads to what took its place."""
    if not rules.is_publisher(by):
        raise NotAllowed(_("Tài khoản này không có quyền rút bài."))
    if not reason.strip():
        raise DomainError(_("Xin ghi lý do để người đọc hiểu vì sao bài không còn."))
    if not rules.can_withdraw(by, article):
        raise StaleState(_("Bài này hiện không được đăng nên không có gì để rút."))
    if successor is not None and successor.pk == article.pk:
        raise DomainError(_("Bài không tự thay thế chính nó. Xin chọn bài khác."))
    with transaction.atomic():
        _end(
            article,
            by=by,
            verb="withdraw_article",
            to=Article.State.WITHDRAWN,
            note=reason,
            withdrawn_reason=reason,
            successor=successor,
        )


def expire_due(at: datetime) -> int:
    """Take away from readers what was to end by now; return how many. Any number of these may run at once."""
    due = Article.objects.filter(state=Article.State.PUBLISHED, expires_at__lte=at)
    ended = 0
    for article in due.order_by("expires_at", "pk"):
        try:
            with transaction.atomic():
                _end(article, by=None, verb="expire_article", to=Article.State.EXPIRED)
                ended += 1
        except StaleState:
            logger.info("Article %s was moved by somebody else", article.pk)
    return ended


def _end(
    article: Article,
    *,
    by: User | None,
    verb: str,
    to: Article.State,
    note: str = "",
    **values: Any,
) -> None:
    """Move to a state that readers are told of. What was being changed stays the working copy, to go on with."""
    change_stage(
        article,
        by=by,
        verb=verb,
        to=to,
        note=note,
        **values,
        stage=Article.Stage.WRITING,
        publish_at=None,
        pending_note="",
    )
