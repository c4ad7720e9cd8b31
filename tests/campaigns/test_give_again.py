"""Giving again what was recalled: who, from which state, what begins anew and what stays, what the letter says."""

import threading
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.actions.acknowledge import acknowledge
from campaigns.actions.add_tasks import preview_additions
from campaigns.actions.give_again import give_again, preview_give_again
from campaigns.actions.many import ChangeResult
from campaigns.actions.progress import report_progress
from campaigns.actions.recall import recall
from campaigns.letters import render
from campaigns.models import Assignment, Notice
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail, User
from hanoi_portal.roles import ROLES
from tests.campaigns.test_hand_down import District
from tests.factories import (
    make_assignment,
    make_issued_plan_722,
    make_officer,
    make_task,
    make_unit,
    make_user,
    sign_in,
)

State = Assignment.State
LIST = "/quan-tri/campaigns/assignment/"
PAGE = f"{LIST}giao-lai/"
WHY = "Thu hồi nhầm."


def later(days: int = 60) -> date:
    """A day to come."""
    return timezone.localdate() + timedelta(days=days)


def make_recalled(by: User | None = None, **values: Any) -> Assignment:
    """Make an assignment and recall it, its letter forgotten."""
    assignment = make_assignment(**values)
    recall([assignment], reason="Giao nhầm.", by=by or make_user("coordinator"))
    Notice.objects.all().delete()
    OutgoingMail.objects.all().delete()
    assignment.refresh_from_db()
    return assignment


# --- who, and in which state --------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("role", [None, *ROLES])
def test_who_may_give_again_in_which_state(role: str | None, state: str) -> None:
    assignment, user = make_assignment(state=state), make_user(role)
    if role != "coordinator":
        with pytest.raises(NotAllowed):
            give_again([assignment], reason=WHY, by=user)
        changed = 0
    else:
        changed = give_again([assignment], reason=WHY, by=user).changed
        assert changed == (state == State.RECALLED)
    assignment.refresh_from_db()
    assert assignment.state == (State.ISSUED if changed else state)
    assert HistoryEntry.objects.about(assignment).count() == changed
    assert Notice.objects.count() == OutgoingMail.objects.count() == changed


# --- what it does -------------------------------------------------------------------------------
@pytest.mark.django_db
def test_it_begins_anew_and_keeps_what_was_reported_and_the_first_deadline() -> None:
    coordinator, assignment = make_user("coordinator"), make_assignment()
    officer, first = make_officer(assignment.unit), assignment.deadline
    report_progress(assignment, by=officer, is_final=False, percent=40, text="Được bốn phần.")
    report_progress(assignment, by=officer, is_final=True, percent=100, text="Xong.")
    recall([assignment], reason="Giao nhầm.", by=coordinator)
    begun = timezone.now()
    give_again([assignment], reason=WHY, by=coordinator, deadline=later())
    assignment.refresh_from_db()
    assert (assignment.state, assignment.percent) == (State.ISSUED, 40)
    assert (assignment.acknowledged_at, assignment.reported_on) == (None, None)
    assert assignment.issued_at >= begun
    assert (assignment.first_deadline, assignment.deadline) == (first, later())
    assert assignment.reports.count() == 2
    entry = HistoryEntry.objects.about(assignment).get(verb="give_again")
    assert (entry.verb, entry.from_state, entry.to_state) == ("give_again", "recalled", "issued")
    assert (entry.note, entry.data["deadline"]) == (WHY, [f"{first}", f"{later()}"])
    assert acknowledge([assignment], by=officer) == 1
    assignment.refresh_from_db()
    report_progress(assignment, by=officer, is_final=True, percent=100, text="Xong thật.")


