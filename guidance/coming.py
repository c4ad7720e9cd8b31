"""What is coming in the newsroom: texts that will be shown, end, or be looked at again; documents that take effect."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Article, LegalDocument

AHEAD = timedelta(days=90)
TEXTS = ("body", "search_text", "working__body", "working__summary")
MOST = 200  # of each kind; further ones come nearer by themselves

# What will happen: its word, and the state whose look it has (`state_tag`).
PUBLISH = ("scheduled", _("Tự đăng"))
CHANGE = ("scheduled", _("Đăng nội dung thay đổi"))
END = ("expired", _("Hết hạn"))
REVIEW = ("in_review", _("Đến ngày xem lại"))
LATE = ("overdue", _("Quá ngày xem lại"))
EFFECT = ("approved", _("Văn bản có hiệu lực"))


@dataclass(frozen=True)
class Event:
    """Something that will happen, or should have been done."""

    at: datetime | None  # None: any time of the day
    look: str
    word: Any
    title: str
    url: str
    who: str = ""


@dataclass(frozen=True)
class Day:
    """A day on which something happens; `is_past` for what should have been done before today."""

    on: date
    is_past: bool
    events: tuple[Event, ...]


def coming(now: datetime) -> list[Day]:
    """Return the days of the next three months on which something happens, and the reviews that are overdue."""
    today = timezone.localdate(now)
    days: dict[date, list[Event]] = defaultdict(list)
    rows = Article.objects.select_related("owner", "working").defer(*TEXTS)
    for article in rows.filter(stage="scheduled", publish_at__lt=now + AHEAD)[:MOST]:
        kind = CHANGE if article.state == Article.State.PUBLISHED else PUBLISH
        _add(days, article.publish_at, kind, article)
    shown = rows.filter(state=Article.State.PUBLISHED)
    for article in shown.filter(expires_at__lt=now + AHEAD).order_by("expires_at")[:MOST]:
        _add(days, article.expires_at, END, article)
    for article in shown.filter(review_on__lte=today + AHEAD).order_by("review_on")[:MOST]:
        is_late = article.is_due_for_review(today - timedelta(days=1))
        _add(days, article.review_on, LATE if is_late else REVIEW, article)
    for document in LegalDocument.objects.filter(effective_on__range=(today, today + AHEAD))[:MOST]:
        url = reverse("admin:guidance_legaldocument_change", args=[document.pk])
        if (day := document.effective_on) is not None:
            days[day].append(Event(None, *EFFECT, str(document), url))
    return [
        Day(day, day < today, tuple(sorted(events, key=_when)))
        for day, events in sorted(days.items())
    ]


def _add(days: Any, when: Any, kind: tuple[str, Any], article: Article) -> None:
    at = timezone.localtime(when) if isinstance(when, datetime) else None
    day = at.date() if at else when
    title = article.working.title if article.working else article.title
    url = reverse("admin:guidance_article_change", args=[article.pk])
    days[day].append(Event(at, *kind, title, url, str(article.owner) if article.owner else ""))


def _when(event: Event) -> tuple[time, str]:
    return (event.at.time() if event.at else time.min, event.title)
