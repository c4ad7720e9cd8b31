"""What was handed down and what it is a part of stay in step: deadlines, periods, links, two who give at once."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from campaigns import links, rules
from campaigns.actions.add_tasks import add_tasks
from campaigns.actions.change_deadline import change_deadlines
from campaigns.actions.open_periods import open_periods
from campaigns.links import NoticeHolder
from campaigns.models import Assignment, Notice, TaskTarget
from hanoi_portal.errors import DomainError
from tests.campaigns.test_hand_down import District
from tests.factories import (
    make_assignment,
    make_task,
    make_unit,
    make_user,
)


def make_given(**values: Any) -> District:
    """Make a district that has handed its work down to its three communes."""
    district = District(**values)
    district.give()
    Notice.objects.all().delete()
    return district


def move(assignments: list[Assignment], day: date) -> int:
    """Move deadlines as the Sở's coordinator does; return how many moved."""
    by = make_user("coordinator")
    return change_deadlines(assignments, deadline=day, reason="Dời hội nghị.", by=by).changed


# --- deadlines ----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_an_earlier_deadline_takes_along_what_would_be_due_after_it() -> None:
    district = make_given()
    own = district.work.deadline
    early = district.part(2)
    Assignment.objects.filter(pk=early.pk).update(deadline=own - timedelta(days=20))
    assert move([district.work], own - timedelta(days=9)) == 3  # the district's and two communes'
    assert district.part(0).deadline == district.part(1).deadline == own - timedelta(days=9)
    assert district.part(2).deadline == own - timedelta(days=20)
    assert district.part(0).first_deadline == own
    assert Notice.objects.filter(event="deadline_changed").count() == 3


@pytest.mark.django_db
def test_a_later_deadline_leaves_what_was_handed_down_as_it_is() -> None:
    district = make_given()
    own = district.work.deadline
    assert move([district.work], own + timedelta(days=9)) == 1
    assert district.part().deadline == own


@pytest.mark.django_db
def test_a_part_does_not_get_longer_than_the_unit_above_has() -> None:
    district = make_given()
    day = district.work.deadline + timedelta(days=9)
    assert move([district.part()], day) == 0
    assert move([district.part(), district.work], day) == 2


# --- periods ------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_period_that_was_handed_down_already_does_not_stop_the_others() -> None:
    last = date(2026, 12, 31)
    task = make_task(recurrence="monthly", deadline=last)
    plan = task.plan
    plan.starts_on, plan.ends_on = date(2026, 10, 1), last
    plan.save()
    commune, another = make_unit(), make_unit()
    for unit in (commune, another):
        make_assignment(unit, task=task, period="2026-10")
    above = make_assignment(make_unit(), task=task, period="2026-11")
    make_assignment(commune, task=task, period="2026-11", parent=above)
    assert open_periods(plan, at=datetime(2026, 11, 3, tzinfo=UTC)) == 1
    assert Assignment.objects.filter(unit=another, period="2026-11").count() == 1


# --- links --------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_reminders_link_does_not_open_what_is_of_a_plan_without_links(client: Client) -> None:
    unit = make_unit()
    linked, closed = (make_assignment(unit, task=make_task()) for _ in range(2))
    closed.task.plan.has_links = False
    closed.task.plan.save()
    notice = Notice.objects.create(
        plan=linked.task.plan, unit=unit, event=Notice.Event.REMINDER, unique_key="nhac"
    )
    notice.assignments.set([linked, closed])
    path, holder = links.path_of(notice), NoticeHolder(notice)
    page = client.get(path).content.decode()
    assert links.path_of(notice, linked) in page
    assert links.path_of(notice, closed) not in page
    for tail in ("", "hoi-dap/", "gia-han/"):
        assert client.get(f"{path}{linked.pk}/{tail}").status_code == 200
        assert client.get(f"{path}{closed.pk}/{tail}").status_code == 404
    assert rules.acts_for(holder, linked, timezone.now())
    assert not rules.acts_for(holder, closed, timezone.now())
    assert client.post(path).status_code == 302
    assert Assignment.objects.get(pk=closed.pk).state == Assignment.State.ISSUED


# --- two at once --------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_adding_and_handing_down_at_once_give_a_commune_the_task_once() -> None:
    district, coordinator = District(), make_user("coordinator")
    task = district.work.task
    for unit in district.communes:
        TaskTarget.objects.create(task=task, unit=unit, role="lead")
    start, errors = threading.Barrier(2), []

    def run(verb: Any) -> None:
        try:
            start.wait(timeout=30)
            verb()
        except DomainError:
            pass
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    verbs = [lambda: add_tasks(task.plan, by=coordinator), district.give]
    threads = [threading.Thread(target=run, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not errors
    assert Assignment.objects.filter(unit__in=district.communes).count() == 3