@pytest.mark.django_db
def test_the_letter_says_that_it_is_given_again_why_and_until_when() -> None:
    assignment = make_recalled()
    first = assignment.deadline
    give_again([assignment], reason=WHY, by=make_user("coordinator"), deadline=later())
    mail = render(Notice.objects.get().pk)
    assert mail.subject.startswith("V/v giao lại nhiệm vụ của Kế hoạch số")
    for form in (mail.text, mail.html):
        words = " ".join(form.split())
        assert "giao lại cho quý đơn vị 1 nhiệm vụ đã thu hồi trước đây" in words
        assert f"{later():%d/%m/%Y}" in words
        assert f"(ban đầu {first:%d/%m/%Y})" in words
        assert WHY in words
        assert "/can-bo/lien-ket/" in words


@pytest.mark.django_db
def test_without_another_day_each_keeps_its_own() -> None:
    assignment = make_recalled()
    before = assignment.deadline
    give_again([assignment], reason=WHY, by=make_user("coordinator"))
    assignment.refresh_from_db()
    assert assignment.deadline == before
    assert "deadline" not in HistoryEntry.objects.about(assignment).get(verb="give_again").data


@pytest.mark.django_db
def test_what_is_past_its_deadline_needs_another_day() -> None:
    coordinator, assignment = make_user("coordinator"), make_recalled(deadline=later(-1))
    assert give_again([assignment], reason=WHY, by=coordinator) == ChangeResult(0, 0, 1)
    given = give_again([assignment], reason=WHY, by=coordinator, deadline=later(0))
    assert given == ChangeResult(1, 1, 0)


@pytest.mark.django_db
def test_what_is_of_a_closed_unit_is_left() -> None:
    assignment = make_recalled(unit=make_unit(closed_on=later(-1)))
    by = make_user("coordinator")
    assert give_again([assignment], reason=WHY, by=by) == ChangeResult(0, 0, 1)


@pytest.mark.django_db
def test_a_reason_is_needed_and_a_day_that_is_not_over() -> None:
    coordinator, assignment = make_user("coordinator"), make_recalled()
    with pytest.raises(DomainError, match="lý do"):
        give_again([assignment], reason="", by=coordinator)
    with pytest.raises(DomainError, match="từ hôm nay"):
        give_again([assignment], reason=WHY, by=coordinator, deadline=later(-1))
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_each_unit_is_told_once_of_all_and_again_does_nothing() -> None:
    coordinator = make_user("coordinator")
    plan = make_issued_plan_722(by=coordinator, ends_on=later(20))
    districts = Assignment.objects.filter(task__plan=plan, unit__kind="district")
    recall(districts, reason="Giao nhầm.", by=coordinator)
    assert not preview_additions(plan).shares  # not by itself
    done = give_again(districts, reason=WHY, by=coordinator)
    assert done == ChangeResult(changed=120, units=30, left=0)
    assert Notice.objects.filter(event="given_again").count() == 30
    assert give_again(districts, reason=WHY, by=coordinator) == ChangeResult(0, 0, 120)


@pytest.mark.django_db
def test_what_changed_since_the_preview_is_shown_before_it_is_done() -> None:
    coordinator, assignment = make_user("coordinator"), make_recalled()
    seen = preview_give_again([assignment], reason=WHY).fingerprint
    Assignment.objects.update(version=7)
    with pytest.raises(StaleState):
        give_again([assignment], reason=WHY, by=coordinator, expected=seen)
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_the_number_of_queries_for_the_rows_does_not_grow_with_the_assignments() -> None:
    unit, coordinator = make_unit(), make_user("coordinator")

    def queries(count: int) -> int:
        task = make_task()
        tasks = [task, *(make_task(task.plan) for _ in range(count - 1))]
        mine = [make_assignment(unit, task=each, state=State.RECALLED) for each in tasks]
        with CaptureQueriesContext(connection) as captured:
            give_again(mine, reason=WHY, by=coordinator, deadline=later())
        return len(captured)

    queries(2)  # what a user may do is asked once
    assert queries(3) == queries(30)


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_give_once_and_tell_once() -> None:
    coordinator = make_user("coordinator")
    assignment = make_recalled(coordinator)
    start, results = threading.Barrier(10), []

    def give() -> None:
        try:
            start.wait(timeout=30)
            results.append(give_again([assignment], reason=WHY, by=coordinator).changed)
        except DomainError:
            results.append(0)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(results) == [0] * 9 + [1]
    assert Notice.objects.count() == 1
    assert HistoryEntry.objects.filter(verb="give_again").count() == 1


