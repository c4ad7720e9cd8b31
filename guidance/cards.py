"""The newsroom's cards on the staff's first page: what is mine, what waits for me, what is due, what is read."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Count, Min, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.models import User
from hanoi_portal.registry import Card

from . import rules
from .models import Answer, Article
from .querysets import ArticleQuerySet

LATE_AFTER = timedelta(days=7)
READ_SINCE = timedelta(days=30)

# The list of articles narrows itself to each of these: ?viec=dang-soan (`admin.filters`).
WORK = "viec"
MINE, WAITING, DUE = "dang-soan", "cho-duyet", "xem-lai"


def _due(user: User) -> ArticleQuerySet:
    due = Article.objects.due_for_review(timezone.localdate())
    if rules.is_publisher(user):
        return due
    return due.filter(Q(owner=user) | Q(owner=None, created_by=user))


READS: dict[str, Callable[[User], ArticleQuerySet]] = {
    MINE: lambda user: Article.objects.written_by(user),
    WAITING: lambda _user: Article.objects.waiting(),
    DUE: _due,
}


def mine(user: User) -> Card | None:
    """Tell an editor how many texts of theirs are being written."""
    if not rules.is_writer(user):
        return None
    count, sent_on = READS[MINE](user).count(), Article.objects.sent_on_by(user).count()
    note = "" if count else _("Không có bài nào đang soạn.")
    if sent_on:
        note = _("%(count)s bài khác đang chờ duyệt, chờ đăng.") % {"count": sent_on}
    return Card(
        title=_("Bài tôi đang soạn"),
        value=count,
        note=note,
        url=_list(MINE),
    )


def waiting(user: User) -> Card | None:
    """Tell a publisher how many texts wait to be approved or published, and since when."""
    if not rules.is_publisher(user):
        return None
    queue = (
        Article.objects.waiting().order_by().aggregate(count=Count("pk"), since=Min("stage_since"))
    )
    note = _("Không có bài nào chờ duyệt.")
    if queue["since"]:
        since = timezone.localtime(queue["since"]).strftime("%d/%m/%Y")
        note = _("Chờ lâu nhất từ %(since)s.") % {"since": since}
    return Card(
        title=_("Bài chờ duyệt, chờ đăng"),
        value=queue["count"],
        note=note,
        url=_list(WAITING),
        is_urgent=bool(queue["since"]) and queue["since"] < timezone.now() - LATE_AFTER,
    )


def due_for_review(user: User) -> Card | None:
    """Tell who answers for published texts how many of them are due for review; publishers see everybody's."""
    if not rules.is_writer(user):
        return None
    count = READS[DUE](user).count()
    if not count:
        return None
    return Card(
        title=_("Bài đến ngày xem lại"),
        value=count,
        note=_("Xin xem nội dung có còn đúng không, rồi xác nhận."),
        url=_list(DUE),
        is_urgent=True,
    )


def most_read(user: User) -> Card | None:
    """Tell an editor which published text was read most in the last thirty days, and how often."""
    if not rules.is_writer(user):
        return None
    since = timezone.localdate() - READ_SINCE
    read = Article.objects.published(timezone.now()).filter(view_counts__day__gt=since)
    # The order of the list would be part of the grouping: it gives way to the count.
    first = read.annotate(views=Sum("view_counts__count")).order_by("-views", "-pk").first()
    if first is None:
        return None
    return Card(
        title=_("Lượt xem của bài đọc nhiều nhất"),
        value=first.views,
        note=_("Trong 30 ngày: %(title)s") % {"title": first.title},
        url=first.get_absolute_url(),
    )


def least_useful(user: User) -> Card | None:
    """Tell an editor which published text most readers of the last thirty days said did not serve them."""
    if not rules.is_writer(user):
        return None
    since = timezone.localdate() - READ_SINCE
    told = Q(feedback__answer=Answer.NO, feedback__day__gt=since)
    shown = Article.objects.published(timezone.now()).filter(told)
    first = shown.annotate(told=Sum("feedback__count")).order_by("-told", "-pk").first()
    if first is None:
        return None
    return Card(
        title=_("Người đọc thấy bài chưa hữu ích"),
        value=first.told,
        note=_("Trong 30 ngày, nhiều nhất: %(title)s") % {"title": first.title},
        url=reverse("admin:guidance_article_change", args=[first.pk]),
    )


def _list(work: str) -> str:
    return f"{reverse('admin:guidance_article_changelist')}?{WORK}={work}"
