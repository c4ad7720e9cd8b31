"""Recurring tasks: each month or quarter its own assignment, opened once whoever asks how often, told once a unit."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from campaigns.actions.add_tasks import add_tasks, preview_additions
from campaigns.actions.hand_down import hand_down
from campaigns.actions.issue import issue_plan, preview_issue
from campaigns.actions.open_periods import open_all_periods
from campaigns.actions.recall import recall
from campaigns.figures import tallies
from campaigns.letters import render
from campaigns.models import Assignment, Notice, Plan, Task, TaskTarget, Unit
from campaigns.periods import name_of, period_on, period_to_give, periods
from campaigns.querysets import AssignmentQuerySet
from hanoi_portal.models import HistoryEntry, OutgoingMail
from tests.factories import make_officer, make_task, make_unit, make_user, sign_in

FIRST, LAST = date(2026, 10, 12), date(2027, 2, 20)


# --- which periods there are ----------------------------------------------------------------------
def test_months_run_from_the_plans_first_day_to_the_tasks_last() -> None:
    found = [(each.key, each.opens, each.due) for each in periods("monthly", FIRST, LAST)]
    assert found == [
        ("2026-10", date(2026, 10, 12), date(2026, 10, 31)),
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2027-01", date(2027, 1, 1), date(2027, 1, 31)),
        ("2027-02", date(2027, 2, 1), date(2027, 2, 20)),
    ]


def test_quarters_end_with_the_plan() -> None:
    found = [(each.key, each.opens, each.due) for each in periods("quarterly", FIRST, LAST)]
    assert found == [
        ("2026-Q4", date(2026, 10, 12), date(2026, 12, 31)),
        ("2027-Q1", date(2027, 1, 1), date(2027, 2, 20)),
    ]


def test_a_one_off_task_has_no_periods() -> None:
    assert list(periods("once", FIRST, LAST)) == []
    assert period_on("once", FIRST, LAST, FIRST) is None
    assert period_to_give("once", FIRST, LAST, FIRST) is None


@given(
    st.sampled_from(["monthly", "quarterly"]),
    st.dates(date(2018, 1, 1), date(2030, 1, 1)),
    st.integers(0, 900),
    st.integers(-200, 1100),
)
def test_each_day_of_the_task_lies_in_exactly_one_period_and_no_other_day_in_any(
    recurrence: str, first: date, length: int, offset: int
) -> None:
    last, on = first + timedelta(days=length), first + timedelta(days=offset)
    every = list(periods(recurrence, first, last))
    assert every[0].opens == first
    assert every[-1].due == last
    holding = [each for each in every if each.opens <= on <= each.due]
    assert [period_on(recurrence, first, last, on)] == (holding or [None])
    assert period_to_give(recurrence, first, last, on) == (
        holding[0] if holding else every[0] if on < first else every[-1]
    )
    keys = [each.key for each in every]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize(
    ("key", "vietnamese", "english"),
    [
        ("2026-11", "Tháng 11/2026", "Month 11/2026"),
        ("2027-Q1", "Quý I/2027", "Quarter I/2027"),
        ("", "", ""),
    ],
)
def test_a_period_has_a_name(key: str, vietnamese: str, english: str) -> None:
    assert name_of(key) == vietnamese
    with translation.override("en"):
        assert name_of(key) == english


# --- opening them ---------------------------------------------------------------------------------
def at(day: date) -> datetime:
    """Return nine in the morning of a day in Hà Nội."""
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


@pytest.fixture
def monthly(db: None) -> Task:
    """A monthly task of a plan that is not issued yet, for two districts; beside it a one-off task."""
    task = make_task(deadline=LAST, recurrence="monthly")
    Plan.objects.filter(pk=task.plan_id).update(issued_at=None, starts_on=FIRST, ends_on=LAST)
    task.plan.refresh_from_db()
    once = make_task(task.plan, deadline=date(2026, 12, 15))
    for name in ("Ba Đình", "Sóc Sơn"):
        unit = make_unit(name=f"UBND {name}", short_name=name)
        for each in (task, once):
            TaskTarget.objects.create(task=each, role="lead", unit=unit)
    return task


def issue(task: Task, on: date) -> None:
    """Issue the task's plan on a day."""
    issue_plan(task.plan, by=make_user("coordinator"), at=at(on))


def given_of(task: Task) -> AssignmentQuerySet:
    """Return what was given of the task."""
    return Assignment.objects.filter(task=task).order_by("period", "pk")


def keys(task: Task) -> list[str]:
    """Return the periods of what was given, in order."""
    return list(given_of(task).values_list("period", flat=True))


def test_issuing_gives_the_period_that_is_open_with_its_own_deadline(monthly: Task) -> None:
    preview = preview_issue(monthly.plan, on=date(2026, 11, 5))
    [(task, period)] = preview.recurring
    assert (task, period.key, period.due) == (monthly, "2026-11", date(2026, 11, 30))
    issue(monthly, date(2026, 11, 5))
    assert keys(monthly) == ["2026-11"] * 2
    assert set(given_of(monthly).values_list("deadline", "first_deadline")) == {
        (date(2026, 11, 30), date(2026, 11, 30))
    }
    once = Assignment.objects.exclude(task=monthly)
    assert set(once.values_list("period", "deadline")) == {("", date(2026, 12, 15))}