# --- what was handed down -----------------------------------------------------------------------
def make_given() -> District:
    """Make a district that has handed its work down to its three communes."""
    district = District()
    district.give()
    return district


@pytest.mark.django_db
def test_a_part_comes_back_only_with_or_after_what_it_is_a_part_of() -> None:
    district, coordinator = make_given(), make_user("coordinator")
    part = district.part()
    recall([district.work], reason="Thôi.", by=coordinator)
    assert give_again([part], reason=WHY, by=coordinator).changed == 0
    assert give_again([part, district.work], reason=WHY, by=coordinator).changed == 2
    second = district.part(1)
    assert give_again([second], reason=WHY, by=coordinator).changed == 1


@pytest.mark.django_db
def test_a_part_does_not_come_back_for_longer_than_the_unit_above_has() -> None:
    district, coordinator = make_given(), make_user("coordinator")
    part = district.part()
    recall([part], reason="Thôi.", by=coordinator)
    day = district.work.deadline + timedelta(days=1)
    assert give_again([part], reason=WHY, by=coordinator, deadline=day).changed == 0
    day = district.work.deadline
    assert give_again([part], reason=WHY, by=coordinator, deadline=day).changed == 1


@pytest.mark.django_db
def test_the_district_gives_again_what_it_took_back_in_its_own_name() -> None:
    district = make_given()
    part, day = district.part(), district.work.deadline - timedelta(days=1)
    recall([part], reason="Thôi.", by=make_user("coordinator"))
    Notice.objects.all().delete()
    done = district.give(district.codes[0], deadline=day, words="Phường làm lại giúp quận.")
    assert done.units == 1
    part.refresh_from_db()
    assert (part.state, part.deadline) == (State.ISSUED, day)
    assert part.parent == district.work
    mail = render(Notice.objects.get().pk)
    words = " ".join(mail.text.split())
    assert "UBND quận Ba Đình giao lại cho quý đơn vị 1 nhiệm vụ" in words
    assert "Phường làm lại giúp quận." in words
    with pytest.raises(DomainError, match="đều đã được giao"):
        district.give(district.codes[0])


@pytest.mark.django_db
def test_the_districts_page_offers_it_unticked_and_says_what_it_will_do() -> None:
    district = make_given()
    recall([district.part()], reason="Thôi.", by=make_user("coordinator"))
    client = sign_in(Client(), district.officer)
    page = client.get(district.page)
    assert "UBND phường A (đã thu hồi, chọn để giao lại)" in page.content.decode()
    assert page.context["form"]["units"].value() == []
    data = {"units": district.codes[0], "deadline": f"{district.work.deadline:%d/%m/%Y}"}
    page = client.post(district.page, data)
    assert "Sẽ giao lại cho 1 đơn vị" in page.content.decode()
    data["xac-nhan"] = page.context["preview"].fingerprint
    assert client.post(district.page, data).status_code == 302
    assert district.part().state == State.ISSUED


# --- in the admin -------------------------------------------------------------------------------
@pytest.fixture
def coordinator_client(client: Client) -> Client:
    """A signed-in coordinator's browser."""
    return sign_in(client, make_user("coordinator"))


