"""Counts what readers looked for in vain, so that editors know what is missing. Nothing tells who asked."""

import re
from datetime import date, timedelta

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import EmptySearch, User
from ..registry import Card
from .query import Query

LONGEST = 100
MOST_A_DAY = 1000  # different queries; a machine that tries words must not fill the table
KEPT_DAYS = 180
SHOWN_DAYS = 30
# What may belong to one person (a telephone, an identity card, an account) is not written down.
_PERSONAL = re.compile(r"\d{6,}")


def count_miss(typed: str, on: date) -> None:
    """Count that what was typed found nothing on a day."""
    folded = Query.read(typed).folded[:LONGEST].strip()
    if not folded or "@" in typed or _PERSONAL.search(folded.replace(" ", "")):
        return
    again = EmptySearch.objects.filter(folded=folded, day=on)
    if again.update(count=F("count") + 1):
        return
    if EmptySearch.objects.filter(day=on).count() >= MOST_A_DAY:
        return
    EmptySearch.objects.bulk_create([EmptySearch(folded=folded, day=on)], ignore_conflicts=True)
    again.update(count=F("count") + 1)


def forget_old(on: date) -> int:
    """Delete what is older than is of use; return how many rows."""
    return EmptySearch.objects.filter(day__lt=on - timedelta(days=KEPT_DAYS)).delete()[0]


def misses_card(user: User) -> Card | None:
    """Tell editors how many different things were looked for in vain of late, and what most often."""
    if not user.has_perm("hanoi_portal.view_emptysearch"):
        return None
    totals = EmptySearch.objects.totals(timezone.localdate(), SHOWN_DAYS)
    count = totals.count()
    note = _("30 ngày qua người đọc tìm gì cũng thấy.")
    if most := totals.most_wanted().first():
        note = _("30 ngày qua; nhiều nhất: “%(query)s”.") % {"query": most.folded}
    return Card(
        title=_("Tìm không ra"),
        value=count,
        note=note,
        url=reverse("admin:hanoi_portal_emptysearch_changelist"),
    )
