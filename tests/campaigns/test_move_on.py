"""Open work of a unit that is no more moves on to its successor: which, to whom, what goes along, what is told."""

import threading
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from campaigns.actions.many import ChangeResult
from campaigns.actions.move_on import move_on
from campaigns.actions.progress import accept_reports, report_progress
from campaigns.letters import render
from campaigns.models import Assignment, Notice, Unit
from hanoi_portal.errors import DomainError, NotAllowed
from hanoi_portal.models import HistoryEntry
from hanoi_portal.roles import ROLES
from tests.factories import (
    make_assignment,
    make_officer,
    make_task,
    make_unit,
    make_user,
    sign_in,
)

State = Assignment.State
OPEN = {State.ISSUED, State.ACKNOWLEDGED, State.IN_PROGRESS, State.REPORTED}
WHY = "Quyết định tổ chức lại."


def make_closed(*successors: Unit, **values: Any) -> Unit:
    """Make a unit that was closed yesterday, with those after it."""
    values.setdefault("closed_on", timezone.localdate() - timedelta(days=1))
    unit = make_unit(**values)
    unit.successors.set(successors)
    return unit


def moved(assignments: list[Assignment], **others: Any) -> ChangeResult:
    """Move them on with a usual reason."""
    others.setdefault("by", make_user("coordinator"))
    return move_on(assignments, reason=WHY, **others)


@pytest.mark.django_db
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("role", [None, *ROLES])
def test_who_may_move_on_in_which_state(role: str | None, state: str) -> None:
    after = make_unit()
    assignment, user = make_assignment(make_closed(after), state=state), make_user(role)
    if role != "coordinator":
        with pytest.raises(NotAllowed):
            moved([assignment], by=user)
        changed = 0
    else:
        changed = moved([assignment], by=user).changed
        assert changed == (state in OPEN)
    assignment.refresh_from_db()
    assert (assignment.unit == after) is bool(changed)
    assert HistoryEntry.objects.about(assignment).count() == changed
    assert Notice.objects.count() == changed


@pytest.mark.django_db
def test_what_was_under_way_begins_anew_and_its_reports_go_along() -> None:
    before, after = make_unit(name="UBND quận Cũ"), make_unit(name="UBND phường Mới")
    assignment = make_assignment(before)
    officer = make_officer(before)
    report_progress(assignment, by=officer, is_final=False, percent=40, text="Được bốn phần.")
    Unit.objects.filter(pk=before.pk).update(closed_on=timezone.localdate() - timedelta(days=1))
    before.successors.add(after)
    moved([assignment])
    assignment.refresh_from_db()
    assert (assignment.unit, assignment.state, assignment.percent) == (after, State.ISSUED, 40)
    assert assignment.acknowledged_at is None
    assert assignment.reports.count() == 1
    entry = HistoryEntry.objects.about(assignment).get(verb="move_on")
    assert entry.note == f"UBND quận Cũ → UBND phường Mới\n{WHY}"
    new_officer = make_officer(after)
    assert list(Assignment.objects.visible_to(new_officer, timezone.localdate())) == [assignment]
    assert not Assignment.objects.visible_to(officer, timezone.localdate()).exists()


@pytest.mark.django_db
def test_a_report_that_waits_waits_on() -> None:
    after = make_unit()
    assignment = make_assignment(make_closed(after), state=State.REPORTED)
    moved([assignment])
    assignment.refresh_from_db()
    assert (assignment.unit, assignment.state) == (after, State.REPORTED)
    assert accept_reports([assignment], by=make_user("coordinator")) == 1


@pytest.mark.django_db
def test_the_successor_is_told_once_of_all_and_the_old_letters_link_opens_nothing(
    client: Client,
) -> None:
    from campaigns import links

    after = make_unit(name="UBND phường Mới")
    closed, task = make_closed(after), make_task()
    mine = [make_assignment(closed, task=each) for each in (task, make_task(task.plan))]
    old = Notice.objects.create(
        plan=task.plan, unit=closed, event=Notice.Event.ISSUED, unique_key="cu"
    )
    old.assignments.set(mine)
    assert moved(mine) == ChangeResult(changed=2, units=1, left=0)
    notice = Notice.objects.get(event="moved_on")
    assert notice.unit == after
    mail = render(notice.pk)
    assert mail.subject.startswith("V/v tiếp nhận nhiệm vụ của đơn vị đã chấm dứt")
    words = " ".join(mail.text.split())
    assert "chuyển cho quý đơn vị 2 nhiệm vụ" in words
    assert WHY in words
    assert client.get(f"{links.path_of(old)}{mine[0].pk}/").status_code == 404
    assert client.get(f"{links.path_of(notice)}{mine[0].pk}/").status_code == 200