@pytest.mark.django_db
def test_the_coordinator_ticks_types_previews_and_confirms(coordinator_client: Client) -> None:
    assignment = make_recalled()
    data = {"action": "give_again_selected", "_selected_action": [assignment.pk]}
    page = coordinator_client.post(LIST, data)
    assert "1 phân công được chọn" in page.content.decode()
    typed = {"chosen": page.context["form"]["chosen"].value(), "reason": WHY, "deadline": ""}
    page = coordinator_client.post(PAGE, typed)
    assert "giao lại 1 phân công, báo 1 đơn vị" in page.content.decode()
    assert not Notice.objects.exists()
    typed["fingerprint"] = page.context["choice"].fingerprint
    done = coordinator_client.post(PAGE, typed, follow=True)
    assert "Đã giao lại 1 phân công, báo cho 1 đơn vị." in done.content.decode()
    again = coordinator_client.post(PAGE, typed, follow=True)
    assert "1 phân công giữ nguyên" in again.content.decode()
    assert Notice.objects.count() == 1


@pytest.mark.django_db
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
    coordinator_client: Client,
) -> None:
    wrong = {"chosen": str(make_recalled().pk), "deadline": f"{later(-3):%d/%m/%Y}", "reason": " "}
    page = coordinator_client.post(PAGE, wrong)
    assert set(page.context["form"].errors) == {"deadline", "reason"}
    assert f"{later(-3):%d/%m/%Y}" in page.content.decode()


@pytest.mark.django_db
def test_a_plan_and_an_assignment_lead_there_once_something_was_recalled(
    coordinator_client: Client,
) -> None:
    coordinator = make_user("coordinator")
    plan = make_issued_plan_722(by=coordinator)
    plan_page = f"/quan-tri/campaigns/plan/{plan.pk}/change/"
    whole = f"{PAGE}?ke-hoach={plan.pk}"
    assert whole not in coordinator_client.get(plan_page).content.decode()
    response = coordinator_client.get(whole, follow=True)
    assert "Không có phân công nào đã thu hồi." in response.content.decode()
    one = Assignment.objects.filter(task__plan=plan)[0]
    own_page = f"{LIST}{one.pk}/change/"
    assert f"{LIST}thu-hoi/?phan-cong={one.pk}" in coordinator_client.get(own_page).content.decode()
    recall([one], reason="Giao nhầm.", by=coordinator)
    assert whole in coordinator_client.get(plan_page).content.decode()
    assert f"{PAGE}?phan-cong={one.pk}" in coordinator_client.get(own_page).content.decode()
    for address in (whole, f"{PAGE}?phan-cong={one.pk}"):
        page = coordinator_client.get(address).content.decode()
        assert "1 phân công được chọn" in page


# --- from the shell -----------------------------------------------------------------------------
def run(*arguments: str) -> str:
    """Run the command and return what it printed."""
    out = StringIO()
    call_command("give_again", "722/KH-STTTT", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_previews_gives_and_refuses_in_a_sentence() -> None:
    coordinator = make_user("coordinator")
    plan = make_issued_plan_722(by=coordinator, ends_on=later(20))
    mine = Assignment.objects.filter(task__plan=plan, unit__code="Q001")
    recall(mine.filter(task__code__in=["4.1", "4.2"]), reason="Giao nhầm.", by=coordinator)
    usual = ["--reason", WHY, "--by", coordinator.username]
    given = Notice.objects.filter(event="given_again")
    assert "  2 phân công" in run(*usual, "--all", "--dry-run")
    assert not given.exists()
    said = run(*usual, "--task", "4.1", "--to", f"{later():%d/%m/%Y}")
    assert "  1 phân công giao lại" in said
    assert "  1 đơn vị được thông báo" in said
    assert mine.get(task__code="4.1").deadline == later()
    assert HistoryEntry.objects.filter(verb="give_again", via="shell").count() == 1
    with pytest.raises(CommandError, match=r"không có phân công nào như thế: 4\.3"):
        run(*usual, "--task", "4.3")
    with pytest.raises(CommandError, match="không phải là ngày"):
        run(*usual, "--all", "--to", "mai")
