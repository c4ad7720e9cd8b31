"""Moving deadlines and recalling: one or many, with a reason, each unit told once; by page, list and shell."""

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

from campaigns import rules
from campaigns.actions.change_deadline import change_deadlines, preview_deadline
from campaigns.actions.many import ChangeResult
from campaigns.actions.recall import recall
from campaigns.letters import render
from campaigns.models import Assignment, Notice
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail
from hanoi_portal.roles import ROLES
from tests.factories import (
    make_assignment,
    make_issued_plan_722,
    make_task,
    make_unit,
    make_user,
    sign_in,
)

State = Assignment.State
OPEN = {State.ISSUED, State.ACKNOWLEDGED, State.IN_PROGRESS, State.REPORTED}
LIST = "/quan-tri/campaigns/assignment/"
PAGES = {"deadline": f"{LIST}doi-han/", "recall": f"{LIST}thu-hoi/"}
WHY = "Thành phố dời hội nghị."


def later(days: int = 60) -> date:
    """A day to come."""
    return timezone.localdate() + timedelta(days=days)


def do(verb: str, assignments: Any, **others: Any) -> ChangeResult:
    """Do the verb with a usual reason (and day)."""
    others.setdefault("reason", WHY)
    if verb == "recall":
        return recall(assignments, **others)
    others.setdefault("deadline", later())
    return change_deadlines(assignments, **others)


# --- who, and in which state --------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("verb", PAGES)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("role", [None, *ROLES])
def test_who_may_change_what_was_given_in_which_state(
    role: str | None, state: str, verb: str
) -> None:
    assignment, user = make_assignment(state=state), make_user(role)
    before = Assignment.objects.values().get(pk=assignment.pk)
    assert rules.can_change_given(user) is (role == "coordinator")
    if role != "coordinator":
        with pytest.raises(NotAllowed):
            do(verb, [assignment], by=user)
        changed = 0
    else:
        changed = do(verb, [assignment], by=user).changed
        assert changed == (state in OPEN)
    is_same = Assignment.objects.values().get(pk=assignment.pk) == before
    assert is_same is (changed == 0)
    assert HistoryEntry.objects.about(assignment).count() == changed
    assert Notice.objects.count() == OutgoingMail.objects.count() == changed


@pytest.mark.django_db
@pytest.mark.parametrize("verb", PAGES)
def test_who_was_switched_off_changes_nothing(verb: str) -> None:
    with pytest.raises(NotAllowed):
        do(verb, [make_assignment()], by=make_user("coordinator", is_active=False))


# --- what it does -------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_first_deadline_is_kept_however_often_the_current_one_moves() -> None:
    coordinator, assignment = make_user("coordinator"), make_assignment()
    first = assignment.deadline
    for days in (60, 90):
        do("deadline", [assignment], by=coordinator, deadline=later(days))
    assignment.refresh_from_db()
    assert (assignment.first_deadline, assignment.deadline) == (first, later(90))
    entries = HistoryEntry.objects.about(assignment)
    assert [each.data["deadline"][1] for each in entries] == [f"{later(60)}", f"{later(90)}"]
    assert {each.note for each in entries} == {WHY}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", PAGES)
def test_each_unit_is_told_once_of_all_that_changed_for_it(verb: str) -> None:
    make_issued_plan_722()
    told = Notice.objects.count()
    districts = Assignment.objects.filter(unit__kind="district")
    result = do(verb, districts, by=make_user("coordinator"))
    assert result == ChangeResult(changed=120, units=30, left=0)
    assert Notice.objects.count() == told + 30 == OutgoingMail.objects.count()
    event = "recalled" if verb == "recall" else "deadline_changed"
    notice = Notice.objects.get(unit__code="Q001", event=event)
    assert notice.assignments.count() == 4
    assert notice.words == WHY