@pytest.mark.django_db
def test_of_several_successors_one_is_named() -> None:
    one, two = make_unit(), make_unit()
    assignment = make_assignment(make_closed(one, two))
    assert moved([assignment]) == ChangeResult(0, 0, 1)
    assert moved([assignment], successor=make_unit().code) == ChangeResult(0, 0, 1)
    assert moved([assignment], successor=two.code) == ChangeResult(1, 1, 0)
    assignment.refresh_from_db()
    assert assignment.unit == two


@pytest.mark.django_db
def test_two_units_that_became_one_do_not_both_bring_the_same_task() -> None:
    after, task = make_unit(), make_task()
    both = [make_assignment(make_closed(after), task=task) for _ in range(2)]
    assert moved(both) == ChangeResult(1, 1, 1)
    having = make_unit()
    make_assignment(having, task=task)
    third = make_assignment(make_closed(having), task=task)
    assert moved([third]) == ChangeResult(0, 0, 1)


@pytest.mark.django_db
def test_what_is_of_a_unit_that_is_there_or_has_nobody_after_it_is_left() -> None:
    today = timezone.localdate()
    here = make_assignment(make_closed(make_unit(), closed_on=today))  # to the end of the day
    alone = make_assignment(make_closed())
    gone = make_assignment(make_closed(make_closed()))
    assert moved([here, alone, gone]) == ChangeResult(0, 0, 3)
    with pytest.raises(DomainError, match="lý do"):
        move_on([here], reason="", by=make_user("coordinator"))


@pytest.mark.django_db
def test_the_coordinator_opens_it_from_the_plan_previews_and_confirms(client: Client) -> None:
    sign_in(client, make_user("coordinator"))
    after = make_unit(name="UBND phường Mới")
    assignment = make_assignment(make_closed(after))
    plan = assignment.task.plan
    address = "/quan-tri/campaigns/assignment/chuyen-giao/"
    whole = f"{address}?ke-hoach={plan.pk}"
    assert whole in client.get(f"/quan-tri/campaigns/plan/{plan.pk}/change/").content.decode()
    page = client.get(whole)
    typed = {"chosen": page.context["form"]["chosen"].value(), "reason": WHY, "successor": ""}
    page = client.post(address, typed)
    assert "UBND phường Mới" in page.content.decode()
    assert "chuyển 1 phân công, báo 1 đơn vị" in page.content.decode()
    typed["fingerprint"] = page.context["choice"].fingerprint
    done = client.post(address, typed, follow=True)
    assert "Đã chuyển 1 phân công" in done.content.decode()
    assignment.refresh_from_db()
    assert assignment.unit == after
    assert whole not in client.get(f"/quan-tri/campaigns/plan/{plan.pk}/change/").content.decode()


@pytest.mark.django_db
def test_the_desk_of_staff_says_what_waits_to_be_moved_on(client: Client) -> None:
    sign_in(client, make_user("coordinator"))
    after = make_unit()
    title = "Việc của đơn vị đã chấm dứt"
    assert title not in client.get("/quan-tri/").content.decode()
    waits = make_assignment(make_closed(after))
    make_assignment(make_closed(after), state=State.COMPLETED)
    make_assignment(make_closed(after, closed_on=timezone.localdate()))
    assert title in client.get("/quan-tri/").content.decode()
    listed = client.get("/quan-tri/campaigns/assignment/?cham-dut=co").context["cl"]
    assert list(listed.queryset) == [waits]


@pytest.mark.django_db
def test_the_command_previews_and_moves() -> None:
    by = make_user("coordinator")
    assignment = make_assignment(make_closed(make_unit()))
    usual = [assignment.task.plan.number, "--all", "--reason", WHY, "--by", by.username]
    for more, changed in ((["--dry-run"], 0), ([], 1)):
        out = StringIO()
        call_command("move_on", *usual, *more, stdout=out)
        assert "  1 phân công chuyển cho đơn vị kế tục" in out.getvalue()
        assert HistoryEntry.objects.filter(verb="move_on", via="shell").count() == changed


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_move_once_and_tell_once() -> None:
    coordinator = make_user("coordinator")
    assignment = make_assignment(make_closed(make_unit()))
    start, results = threading.Barrier(10), []

    def move() -> None:
        try:
            start.wait(timeout=30)
            results.append(moved([assignment], by=coordinator).changed)
        except DomainError:
            results.append(0)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=move) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(results) == [0] * 9 + [1]
    assert Notice.objects.count() == 1