def test_the_next_period_opens_on_its_first_day_and_each_unit_is_told_once(monthly: Task) -> None:
    issue(monthly, date(2026, 11, 5))
    told = Notice.objects.count()
    assert open_all_periods(at(date(2026, 11, 30))) == 0
    assert open_all_periods(at(date(2026, 12, 1))) == 2
    assert open_all_periods(at(date(2026, 12, 1))) == 0
    assert keys(monthly) == ["2026-11"] * 2 + ["2026-12"] * 2
    new = Notice.objects.filter(event=Notice.Event.PERIOD)
    assert Notice.objects.count() == told + 2
    assert {notice.unit.short_name for notice in new} == {"Ba Đình", "Sóc Sơn"}
    assert OutgoingMail.objects.filter(notice__in=new).count() == 2
    mail = render(new[0].pk)
    assert mail.subject.startswith("V/v giao nhiệm vụ kỳ mới thực hiện Kế hoạch số")
    for form in (mail.text, mail.html):
        assert "Tháng 12/2026" in form
        assert "31/12/2026" in form
    entry = HistoryEntry.objects.get(verb="open_periods")
    assert (entry.actor, entry.via, entry.data["units"]) == (None, "system", 2)


def test_after_a_week_of_downtime_the_month_that_began_meanwhile_is_opened_once(
    monthly: Task,
) -> None:
    issue(monthly, date(2026, 11, 5))
    for day in (date(2026, 12, 5), date(2026, 12, 6)):
        open_all_periods(at(day))
    assert keys(monthly) == ["2026-11"] * 2 + ["2026-12"] * 2


def test_a_period_that_was_over_before_it_could_be_opened_is_not_asked_for(monthly: Task) -> None:
    issue(monthly, date(2026, 11, 5))
    open_all_periods(at(date(2027, 1, 10)))
    assert keys(monthly) == ["2026-11"] * 2 + ["2027-01"] * 2


def test_nothing_opens_after_the_plan_or_before_it_is_issued(monthly: Task) -> None:
    assert open_all_periods(at(date(2026, 12, 1))) == 0
    issue(monthly, date(2027, 2, 3))
    assert set(given_of(monthly).values_list("period", "deadline")) == {("2027-02", LAST)}
    assert open_all_periods(at(date(2027, 3, 1))) == 0


def test_issued_before_it_begins_the_first_period_is_given_and_not_opened_again(
    monthly: Task,
) -> None:
    issue(monthly, FIRST - timedelta(days=20))
    assert keys(monthly) == ["2026-10"] * 2
    assert open_all_periods(at(FIRST)) == 0
    assert open_all_periods(at(date(2026, 11, 1))) == 2


def test_whose_latest_period_was_recalled_gets_no_further_one(monthly: Task) -> None:
    issue(monthly, date(2026, 11, 5))
    first = given_of(monthly).filter(unit__short_name="Ba Đình")
    recall(first, reason="Đã làm xong việc này.", by=make_user("coordinator"))
    assert open_all_periods(at(date(2026, 12, 1))) == 1
    assert given_of(monthly).get(period="2026-12").unit.short_name == "Sóc Sơn"


def test_a_unit_that_is_closed_gets_no_further_period(monthly: Task) -> None:
    issue(monthly, date(2026, 11, 5))
    Unit.objects.filter(short_name="Ba Đình").update(closed_on=date(2026, 11, 20))
    assert open_all_periods(at(date(2026, 12, 1))) == 1


def test_a_unit_added_later_joins_in_the_period_that_is_open(monthly: Task) -> None:
    issue(monthly, date(2026, 11, 5))
    unit = make_unit(short_name="Hà Đông")
    TaskTarget.objects.create(task=monthly, role="coordinate", unit=unit)
    assert [each.unit for each in preview_additions(monthly.plan).shares] == [unit]
    add_tasks(monthly.plan, by=make_user("coordinator"), at=at(date(2026, 12, 3)))
    assert given_of(monthly).get(unit=unit).period == "2026-12"
    open_all_periods(at(date(2026, 12, 3)))
    assert keys(monthly) == ["2026-11"] * 2 + ["2026-12"] * 3
    open_all_periods(at(date(2027, 1, 1)))
    latest = given_of(monthly).get(unit=unit, period="2027-01")
    assert latest.role == "coordinate"


