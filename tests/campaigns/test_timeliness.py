"""How assignments stand in time: the four classes, the same in SQL and in Python, to the end of a day in Hà Nội."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from campaigns.models import Assignment
from campaigns.standing import Standing
from campaigns.timeliness import (
    CLASSES,
    Timeliness,
    condition,
    day_of,
    timeliness_of,
)
from tests.factories import make_assignment, make_unit

State = Assignment.State
ON = date(2018, 12, 31)
YESTERDAY, TOMORROW = ON - timedelta(days=1), ON + timedelta(days=1)


def classes_in_sql(on: date) -> dict[int, str | None]:
    """Return the class of every assignment as SQL sees it, by number."""
    return dict(Assignment.objects.with_timeliness(on).values_list("pk", "timeliness"))


def make_every_case() -> list[Assignment]:
    """Make each state with each deadline and each day of report around the day in question."""
    unit = make_unit()
    days = (YESTERDAY, ON, TOMORROW)
    return [
        make_assignment(unit, state=state, deadline=deadline, reported_on=reported_on)
        for state, deadline, reported_on in product(State, days, (None, *days))
    ]


@pytest.mark.parametrize(
    ("state", "deadline", "reported_on", "expected"),
    [
        (State.ISSUED, ON, None, Timeliness.OPEN_ON_TIME),
        (State.ISSUED, YESTERDAY, None, Timeliness.OPEN_LATE),
        (State.ACKNOWLEDGED, TOMORROW, None, Timeliness.OPEN_ON_TIME),
        (State.IN_PROGRESS, YESTERDAY, None, Timeliness.OPEN_LATE),
        (State.REPORTED, YESTERDAY, YESTERDAY, Timeliness.OPEN_ON_TIME),
        (State.REPORTED, YESTERDAY, ON, Timeliness.OPEN_LATE),
        (State.COMPLETED, YESTERDAY, YESTERDAY, Timeliness.DONE_ON_TIME),
        (State.COMPLETED, YESTERDAY, ON, Timeliness.DONE_LATE),
        (State.RECALLED, YESTERDAY, None, None),
    ],
)
def test_an_assignment_is_of_the_class_that_the_decision_names(
    state: str, deadline: date, reported_on: date | None, expected: Timeliness | None
) -> None:
    assignment = Assignment(state=state, deadline=deadline, reported_on=reported_on)
    assert timeliness_of(assignment, ON) == expected


def test_what_was_reported_in_time_stays_in_time_however_long_the_answer_takes() -> None:
    assignment = Assignment(state=State.REPORTED, deadline=ON, reported_on=ON)
    assert timeliness_of(assignment, ON + timedelta(days=365)) == Timeliness.OPEN_ON_TIME


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2018, 12, 31, 16, 59, 59, tzinfo=UTC), ON),
        (datetime(2018, 12, 31, 17, 0, 0, tzinfo=UTC), TOMORROW),
        (datetime(2018, 12, 30, 16, 59, 59, tzinfo=UTC), YESTERDAY),
        (datetime(2018, 12, 30, 17, 0, 0, tzinfo=UTC), ON),
    ],
)
def test_a_day_ends_at_midnight_in_ha_noi(moment: datetime, day: date) -> None:
    assert day_of(moment) == day


def test_there_are_four_classes_and_each_has_one_meaning() -> None:
    assert sorted(CLASSES.values()) == sorted(Timeliness)
    with pytest.raises(ValueError, match="nowhere"):
        condition("nowhere", ON)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_sql_and_python_agree_on_every_case() -> None:
    assignments = make_every_case()
    in_sql = classes_in_sql(ON)
    assert in_sql == {each.pk: timeliness_of(each, ON) for each in assignments}
    assert set(in_sql.values()) == {None, *Timeliness}


@pytest.mark.django_db
def test_each_class_finds_exactly_its_own() -> None:
    assignments = make_every_case()
    for timeliness in Timeliness:
        found = set(
            Assignment.objects.filter(condition(timeliness, ON)).values_list("pk", flat=True)
        )
        assert found == {each.pk for each in assignments if timeliness_of(each, ON) == timeliness}
        assert found


@pytest.mark.django_db
def test_what_was_recalled_or_is_only_supported_leaves_the_figures() -> None:
    unit = make_unit()
    counted = make_assignment(unit)
    make_assignment(unit, state=State.RECALLED)
    make_assignment(unit, role="coordinate")
    assert list(Assignment.objects.counted()) == [counted]


@pytest.mark.django_db
def test_everything_that_counts_stands_in_one_part_of_the_bar() -> None:
    assignments = make_every_case()
    held = Assignment.objects.held().with_standing(ON)
    standing = dict(held.values_list("pk", "standing"))
    assert set(standing) == {each.pk for each in assignments if each.state != State.RECALLED}
    assert set(standing.values()) == set(Standing.values)
    for each in assignments:
        if each.state in {State.ISSUED, State.ACKNOWLEDGED, State.IN_PROGRESS}:
            is_late = timeliness_of(each, ON) == Timeliness.OPEN_LATE
            assert (standing[each.pk] == Standing.LATE) is is_late
