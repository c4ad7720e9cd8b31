"""A unit's deadlines as a calendar that phones and Outlook subscribe to (iCalendar, RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from hanoi_portal import sealed_key

from .models import Assignment, CalendarFeed, Membership, Unit
from .periods import name_of
from .timeliness import day_of

PURPOSE = "campaigns.calendar.v1:"
READ_AGAIN = timedelta(hours=4)


def address_of(feed: CalendarFeed) -> str:
    """Return the whole secret address of a feed."""
    token = sealed_key.token_of(feed.key, PURPOSE)
    return f"{settings.SITE_URL}/can-bo/lich/{token}/viec.ics"


def find_feed(token: str) -> CalendarFeed | None:
    """Return the feed that a token opens today; None when it opens nothing (any more)."""
    key = sealed_key.key_of(token, PURPOSE)
    if key is None:
        return None
    feed = (
        CalendarFeed.objects.select_related("unit", "owner")
        .filter(key=key, revoked_at=None)
        .first()
    )
    if feed is None or not feed.owner.is_active:
        return None
    serving = Membership.objects.current(day_of()).filter(unit=feed.unit, user=feed.owner)
    return feed if serving.exists() else None


def make_calendar(unit: Unit) -> bytes:
    """Return the deadlines of what the unit still has to do, a whole-day event each, in one query."""
    calendar = Calendar()
    calendar.add("prodid", "-//Cổng Kế hoạch 722//Thời hạn của đơn vị//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Thời hạn – %(unit)s") % {"unit": unit.short_name})
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for assignment in _still_to_do(unit):
        calendar.add_component(_event(assignment))
    return calendar.to_ical()


def _still_to_do(unit: Unit) -> Iterable[Assignment]:
    done = [Assignment.State.COMPLETED, Assignment.State.RECALLED]
    open_ones = Assignment.objects.filter(unit=unit).exclude(state__in=done)
    return open_ones.select_related("task__plan").order_by("deadline", "pk")


def _event(assignment: Assignment) -> Event:
    task = assignment.task
    event = Event()
    # The same for ever: a calendar that knows it moves it, and does not show it twice.
    event.add("uid", f"phan-cong-{assignment.pk}@{settings.SITE_URL.partition('://')[2]}")
    event.add("sequence", assignment.version)
    event.add("dtstamp", assignment.issued_at.astimezone(UTC))
    event.add("dtstart", assignment.deadline)
    event.add("dtend", assignment.deadline + timedelta(days=1))
    event.add("summary", _("Hạn: %(code)s %(title)s") % {"code": task.code, "title": task.title})
    said = [
        name_of(assignment.period),
        f"{task.plan.number} · {assignment.get_role_display()} · {assignment.get_state_display()}",
        _("Sản phẩm: %(deliverable)s") % {"deliverable": task.deliverable},
    ]
    event.add("description", "\n".join(filter(None, said)))
    event.add("url", f"{settings.SITE_URL}{assignment.get_absolute_url()}")
    event.add("transp", "TRANSPARENT")  # a deadline does not make the officer busy
    event.add("class", "PRIVATE")
    return event
