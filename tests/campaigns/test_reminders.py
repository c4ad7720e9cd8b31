"""Reminders: the ladder on working days, each rung once whatever happens to clocks and beats, one message a day."""

import threading
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.actions.progress import report_progress
from campaigns.blocks import holidays_card, long_overdue_card
from campaigns.letters import render
from campaigns.models import Assignment, Holiday, Notice, Reminder, Unit
from campaigns.models.reminder import Rung
from campaigns.reminders import ladder, rung_reached, send_reminders
from campaigns.working_days import WorkingDays, year_without_holidays
from hanoi_portal.models import HistoryEntry, OutgoingMail
from hanoi_portal.outbox import deliver_due
from tests.factories import (
    make_assignment,
    make_officer,
    make_reminder,
    make_task,
    make_unit,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

State = Assignment.State
FRIDAY = date(2026, 8, 14)  # a deadline with ordinary weeks around it
PLAIN = WorkingDays()
EXPECTED = {
    Rung.WEEK_BEFORE: date(2026, 8, 5),
    Rung.THREE_BEFORE: date(2026, 8, 11),
    Rung.DAY_BEFORE: date(2026, 8, 13),
    Rung.DAY_AFTER: date(2026, 8, 17),
    Rung.FIRST_URGE: date(2026, 8, 24),
    Rung.SECOND_URGE: date(2026, 8, 31),
    Rung.THIRD_URGE: date(2026, 9, 7),
    Rung.ESCALATED: date(2026, 9, 14),
}


def at(day: date, hour: int = 9) -> datetime:
    """Return a moment of the day in Hà Nội."""
    return timezone.make_aware(datetime.combine(day, time(hour)))


def due_on(deadline: date = FRIDAY, unit: Unit | None = None, **values: object) -> Assignment:
    """Make an assignment that was given half a year before its deadline."""
    values.setdefault("issued_at", at(deadline - timedelta(days=180)))
    return make_assignment(unit, deadline=deadline, **values)  # type: ignore[arg-type]


def live_through(first: date, last: date) -> list[tuple[date, str]]:
    """Let every hour of the days pass with its beat; return on which day which rung was told."""
    told: list[tuple[date, str]] = []
    day = first
    while day <= last:
        for hour in (7, 9, 16):
            before = set(Reminder.objects.values_list("pk", flat=True))
            send_reminders(at(day, hour))
            new = Reminder.objects.exclude(pk__in=before)
            told += [(day, Rung(each.rung).name) for each in new]
        day += timedelta(days=1)
    return told


# --- the calendar -------------------------------------------------------------------------------
def test_the_ladder_stands_on_working_days() -> None:
    assert ladder(FRIDAY, PLAIN) == EXPECTED


def test_holidays_and_days_worked_instead_move_the_ladder() -> None:
    calendar = WorkingDays(
        off=frozenset({date(2026, 8, 13), date(2026, 8, 17)}), worked=frozenset({date(2026, 8, 8)})
    )
    days = ladder(FRIDAY, calendar)
    assert days[Rung.DAY_BEFORE] == date(2026, 8, 12)
    assert days[Rung.WEEK_BEFORE] == date(2026, 8, 5)  # one day less, one Saturday more
    assert days[Rung.DAY_AFTER] == date(2026, 8, 18)


def test_every_rung_begins_on_a_working_day_after_the_one_before() -> None:
    calendar = WorkingDays(off=frozenset(date(2026, 2, 16) + timedelta(days=n) for n in range(5)))
    for offset in range(60):
        days = ladder(date(2026, 1, 20) + timedelta(days=offset), calendar)
        assert list(days.values()) == sorted(set(days.values()))
        assert all(calendar.is_working(day) for day in days.values())


def test_rungs_from_before_the_work_was_given_are_not_counted() -> None:
    given = date(2026, 8, 12)
    assert rung_reached(EXPECTED, given, given) is None
    assert rung_reached(EXPECTED, date(2026, 8, 13), given) == Rung.DAY_BEFORE
    assert rung_reached(EXPECTED, date(2026, 8, 12), date(2026, 1, 1)) == Rung.THREE_BEFORE


def test_our_holidays_are_loaded_once_and_kept_as_edited() -> None:
    call_command("load_holidays", verbosity=0)
    count = Holiday.objects.count()
    Holiday.objects.filter(day=date(2026, 9, 2)).update(name="Tết Độc lập")
    call_command("load_holidays", verbosity=0)
    assert Holiday.objects.count() == count > 20
    assert Holiday.objects.get(day=date(2026, 9, 2)).name == "Tết Độc lập"
    assert not WorkingDays.load().is_working(date(2026, 9, 2))


def test_from_november_the_next_year_has_to_have_its_holidays_too() -> None:
    assert year_without_holidays(date(2026, 10, 31)) == 2026
    Holiday.objects.create(day=date(2026, 9, 2), name="Quốc khánh")
    assert year_without_holidays(date(2026, 10, 31)) is None
    assert year_without_holidays(date(2026, 11, 1)) == 2027
    Holiday.objects.create(day=date(2027, 9, 2), name="Quốc khánh")
    assert year_without_holidays(date(2026, 11, 1)) is None


def test_only_who_keeps_the_calendar_is_asked_for_holidays() -> None:
    card = holidays_card(make_user("coordinator"))
    assert card is not None
    assert str(timezone.localdate().year) in card.title
    assert holidays_card(make_officer(make_unit())) is None


@pytest.mark.parametrize(
    "content", ["day,name\n", "ngày,tên\n1,2\n", "day,name,is_worked\n2/9,Q,\n"]
)
def test_a_bad_file_of_holidays_changes_nothing(tmp_path: Path, content: str) -> None:
    file = tmp_path / "le.csv"
    file.write_text(content + "2026-01-01,Tết\n", encoding="utf-8")
    with pytest.raises(CommandError, match="day,name,is_worked"):
        call_command("load_holidays", str(file))
    assert not Holiday.objects.exists()


# --- each once ----------------------------------------------------------------------------------
def test_each_rung_is_told_once_on_its_day() -> None:
    due_on()
    told = live_through(date(2026, 7, 20), date(2026, 10, 15))
    assert told == [(day, rung.name) for rung, day in EXPECTED.items()]
    assert OutgoingMail.objects.count() == len(EXPECTED)


def test_only_who_has_not_reported_is_reminded() -> None:
    for state in State:
        if state not in {State.ISSUED, State.ACKNOWLEDGED, State.IN_PROGRESS}:
            due_on(state=state)
    assert send_reminders(at(date(2026, 8, 17))) == 0
    assignment = due_on()
    report_progress(
        assignment,
        by=make_officer(assignment.unit),
        is_final=True,
        percent=100,
        text="Xong.",
    )
    assert send_reminders(at(date(2026, 8, 17))) == 0
    assert not Reminder.objects.exists()


def test_nothing_is_sent_at_night_at_weekends_and_on_holidays() -> None:
    due_on()
    Holiday.objects.create(day=date(2026, 8, 19), name="Ngày lễ")
    for day, hour in ((date(2026, 8, 18), 7), (date(2026, 8, 16), 10), (date(2026, 8, 19), 10)):
        assert send_reminders(at(day, hour)) == 0
    assert send_reminders(at(date(2026, 8, 18), 8)) == 1


def test_a_week_of_downtime_is_caught_up_with_one_message() -> None:
    assignment = due_on()
    send_reminders(at(date(2026, 8, 5)))
    # Down from the 6th: three days before, one day before and the day after were never told.
    told = live_through(date(2026, 8, 18), date(2026, 8, 23))
    assert told == [(date(2026, 8, 18), "DAY_AFTER")]
    assert Notice.objects.count() == 2
    assert [each.rung for each in assignment.reminders.order_by("pk")] == [1, 4]


def test_a_clock_set_back_says_nothing_again() -> None:
    due_on()
    forward = live_through(date(2026, 8, 3), date(2026, 8, 18))
    assert live_through(date(2026, 8, 3), date(2026, 8, 18)) == []
    assert [name for _day, name in forward] == [
        "WEEK_BEFORE",
        "THREE_BEFORE",
        "DAY_BEFORE",
        "DAY_AFTER",
    ]
    assert live_through(date(2026, 8, 19), date(2026, 8, 25)) == [(date(2026, 8, 24), "FIRST_URGE")]


def test_another_deadline_is_another_ladder() -> None:
    assignment = due_on()
    live_through(date(2026, 8, 3), date(2026, 8, 14))
    Assignment.objects.filter(pk=assignment.pk).update(deadline=date(2026, 8, 28))
    told = live_through(date(2026, 8, 17), date(2026, 8, 31))
    assert [name for _day, name in told] == [
        "WEEK_BEFORE",
        "THREE_BEFORE",
        "DAY_BEFORE",
        "DAY_AFTER",
    ]


def test_a_unit_hears_once_a_day_of_all_its_plans() -> None:
    unit = make_unit()
    for _ in range(3):
        due_on(unit=unit, task=make_task())  # each in a plan of its own
    assert send_reminders(at(date(2026, 8, 17))) == 1
    late = due_on(unit=unit, task=make_task())
    assert send_reminders(at(date(2026, 8, 17), 15)) == 0
    assert send_reminders(at(date(2026, 8, 18))) == 1
    assert [each.assignments.count() for each in Notice.objects.order_by("pk")] == [3, 1]
    assert late.reminders.get().rung == Rung.DAY_AFTER


def test_who_took_part_is_reminded_and_a_closed_unit_is_not() -> None:
    due_on(role="coordinate")
    due_on(unit=make_unit(closed_on=date(2026, 8, 1)))
    assert send_reminders(at(date(2026, 8, 17))) == 1


def test_each_reminder_is_in_the_history() -> None:
    assignment = due_on()
    send_reminders(at(date(2026, 8, 24)))
    entry = HistoryEntry.objects.about(assignment).get()
    assert (entry.verb, entry.actor, entry.note) == ("remind", None, "Đôn đốc lần 1")


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_beats_at_the_same_time_tell_each_unit_once() -> None:
    units = [make_unit() for _ in range(8)]
    for unit in units:
        due_on(unit=unit)
        due_on(unit=unit)
    start = threading.Barrier(4)
    counts: list[int] = []

    def beat() -> None:
        try:
            start.wait(10)
            counts.append(send_reminders(at(date(2026, 8, 17))))
        finally:
            connection.close()
            close_old_connections()

    threads = [threading.Thread(target=beat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(counts) == len(units)
    assert Notice.objects.count() == OutgoingMail.objects.count() == len(units)
    assert Reminder.objects.count() == 2 * len(units)


def test_many_units_ask_few_queries_beside_their_own_rows() -> None:
    due_on()
    with CaptureQueriesContext(connection) as one:
        send_reminders(at(date(2026, 8, 17)))
    for _ in range(4):
        due_on()
    with CaptureQueriesContext(connection) as nothing:
        send_reminders(at(date(2026, 8, 16)))
    with CaptureQueriesContext(connection) as four:
        send_reminders(at(date(2026, 8, 17), 10))
    assert len(nothing) <= 1
    assert len(four) <= 4 * len(one)


# --- the letter ---------------------------------------------------------------------------------
def test_the_letter_names_the_urgent_first_and_where_to_report() -> None:
    unit = make_unit()
    late = due_on(date(2026, 8, 3), unit)  # long given: at its second week
    soon = due_on(date(2026, 8, 21), unit)
    send_reminders(at(date(2026, 8, 18)))
    notice = Notice.objects.get()
    letter = render(notice.pk)
    assert letter.subject == f"V/v đôn đốc lần 2 thực hiện 2 nhiệm vụ – {unit.name}"
    for text in (letter.text, letter.html):
        assert text.index("ĐÔN ĐỐC LẦN 2") < text.index(late.task.title)
        assert text.index(late.task.title) < text.index("CÒN 3 NGÀY LÀM VIỆC")
        assert text.index("CÒN 3 NGÀY LÀM VIỆC") < text.index(soon.task.title)
        assert late.task.plan.number in text
        assert "/can-bo/" in text
        assert "03/08/2026" in text
    assert deliver_due() == 1


def test_after_the_third_urging_the_responsible_officer_is_told_too() -> None:
    assignment = due_on()
    officer = make_officer(assignment.unit)
    send_reminders(at(date(2026, 9, 7)))
    send_reminders(at(date(2026, 9, 14)))
    third, escalated = OutgoingMail.objects.order_by("pk")
    assert officer.email not in third.recipients
    assert officer.email in escalated.recipients
    assert set(third.recipients) < set(escalated.recipients)
    assert "chậm kéo dài" in render(Notice.objects.latest("pk").pk).subject
    assert not mail.outbox


# --- for the coordinator ------------------------------------------------------------------------
def test_the_list_of_the_long_overdue_holds_what_stayed_silent(client: Client) -> None:
    silent, reported, moved, urged = (make_assignment() for _ in range(4))
    for each in (silent, reported, moved):
        make_reminder(each, Rung.ESCALATED)
    make_reminder(urged, Rung.THIRD_URGE)
    Assignment.objects.filter(pk=reported.pk).update(state=State.REPORTED)
    Assignment.objects.filter(pk=moved.pk).update(deadline=moved.deadline + timedelta(days=30))
    coordinator = make_user("coordinator")
    page = sign_in(client, coordinator).get("/quan-tri/campaigns/assignment/?keo-dai=co")
    assert [each.pk for each in page.context["cl"].queryset] == [silent.pk]
    card = long_overdue_card(coordinator)
    assert card is not None
    assert card.value == 1
    assert long_overdue_card(make_user("editor")) is None
    told = client.get("/quan-tri/campaigns/reminder/?rung__exact=8").content.decode()
    assert "Chậm kéo dài" in told


def test_a_weekday_cannot_be_worked_instead(client: Client) -> None:
    sign_in(client, make_user("coordinator"))
    add = "/quan-tri/campaigns/holiday/add/"
    day = {"day": "12/08/2026", "name": "Làm bù", "is_worked": "on"}
    assert "Chỉ thứ Bảy, Chủ nhật" in client.post(add, day).content.decode()
    assert client.post(add, {**day, "day": "15/08/2026"}).status_code == 302
    assert WorkingDays.load().is_working(date(2026, 8, 15))