@pytest.mark.django_db
@pytest.mark.parametrize("verb", PAGES)
def test_the_same_change_again_does_nothing(verb: str) -> None:
    coordinator, assignment = make_user("coordinator"), make_assignment()
    assert do(verb, [assignment], by=coordinator) == ChangeResult(1, 1, 0)
    assert do(verb, [assignment], by=coordinator) == ChangeResult(0, 0, 1)
    assert (Notice.objects.count(), HistoryEntry.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_unit_with_work_of_two_plans_gets_a_letter_for_each() -> None:
    unit = make_unit()
    mine = [make_assignment(unit, task=make_task()) for _ in range(2)]
    assert do("recall", mine, by=make_user("coordinator")) == ChangeResult(2, 1, 0)
    assert Notice.objects.count() == 2


@pytest.mark.django_db
def test_recalled_assignments_leave_the_figures_and_keep_their_reports() -> None:
    assignment = make_assignment(state=State.REPORTED)
    do("recall", [assignment], by=make_user("coordinator"))
    assert not Assignment.objects.counted().exists()
    assert assignment.reports.count() == 1
    entry = HistoryEntry.objects.about(assignment).get()
    assert (entry.from_state, entry.to_state, entry.note) == ("reported", "recalled", WHY)


@pytest.mark.django_db
@pytest.mark.parametrize("verb", PAGES)
def test_a_reason_is_needed(verb: str) -> None:
    with pytest.raises(DomainError, match="lý do"):
        do(verb, [make_assignment()], by=make_user("coordinator"), reason="")


@pytest.mark.django_db
def test_a_deadline_does_not_move_to_a_day_that_is_over_but_may_be_today() -> None:
    coordinator, assignment = make_user("coordinator"), make_assignment()
    with pytest.raises(DomainError, match="từ hôm nay"):
        do("deadline", [assignment], by=coordinator, deadline=later(-1))
    assert do("deadline", [assignment], by=coordinator, deadline=later(0)).changed == 1


@pytest.mark.django_db
def test_what_changed_since_the_preview_is_shown_before_it_is_done() -> None:
    coordinator, assignment = make_user("coordinator"), make_assignment()
    seen = preview_deadline([assignment], deadline=later(), reason=WHY).fingerprint
    Assignment.objects.update(version=7)
    with pytest.raises(StaleState):
        do("deadline", [assignment], by=coordinator, expected=seen)
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_the_letters_say_what_changed_and_why() -> None:
    coordinator = make_user("coordinator")
    plan = make_issued_plan_722(by=coordinator, ends_on=later(20))
    mine = Assignment.objects.filter(task__plan=plan, unit__code="Q001")
    do("deadline", mine.filter(task__code__in=["4.1", "4.2"]), by=coordinator)
    mail = render(Notice.objects.get(event="deadline_changed").pk)
    assert mail.subject == (
        "V/v đổi thời hạn nhiệm vụ của Kế hoạch số 722/KH-STTTT – UBND quận Ba Đình"
    )
    for form in (mail.text, mail.html):
        assert f"(ban đầu {later(20):%d/%m/%Y})" in form
        assert f"{later():%d/%m/%Y}" in form
        assert WHY in form
        assert "4.3" not in form
    assert mail.headers["In-Reply-To"]
    do("recall", mine.filter(task__code="4.3"), by=coordinator)
    mail = render(Notice.objects.get(event="recalled").pk)
    assert "thu hồi" in mail.subject
    assert "Nhiệm vụ 4.3." in mail.text
    assert "không phải thực hiện" in " ".join(mail.text.split())
    assert mail.text.count("/can-bo/phan-cong/") == 0


@pytest.mark.django_db
def test_the_number_of_queries_for_the_rows_does_not_grow_with_the_assignments() -> None:
    unit, coordinator = make_unit(), make_user("coordinator")

    def queries(count: int) -> int:
        task = make_task()
        make_assignment(unit, task=task)
        plan_tasks = [make_task(task.plan) for _ in range(count - 1)]
        mine = [make_assignment(unit, task=each) for each in plan_tasks]
        with CaptureQueriesContext(connection) as captured:
            do("deadline", mine, by=coordinator)
        return len(captured)

    queries(2)  # what a user may do is asked once
    assert queries(3) == queries(30)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", PAGES)
def test_ten_at_once_change_once_and_tell_once(verb: str) -> None:
    coordinator, assignment = make_user("coordinator"), make_assignment()
    start, results = threading.Barrier(10), []

    def change() -> None:
        try:
            start.wait(timeout=30)
            results.append(do(verb, [assignment], by=coordinator).changed)
        except DomainError:
            results.append(0)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(results) == [0] * 9 + [1]
    assert (Notice.objects.count(), HistoryEntry.objects.count()) == (1, 1)


# --- in the admin -------------------------------------------------------------------------------
@pytest.fixture
def coordinator_client(client: Client) -> Client:
    """A signed-in coordinator's browser."""
    return sign_in(client, make_user("coordinator"))


def typed(verb: str, **others: str) -> dict[str, str]:
    """What is typed on the page of the verb."""
    day = {"deadline": f"{later():%d/%m/%Y}"} if verb == "deadline" else {}
    return {"reason": WHY, **day, **others}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", PAGES)
def test_the_coordinator_ticks_types_previews_and_confirms(
    coordinator_client: Client, verb: str
) -> None:
    make_issued_plan_722(ends_on=later(20))
    four = Assignment.objects.filter(unit__code="Q001")
    name = {"deadline": "change_deadline_selected", "recall": "recall_selected"}[verb]
    data = {"action": name, "_selected_action": [each.pk for each in four]}
    page = coordinator_client.post(LIST, data)
    assert "4 phân công được chọn" in page.content.decode()
    chosen = page.context["form"]["chosen"].value()
    page = coordinator_client.post(PAGES[verb], typed(verb, chosen=chosen))
    text = page.content.decode()
    assert "UBND quận Ba Đình" in text
    assert "4 phân công, báo 1 đơn vị" in text
    assert Notice.objects.filter(event__in=["recalled", "deadline_changed"]).count() == 0
    fingerprint = page.context["choice"].fingerprint
    confirmed = typed(verb, chosen=chosen, fingerprint=fingerprint)
    page = coordinator_client.post(PAGES[verb], confirmed, follow=True)
    assert "4 phân công, báo cho 1 đơn vị" in page.content.decode()
    again = coordinator_client.post(PAGES[verb], confirmed, follow=True)
    assert "4 phân công giữ nguyên" in again.content.decode()
    assert Notice.objects.filter(event__in=["recalled", "deadline_changed"]).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("verb", PAGES)
def test_a_plans_page_leads_to_changing_all_of_it_or_of_one_task(
    coordinator_client: Client, verb: str
) -> None:
    plan = make_issued_plan_722()
    task = plan.tasks.get(code="4.2")
    page = coordinator_client.get(f"/quan-tri/campaigns/plan/{plan.pk}/change/").content.decode()
    for address, total in ((f"?ke-hoach={plan.pk}", 214), (f"?nhiem-vu={task.pk}", 30)):
        assert PAGES[verb] + address in page
        found = coordinator_client.get(PAGES[verb] + address).content.decode()
        assert f"{total} phân công được chọn" in found
    for address in ("", "?ke-hoach=999999", "?nhiem-vu=x", "?nhiem-vu=99999999999999999999"):
        response = coordinator_client.get(PAGES[verb] + address)
        assert (response.status_code, response["Location"]) == (302, LIST)


@pytest.mark.django_db
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
    coordinator_client: Client,
) -> None:
    chosen = str(make_assignment().pk)
    wrong = {"chosen": chosen, "deadline": f"{later(-3):%d/%m/%Y}", "reason": " "}
    page = coordinator_client.post(PAGES["deadline"], wrong)
    assert set(page.context["form"].errors) == {"deadline", "reason"}
    assert f"{later(-3):%d/%m/%Y}" in page.content.decode()
    page = coordinator_client.post(PAGES["recall"], {"chosen": "1,x", "reason": WHY})
    assert set(page.context["form"].errors) == {"chosen"}
    assert page.status_code == 200


