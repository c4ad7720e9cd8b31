"""What guidance shows on the pages of others: the newest articles at home, the publishers' card."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.models import User
from hanoi_portal.registry import Block, Card

from . import rules
from .models import Article
from .places import ON_HOME

LATE_AFTER = timedelta(days=7)


def newest(_subject: Any) -> Block | None:
    """Show the newest articles; nothing before there is one."""
    articles = list(Article.objects.published(timezone.now()).listed()[:ON_HOME])
    return Block("guidance/_newest.html", {"articles": articles}) if articles else None


def drafts_card(user: User) -> Card | None:
    """Tell a publisher how many drafts wait, and since when."""
    if not rules.is_publisher(user):
        return None
    drafts = Article.objects.waiting().order_by()
    queue = drafts.aggregate(count=Count("pk"), since=Min("changed_at"))
    note = _("Không có bản thảo nào chờ.")
    if queue["since"]:
        since = timezone.localtime(queue["since"]).strftime("%d/%m/%Y")
        note = _("Chờ lâu nhất từ %(since)s.") % {"since": since}
    return Card(
        title=_("Bản thảo chờ xuất bản"),
        value=queue["count"],
        note=note,
        url=f"{reverse('admin:guidance_article_changelist')}?state__exact=draft",
        is_urgent=bool(queue["since"]) and queue["since"] < timezone.now() - LATE_AFTER,
    )