def test_the_work_of_each_period_is_handed_down_by_itself(monthly: Task) -> None:
    Task.objects.update(is_cascading=True)
    issue(monthly, date(2026, 11, 5))
    mine = given_of(monthly).get(unit__short_name="Ba Đình")
    commune = make_unit(Unit.Kind.COMMUNE, parent=mine.unit)
    officer = make_officer(mine.unit)
    hand_down(mine, [commune.code], deadline=mine.deadline, by=officer, at=at(date(2026, 11, 6)))
    open_all_periods(at(date(2026, 12, 1)))
    assert list(given_of(monthly).filter(unit=commune).values_list("period", flat=True)) == [
        "2026-11"
    ]
    mine = given_of(monthly).get(unit__short_name="Ba Đình", period="2026-12")
    hand_down(mine, [commune.code], deadline=mine.deadline, by=officer, at=at(date(2026, 12, 2)))
    part = given_of(monthly).get(unit=commune, period="2026-12")
    assert part.parent == mine


def test_each_period_counts_in_the_figures(monthly: Task) -> None:
    issue(monthly, date(2026, 11, 5))
    assert tallies([monthly.plan], date(2026, 11, 5))[monthly.plan_id].total == 4
    open_all_periods(at(date(2026, 12, 1)))
    tally = tallies([monthly.plan], date(2026, 12, 1))[monthly.plan_id]
    assert (tally.total, tally.late) == (6, 2)


def test_the_command_opens_and_says_how_many(
    monthly: Task, capsys: pytest.CaptureFixture[str]
) -> None:
    today = date.today()  # noqa: DTZ011 - the command has no other clock
    Plan.objects.update(starts_on=today - timedelta(days=70), ends_on=today + timedelta(days=70))
    Task.objects.update(deadline=today + timedelta(days=70))
    monthly.plan.refresh_from_db()
    issue_plan(
        monthly.plan,
        by=make_user("coordinator"),
        at=at(today.replace(day=1) - timedelta(days=5)),
    )
    call_command("open_periods")
    call_command("open_periods")
    assert capsys.readouterr().out.splitlines() == [
        "Đã giao 2 phân công của kỳ mới.",
        "Đã giao 0 phân công của kỳ mới.",
    ]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_beats_at_the_same_moment_open_a_period_once() -> None:
    task = make_task(deadline=LAST, recurrence="monthly")
    Plan.objects.update(issued_at=None, starts_on=FIRST, ends_on=LAST)
    task.plan.refresh_from_db()
    for _number in range(10):
        TaskTarget.objects.create(task=task, role="lead", unit=make_unit())
    issue(task, date(2026, 11, 5))

    def beat(_number: int) -> int:
        try:
            return open_all_periods(at(date(2026, 12, 1)))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(beat, range(4))) == [0, 0, 0, 10]
    assert Notice.objects.filter(event=Notice.Event.PERIOD).count() == 10


def test_opening_asks_the_same_queries_however_many_units(monthly: Task) -> None:
    issue(monthly, date(2026, 11, 5))
    with CaptureQueriesContext(connection) as two:
        open_all_periods(at(date(2026, 12, 1)))
    for _number in range(20):
        unit = make_unit()
        TaskTarget.objects.create(task=monthly, role="lead", unit=unit)
    add_tasks(monthly.plan, by=make_user("coordinator"), at=at(date(2026, 12, 3)))
    with CaptureQueriesContext(connection) as many:
        assert open_all_periods(at(date(2027, 1, 1))) == 22
    assert len(many) == len(two)


# --- what people see ------------------------------------------------------------------------------
@pytest.mark.django_db
def test_desk_and_public_page_say_which_period(client: Client) -> None:
    task = make_task(recurrence="monthly")
    unit = make_unit()
    for key in ("2026-10", "2026-11"):
        Assignment.objects.create(
            task=task,
            unit=unit,
            role="lead",
            period=key,
            first_deadline=task.deadline,
            deadline=task.deadline,
        )
    public = client.get(f"/ke-hoach/{task.plan.slug}/don-vi/{unit.code}/").content.decode()
    sign_in(client, make_officer(unit))
    desk = client.get("/can-bo/").content.decode()
    assignment = Assignment.objects.get(period="2026-11")
    page = client.get(assignment.get_absolute_url()).content.decode()
    for shown in (public, desk):
        assert "Tháng 10/2026" in shown
        assert "Tháng 11/2026" in shown
    assert "Tháng 11/2026" in page
    assert "Tháng 10/2026" not in page


def test_staff_see_before_issuing_what_is_given_now_and_in_the_plan_what_comes_next(
    monthly: Task, client: Client
) -> None:
    today = date.today()  # noqa: DTZ011 - the page has no other clock
    Plan.objects.update(starts_on=today - timedelta(days=40), ends_on=today + timedelta(days=200))
    Task.objects.update(deadline=today + timedelta(days=200))
    sign_in(client, make_user("coordinator"))
    page = client.get(f"/quan-tri/campaigns/plan/{monthly.plan_id}/giao/").content.decode()
    assert "Việc định kỳ" in page
    assert name_of(f"{today:%Y-%m}") in page
    page = client.get(f"/quan-tri/campaigns/plan/{monthly.plan_id}/change/").content.decode()
    following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    assert f"{name_of(f'{following:%Y-%m}')}: mở {following:%d/%m/%Y}" in page