@pytest.mark.django_db
def test_a_confirmation_of_an_older_preview_is_409_and_shows_the_new_one(
    coordinator_client: Client,
) -> None:
    data = typed("recall", chosen=str(make_assignment().pk), fingerprint="cu")
    page = coordinator_client.post(PAGES["recall"], data)
    assert page.status_code == 409
    assert "Mời xem lại rồi xác nhận" in page.content.decode()
    assert WHY in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", [role for role in ROLES if role != "coordinator"])
def test_others_do_not_reach_the_pages(client: Client, role: str, method: str) -> None:
    sign_in(client, make_user(role))
    pk = make_assignment().pk
    for verb, address in PAGES.items():
        response = getattr(client, method)(address, typed(verb, chosen=str(pk)))
        assert response.status_code in {302, 403}
        assert response.status_code == 403 or not ROLES[role].is_staff
    assert not Notice.objects.exists()


# --- from the shell -----------------------------------------------------------------------------
def run(command: str, *arguments: str) -> str:
    """Run the command and return what it printed."""
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["change_deadline", "recall"])
def test_the_commands_preview_change_and_refuse_in_a_sentence(command: str) -> None:
    make_issued_plan_722()
    name, officer = make_user("coordinator").username, make_user("unit_officer").username
    to = ["--to", f"{later():%d/%m/%Y}"] if command == "change_deadline" else []
    usual = ["722/KH-STTTT", "--reason", WHY, *to]
    some = ["--task", "4.1", "--task", "4.2", "--unit", "Q001"]
    told = Notice.objects.count()
    assert "  2 phân công" in run(command, *usual, "--by", name, *some, "--dry-run")
    assert Notice.objects.count() == told
    said = run(command, *usual, "--by", name, *some)
    assert "  2 phân công" in said
    assert "  1 đơn vị được thông báo" in said
    assert HistoryEntry.objects.filter(verb=command, via="shell").count() == 2
    refusals: dict[str, list[str]] = {
        "không có quyền": [*usual, "--by", officer, "--all"],
        "--task, --unit hoặc --all": [*usual, "--by", name],
        "không có phân công nào như thế: 9.9": [*usual, "--by", name, "--task", "9.9"],
        "Không có kế hoạch số 1/KH-X": ["1/KH-X", *usual[1:], "--by", name, "--all"],
    }
    if to:
        refusals["không phải là ngày"] = [*usual[:-1], "mai", "--by", name, "--all"]
    for sentence, arguments in refusals.items():
        with pytest.raises(CommandError, match=sentence):
            run(command, *arguments)
