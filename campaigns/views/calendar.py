"""The page where an officer opens and stops calendar addresses, and the calendar itself.

The calendar's address is its key: calendars cannot sign in. Answers are kept by nobody (see `campaigns.views.link`).
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hanoi_portal.errors import StaleState
from hanoi_portal.models import User

from .. import calendar_feed
from ..actions.calendar import open_calendar, stop_calendar
from ..models import CalendarFeed, Membership, Unit
from ..timeliness import day_of


@require_safe
@login_required
def list_calendars(request: HttpRequest) -> HttpResponse:
    """Show the officer each own unit with the calendar's address, if it has one."""
    user = _person(request)
    living = CalendarFeed.objects.filter(owner=user, revoked_at=None)
    feeds = {feed.unit_id: feed for feed in living}
    rows = []
    for unit in _units_of(user):
        feed = feeds.get(unit.pk)
        address = calendar_feed.address_of(feed) if feed else ""
        web_address = f"webcal://{address.partition('://')[2]}" if address else ""
        rows.append({"unit": unit, "feed": feed, "address": address, "web_address": web_address})
    response = render(request, "campaigns/calendar_list.html", {"rows": rows})
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def open_one(request: HttpRequest, code: str) -> HttpResponse:
    """Give the officer a new address for one own unit; that of others answers 404."""
    user = _person(request)
    unit = get_object_or_404(_units_of(user), code=code)
    try:
        open_calendar(unit, by=user)
        messages.success(
            request, _("Đã tạo địa chỉ lịch mới. Địa chỉ trước, nếu có, không mở được nữa.")
        )
    except StaleState as error:
        messages.info(request, str(error))
    return redirect("calendars")


@require_POST
@login_required
def stop_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop one of the officer's own addresses."""
    user = _person(request)
    feed = get_object_or_404(CalendarFeed.objects.select_related("unit"), pk=pk, owner=user)
    try:
        stop_calendar(feed, by=user)
        messages.success(request, _("Đã hủy địa chỉ lịch. Từ nay không ai mở được nữa."))
    except StaleState as error:
        messages.info(request, str(error))
    return redirect("calendars")


@require_safe
def show_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Give the calendar to whoever knows its address; 404 once it opens nothing."""
    feed = calendar_feed.find_feed(token)
    if feed is None:
        raise Http404
    response = HttpResponse(
        calendar_feed.make_calendar(feed.unit), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'inline; filename="viec.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _person(request: HttpRequest) -> User:
    """The signed-in user; `login_required` lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _units_of(user: User) -> Any:
    """Return the units for which the user speaks today."""
    serving = Membership.objects.current(day_of()).filter(user=user)
    return Unit.objects.filter(pk__in=serving.values("unit")).order_by("name_sort", "pk")
