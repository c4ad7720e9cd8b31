"""The calendar of a unit's deadlines: what it holds, whom its secret address serves, and for how long."""

import logging
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from campaigns.actions.calendar import open_calendar, stop_calendar
from campaigns.calendar_feed import address_of
from campaigns.models import Assignment, CalendarFeed, Membership, Unit
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.logs import MaskingFormatter
from hanoi_portal.models import HistoryEntry, User
from tests.factories import make_assignment, make_officer, make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db
State = Assignment.State
DAY = timedelta(days=1)


@pytest.fixture
def unit() -> Unit:
    return make_unit(name="UBND quận Ba Đình")


@pytest.fixture
def officer(unit: Unit) -> User:
    return make_officer(unit)


def path_of(feed: CalendarFeed) -> str:
    return "/can-bo/" + address_of(feed).partition("/can-bo/")[2]


def read(feed: CalendarFeed) -> Calendar:
    response = Client().get(path_of(feed))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.content)
    assert isinstance(calendar, Calendar)
    return calendar


def test_every_deadline_of_what_is_still_to_do_is_a_whole_day(unit: Unit, officer: User) -> None:
    open_one = make_assignment(unit, deadline=date(2026, 12, 31))
    for state in (State.COMPLETED, State.RECALLED):
        make_assignment(unit, state=state)
    make_assignment(make_unit())
    (event,) = read(open_calendar(unit, by=officer)).walk("VEVENT")
    assert event.decoded("dtstart") == date(2026, 12, 31)
    assert event.decoded("dtend") == date(2027, 1, 1)
    assert open_one.task.title in event["summary"]
    assert event["url"].endswith(open_one.get_absolute_url())
    assert event["transp"] == "TRANSPARENT"


def test_a_moved_deadline_moves_the_same_event(unit: Unit, officer: User) -> None:
    assignment = make_assignment(unit)
    feed = open_calendar(unit, by=officer)
    (before,) = read(feed).walk("VEVENT")
    Assignment.objects.filter(pk=assignment.pk).update(
        deadline=assignment.deadline + DAY, version=assignment.version + 1
    )
    (after,) = read(feed).walk("VEVENT")
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after.decoded("dtstart") == before.decoded("dtstart") + DAY


def test_lines_are_folded_and_ended_as_the_standard_asks(unit: Unit, officer: User) -> None:
    make_assignment(unit)
    content = Client().get(path_of(open_calendar(unit, by=officer))).content
    lines = content.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert all(len(line) <= 75 for line in lines)


def test_a_new_address_stops_the_old(unit: Unit, officer: User) -> None:
    old = open_calendar(unit, by=officer)
    new = open_calendar(unit, by=officer)
    assert Client().get(path_of(old)).status_code == 404
    assert Client().get(path_of(new)).status_code == 200
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1


def test_a_stopped_address_opens_nothing_and_cannot_be_stopped_twice(
    unit: Unit, officer: User
) -> None:
    feed = open_calendar(unit, by=officer)
    stop_calendar(feed, by=officer)
    assert Client().get(path_of(feed)).status_code == 404
    with pytest.raises(StaleState):
        stop_calendar(feed, by=officer)
    verbs = HistoryEntry.objects.about(unit).values_list("verb", flat=True)
    assert list(verbs) == ["open_calendar", "stop_calendar"]


def test_the_address_of_an_officer_who_left_the_unit_opens_no_more(
    unit: Unit, officer: User
) -> None:
    feed = open_calendar(unit, by=officer)
    yesterday = timezone.localdate() - DAY
    Membership.objects.filter(user=officer).update(since=yesterday - DAY, until=yesterday)
    assert Client().get(path_of(feed)).status_code == 404


def test_the_address_of_a_closed_account_opens_no_more(unit: Unit, officer: User) -> None:
    feed = open_calendar(unit, by=officer)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert Client().get(path_of(feed)).status_code == 404


def test_a_changed_letter_of_the_address_opens_nothing(unit: Unit, officer: User) -> None:
    path = path_of(open_calendar(unit, by=officer))
    token = path.split("/")[3]
    swapped = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in (swapped, token.partition(".")[0], "khong-phai-ma", f"{token}x"):
        assert Client().get(path.replace(token, wrong)).status_code == 404


def test_only_an_officer_of_the_unit_opens_a_calendar_and_only_its_owner_or_staff_stops_it(
    unit: Unit, officer: User
) -> None:
    stranger = make_officer(make_unit())
    with pytest.raises(NotAllowed):
        open_calendar(unit, by=stranger)
    feed = open_calendar(unit, by=officer)
    with pytest.raises(NotAllowed):
        stop_calendar(feed, by=make_officer(unit))
    stop_calendar(feed, by=make_user("coordinator"))


def test_the_page_gives_the_address_once_it_is_made_and_takes_it_away(
    client: Client, unit: Unit, officer: User
) -> None:
    sign_in(client, officer)
    client.post(f"/can-bo/lich/tao/{unit.code}/")
    feed = CalendarFeed.objects.get()
    page = client.get("/can-bo/lich/")
    assert address_of(feed) in page.text
    assert "webcal://" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    client.post(f"/can-bo/lich/huy/{feed.pk}/")
    assert address_of(feed) not in client.get("/can-bo/lich/").text


def test_another_officers_address_cannot_be_stopped_from_the_page(
    client: Client, unit: Unit, officer: User
) -> None:
    feed = open_calendar(unit, by=officer)
    sign_in(client, make_officer(unit))
    assert client.post(f"/can-bo/lich/huy/{feed.pk}/").status_code == 404
    assert client.post(f"/can-bo/lich/tao/{make_unit().code}/").status_code == 404


def test_the_address_does_not_stay_in_a_log(unit: Unit, officer: User) -> None:
    path = path_of(open_calendar(unit, by=officer))
    line = logging.LogRecord("x", logging.INFO, "", 0, 'GET "%s"', (path,), None)
    assert MaskingFormatter().format(line) == 'GET "/can-bo/lich/…/viec.ics"'


@pytest.mark.parametrize("count", [1, 30])
def test_a_calendar_takes_three_queries_whatever_its_length(
    unit: Unit, officer: User, count: int
) -> None:
    for _ in range(count):
        make_assignment(unit)
    path = path_of(open_calendar(unit, by=officer))
    with CaptureQueriesContext(connection) as queries:
        Client().get(path)
    assert len(queries) == 3
