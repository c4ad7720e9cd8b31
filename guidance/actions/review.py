"""Review before publishing (send, remark, take back, send back, approve), and looking again at what is published."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, NotAllowed
from hanoi_portal.history import record
from hanoi_portal.models import User

from .. import mails, rules
from ..models import Article, Remark
from .stage import change_stage, need

Stage = Article.Stage


def send_for_review(article: Article, *, by: User, note: str = "") -> None:
    """Ask the publishers to look at the text; each of them is mailed."""
    need(
        rules.is_writer(by),
        rules.can_send_for_review(by, article),
        _("Bài này hiện không có gì để trình duyệt."),
    )
    with transaction.atomic():
        entry = change_stage(article, by=by, verb="send_for_review", to=Stage.IN_REVIEW, note=note)
        mails.tell(entry, mails.publishers(), except_for=by)


def take_back(article: Article, *, by: User) -> None:
    """Go on writing what nobody has decided on yet."""
    need(rules.is_writer(by), rules.can_take_back(by, article), _("Bài này hiện không chờ duyệt."))
    with transaction.atomic():
        change_stage(article, by=by, verb="take_back", to=Stage.WRITING)


def remark(article: Article, *, by: User, text: str) -> None:
    """Say something about the text, beside it; those who work on it are mailed."""
    if not rules.can_remark(by, article):
        raise NotAllowed(_("Tài khoản này không có quyền nhận xét bài."))
    with transaction.atomic():
        Remark.objects.create(
            article=article,
            revision=article.working or article.revisions.first(),
            author=by,
            author_name=str(by)[:120],
            text=text,
        )
        entry = record("remark", article, by=by, note=text)
        mails.tell(entry, mails.people_of(article), except_for=by)


def send_back(article: Article, *, by: User, reason: str) -> None:
    """Give the text back to its writers, saying what is missing; they are mailed."""
    need(
        rules.is_publisher(by),
        rules.can_send_back(by, article),
        _("Bài này hiện không có gì để trả lại."),
    )
    if not reason.strip():
        raise DomainError(_("Xin ghi lý do để người viết biết cần sửa gì."))
    with transaction.atomic():
        entry = change_stage(
            article,
            by=by,
            verb="send_back",
            to=Stage.WRITING,
            note=reason,
            publish_at=None,
            pending_note="",
        )
        mails.tell(entry, mails.people_of(article), except_for=by)


def approve_article(article: Article, *, by: User, note: str = "") -> None:
    """Say that the text may go to readers; its writers are mailed. Publishing it, or giving it an hour, comes next."""
    if rules.is_publisher(by) and not rules.has_four_eyes(by, article):
        raise DomainError(_("Bài này có chữ do ông/bà viết, nên người khác phải duyệt."))
    need(rules.is_publisher(by), rules.can_approve(by, article), _("Bài này hiện không chờ duyệt."))
    with transaction.atomic():
        entry = change_stage(article, by=by, verb="approve_article", to=Stage.APPROVED, note=note)
        mails.tell(entry, mails.people_of(article), except_for=by)


def confirm_review(article: Article, *, by: User, next_on: date) -> None:
    """Say that what is published is still right, and when to look again."""
    need(rules.is_writer(by), rules.can_confirm(by, article), _("Bài này hiện không được đăng."))
    if next_on <= timezone.localdate():
        raise DomainError(_("Xin chọn ngày xem lại sau hôm nay."))
    with transaction.atomic():
        day = next_on.strftime("%d/%m/%Y")
        note = _("Xem lại lần sau: %(day)s") % {"day": day}
        change_stage(article, by=by, verb="confirm_review", note=note, review_on=next_on)


def remind_reviews(on: date) -> int:
    """Mail the owners of what is to be looked at again: a week before the day, and on it. Twice changes nothing."""
    first_day = on + timedelta(days=settings.GUIDANCE_REVIEW_NOTICE_DAYS)
    shown = Article.objects.filter(state=Article.State.PUBLISHED)
    told = 0
    for article in shown.filter(review_on__lte=first_day).select_related("owner", "created_by"):
        if (day := article.review_on) is not None:
            # Told on the day, the mark is the day itself; told before it, the day before.
            told += _remind(article, day, day if day <= on else day - timedelta(days=1))
    return told


def _remind(article: Article, day: date, mark: date) -> int:
    waiting = Article.objects.filter(
        Q(review_told_for__isnull=True) | Q(review_told_for__lt=mark), pk=article.pk, review_on=day
    )
    with transaction.atomic():
        if not waiting.update(review_told_for=mark):
            return 0
        entry = record("remind_review", article, by=None, note=day.strftime("%d/%m/%Y"))
        mails.tell(entry, mails.keepers_of(article))
    return 1
