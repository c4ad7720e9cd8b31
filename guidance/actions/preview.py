"""Showing a text to somebody without an account: make a link, take it back, answer through it."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.history import record
from hanoi_portal.models import User

from .. import mails, rules
from ..models import Article, PreviewLink, Remark
from ..preview_links import PreviewHolder
from .stage import need

LONGEST_DAYS = 30
MOST_ANSWERS = 20  # through one link: it is a conversation, not a mailbox for whoever finds it


def make_preview_link(article: Article, *, by: User, days: int) -> PreviewLink:
    """Make a link that shows the text, as it is being written, for so many days."""
    need(rules.is_writer(by), rules.can_remark(by, article), "")
    if not 1 <= days <= LONGEST_DAYS:
        raise DomainError(_("Xin chọn từ 1 đến %(days)s ngày.") % {"days": LONGEST_DAYS})
    with transaction.atomic():
        until = timezone.now() + timedelta(days=days)
        link = PreviewLink.objects.create(article=article, made_by=by, opens_until=until)
        day = timezone.localtime(until).strftime("%H:%M %d/%m/%Y")
        note = _("Mở được đến %(at)s") % {"at": day}
        record("make_preview_link", article, by=by, note=note, data={"link": link.pk})
    return link


def revoke_preview_link(link: PreviewLink, *, by: User) -> None:
    """Have a link open no more."""
    need(rules.is_writer(by), rules.can_remark(by, link.article), "")
    with transaction.atomic():
        still = PreviewLink.objects.filter(pk=link.pk, revoked_at=None)
        if not still.update(revoked_at=timezone.now()):
            raise StaleState(_("Liên kết này đã được hủy trước đó."))
        record("revoke_preview_link", link.article, by=by, data={"link": link.pk})


def answer_preview(link: PreviewLink, *, name: str, text: str) -> None:
    """Keep what an outside reader says of the text, beside it; who made the link is mailed."""
    article = link.article
    with transaction.atomic():
        room = PreviewLink.objects.filter(pk=link.pk, revoked_at=None, answers__lt=MOST_ANSWERS)
        if not room.filter(opens_until__gt=timezone.now()).update(answers=F("answers") + 1):
            raise StaleState(
                _("Liên kết này không nhận thêm lời trả lời. Xin liên hệ người đã gửi.")
            )
        Remark.objects.create(
            article=article,
            revision=article.working or article.revisions.first(),
            author_name=name[:120],
            is_outside=True,
            text=text,
        )
        holder = PreviewHolder(name)
        entry = record("remark_outside", article, by=holder, note=text, data={"link": link.pk})
        maker = link.made_by
        is_there = maker is not None and maker.is_active
        mails.tell(entry, [maker] if is_there and maker else mails.people_of(article))
