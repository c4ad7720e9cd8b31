"""What the comments app shows on the pages of others: the thread below an article, the moderators' card."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guidance.models import Article
from hanoi_portal.models import User
from hanoi_portal.registry import Block, Card

from . import rules
from .models import Appeal, Comment, DataRequest
from .phone_clock import days_in_force
from .places import PER_PAGE
from .threads import attach_replies, newest_threads, setting_of


def thread(article: Article) -> Block:
    """Show the newest comments and the way to write one. Two queries, three when there are replies."""
    setting = setting_of(article)
    shown = newest_threads(article)
    attach_replies(shown[:PER_PAGE])
    return Block(
        "comments/_thread.html",
        {
            "article": article,
            "comments": shown[:PER_PAGE],
            "count": shown[0].thread_total if shown else 0,
            "has_more": len(shown) > PER_PAGE,
            "can_comment": rules.can_comment(article, setting, timezone.now()),
            "is_published_unread": rules.is_published_unread(setting),
        },
    )


def contacts_kept(_page: object) -> Block:
    """Say on the privacy page how long phones and addresses are kept: the numbers in force."""
    kept = {"days": days_in_force(), "mail_days": settings.COMMENT_APPEAL_DAYS}
    return Block("comments/_contacts_kept.html", kept)


def moderation_card(user: User) -> Card | None:
    """Tell a moderator how many comments wait, and since when."""
    if not rules.can_moderate(user):
        return None
    queue = (
        Comment.objects.waiting().order_by().aggregate(count=Count("pk"), since=Min("created_at"))
    )
    late_since = timezone.now() - timedelta(hours=settings.COMMENT_PROMISE_HOURS)
    note = _("Không có bình luận nào chờ.")
    if queue["since"]:
        since = timezone.localtime(queue["since"]).strftime("%H:%M %d/%m/%Y")
        note = _("Chờ lâu nhất từ %(since)s.") % {"since": since}
    return Card(
        title=_("Bình luận chờ duyệt"),
        value=queue["count"],
        note=note,
        url=reverse("admin:comments_comment_queue"),
        is_urgent=bool(queue["since"]) and queue["since"] < late_since,
    )


def appeals_card(user: User) -> Card | None:
    """Tell a moderator how many appeals wait for an answer that is not the own."""
    if not rules.can_moderate(user):
        return None
    count = Appeal.objects.answerable_by(user).count()
    return Card(
        title=_("Đề nghị xem lại"),
        value=count,
        note=_("Do người khác, không phải người đã quyết định, trả lời."),
        url=reverse("admin:comments_appeal_changelist") + "?answer=mine",
        is_urgent=count > 0,
    )


def data_requests_card(user: User) -> Card | None:
    """Tell whoever carries them out how many requests about personal data wait, and till when."""
    if not rules.can_answer_data_requests(user):
        return None
    days = list(DataRequest.objects.waiting().values_list("due_on", flat=True))
    if not days:
        return None
    return Card(
        title=_("Yêu cầu về dữ liệu cá nhân"),
        value=len(days),
        note=_("Hạn theo luật gần nhất: %(day)s.") % {"day": days[0].strftime("%d/%m/%Y")},
        url=reverse("admin:comments_datarequest_changelist") + "?state__exact=open",
        is_urgent=days[0] <= timezone.localdate() + timedelta(days=3),
    )


def reports_card(user: User) -> Card | None:
    """Tell a moderator how many comments readers have reported."""
    if not rules.can_moderate(user):
        return None
    count = Comment.objects.reported().count()
    if not count:
        return None
    return Card(
        title=_("Bình luận bị báo"),
        value=count,
        note=_("Người đọc cho là chưa phù hợp; xin đọc lại."),
        url=reverse("admin:comments_comment_queue"),
        is_urgent=True,
    )
