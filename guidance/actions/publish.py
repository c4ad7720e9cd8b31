"""Publishing: now, or at an hour that was set; a published article gets the text of its working copy."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User

from .. import mails, rules
from ..models import TEXT_FIELDS, Article, Revision
from .checks import refuse_unready
from .stage import change_stage

logger = logging.getLogger(__name__)

State, Stage = Article.State, Article.Stage


def publish_article(
    article: Article,
    *,
    by: User,
    at: datetime | None = None,
    change_note: str | None = None,
    via: str = HistoryEntry.Via.WEB,
) -> None:
    """Show the text to readers, from now or under the day and time it was first published (`at`).

    `change_note` tells readers what changed in an article that they knew; not given, the one that goes with its hour.
    """
    _check_may(article, by=by)
    if at is None:
        _check_end(article, timezone.now())
    with transaction.atomic():
        _show(article, by=by, at=at, change_note=change_note, via=via)


def schedule_article(article: Article, *, by: User, at: datetime, change_note: str = "") -> None:
    """Have the text shown to readers by itself at an hour that is still to come."""
    _check_may(article, by=by)
    if at <= timezone.now():
        raise DomainError(_("Xin chọn giờ đăng sau lúc này."))
    _check_end(article, at)
    with transaction.atomic():
        note = timezone.localtime(at).strftime("%H:%M %d/%m/%Y")
        change_stage(
            article,
            by=by,
            verb="schedule_article",
            to=Stage.SCHEDULED,
            note=note,
            publish_at=at,
            pending_note=change_note,
        )


def publish_due(at: datetime) -> int:
    """Show what was to be shown by now; return how many. Any number of these may run at once.

    What cannot be shown goes back to its writers with the reason, by mail: it must not be tried again for ever.
    """
    due = Article.objects.filter(stage=Stage.SCHEDULED, publish_at__lte=at)
    shown = 0
    for article in due.select_related("category", "working").order_by("publish_at", "pk"):
        try:
            refuse_unready(article)
            with transaction.atomic():
                _show(article, by=None, at=None if article.published_at else article.publish_at)
            shown += 1
        except StaleState:
            logger.info("Article %s was moved by somebody else", article.pk)
        except DomainError as error:
            _miss(article.pk, str(error))
    return shown


def _miss(pk: int, reason: str) -> None:
    """Send back what could not be shown at its hour; nothing if somebody has moved it meanwhile."""
    article = Article.objects.select_related("owner", "created_by").get(pk=pk)
    if article.stage != Stage.SCHEDULED:
        return
    with transaction.atomic():
        entry = change_stage(
            article,
            by=None,
            verb="miss_schedule",
            to=Stage.WRITING,
            note=reason,
            publish_at=None,
            pending_note="",
        )
        mails.tell(entry, mails.people_of(article))


def _check_may(article: Article, *, by: User) -> None:
    if not rules.is_publisher(by):
        raise NotAllowed(_("Tài khoản này không có quyền xuất bản bài."))
    if not article.has_unseen_text:
        raise StaleState(_("Bài này đang được đăng rồi."))
    if not rules.can_publish(by, article):
        raise DomainError(_("Bài này có chữ do ông/bà viết, nên người khác phải duyệt."))
    refuse_unready(article)


def _check_end(article: Article, at: datetime) -> None:
    if article.expires_at is not None and article.expires_at <= at:
        raise DomainError(_("Ngày hết hạn của bài đã qua. Xin sửa ngày hết hạn trước khi đăng."))


def _show(
    article: Article,
    *,
    by: User | None,
    at: datetime | None,
    change_note: str | None = None,
    via: str = HistoryEntry.Via.WEB,
) -> None:
    """Show the text; in the caller's transaction. Readers' text is written here and nowhere else."""
    now = timezone.now()
    revision, is_rework = article.working, article.state == State.PUBLISHED
    told = article.pending_note if change_note is None else change_note
    change_stage(
        article,
        by=by,
        verb="publish_changes" if is_rework else "publish_article",
        to=State.PUBLISHED,
        note=told,
        via=via,
        stage=Stage.WRITING,
        working=None,
        published_at=at or article.published_at or now,
        publish_at=None,
        text_changed_at=now if is_rework or at is None else at,
        change_note=told if is_rework else "",
        pending_note="",
        withdrawn_reason="",
    )
    if revision is not None:
        article.take_text(revision.text)
        article.save(update_fields=[*TEXT_FIELDS, "changed_at"])
    revision = revision or article.revisions.first()
    if revision is None:
        revision = Revision.of(article, article.text(), by=by)
    if revision.shown_at is None:
        revision.shown_at = now
        revision.save()
