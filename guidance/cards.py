"""The newsroom's cards on the staff's first page: what is mine, what waits for me, what is due for review."""

from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.models import User
from hanoi_portal.registry import Card

from . import rules
from .models import Article

LATE_AFTER = timedelta(days=7)

Stage = Article.Stage


def mine(user: User) -> Card | None:
    """Tell an editor how many texts of theirs are being written."""
    if not rules.is_writer(user):
        return None
    count = Article.objects.written_by(user).count()
    return Card(
        title=_("Bài tôi đang soạn"),
        value=count,
        note="" if count else _("Không có bài nào đang soạn."),
        url=_list(stage__exact=Stage.WRITING, created_by__exact=user.pk),
    )


def waiting(user: User) -> Card | None:
    """Tell a publisher how many texts wait to be approved or published, and since when."""
    if not rules.is_publisher(user):
        return None
    queue = (
        Article.objects.waiting().order_by().aggregate(count=Count("pk"), since=Min("changed_at"))
    )
    note = _("Không có bài nào chờ duyệt.")
    if queue["since"]:
        since = timezone.localtime(queue["since"]).strftime("%d/%m/%Y")
        note = _("Chờ lâu nhất từ %(since)s.") % {"since": since}
    return Card(
        title=_("Bài chờ duyệt, chờ đăng"),
        value=queue["count"],
        note=note,
        url=_list(stage__in=f"{Stage.IN_REVIEW},{Stage.APPROVED}"),
        is_urgent=bool(queue["since"]) and queue["since"] < timezone.now() - LATE_AFTER,
    )


def due_for_review(user: User) -> Card | None:
    """Tell who answers for published texts how many of them are due for review; publishers see everybody's."""
    if not rules.is_writer(user):
        return None
    today = timezone.localdate()
    due = Article.objects.due_for_review(today)
    if not rules.is_publisher(user):
        due = due.filter(Q(owner=user) | Q(owner=None, created_by=user))
    count = due.count()
    if not count:
        return None
    return Card(
        title=_("Bài đến ngày xem lại"),
        value=count,
        note=_("Xin xem nội dung có còn đúng không, rồi xác nhận."),
        url=_list(state__exact=Article.State.PUBLISHED, review_on__lte=today.isoformat()),
        is_urgent=True,
    )


def _list(**filters: object) -> str:
    return f"{reverse('admin:guidance_article_changelist')}?{urlencode(filters)}"
