"""Issuing a plan: what the preview says, what is then written, who may, and that it happens once."""

import threading
from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.actions.issue import IssueResult, distribute, give, issue_plan, preview_issue
from campaigns.models import Assignment, Notice, Plan, Task, TaskTarget, Unit, UnitContact
from campaigns.models.plan import Role
from campaigns.rules import can_issue_plan
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail
from hanoi_portal.roles import ROLES
from tests.factories import make_plan_722, make_unit, make_user

WHOLE = IssueResult(is_new=True, lead=167, coordinate=47, units=61, without_address=0)


def counts() -> tuple[int, int, int, int]:
    """Return how many assignments to carry out, to take part in, notices and mails there are."""
    return (
        Assignment.objects.filter(role=Role.LEAD).count(),
        Assignment.objects.filter(role=Role.COORDINATE).count(),
        Notice.objects.count(),
        OutgoingMail.objects.count(),
    )


# --- the preview ----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_preview_counts_167_to_carry_out_47_to_take_part_in_and_61_units() -> None:
    preview = preview_issue(make_plan_722())
    assert (preview.lead_count, preview.coordinate_count, preview.unit_count) == (167, 47, 61)
    assert preview.without_address == []
    assert not Assignment.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_the_preview_says_unit_by_unit_and_task_by_task_who_does_what() -> None:
    preview = preview_issue(make_plan_722())
    shares = {share.unit.code: share for share in preview.shares}
    assert "HN" not in shares  # the city gives the work, it has none of its own
    ba_dinh = shares["Q001"]
    assert [task.code for task in ba_dinh.lead] == ["4.1", "4.2", "4.3"]
    assert [task.code for task in ba_dinh.coordinate] == ["1.3"]
    assert ba_dinh.addresses == ("van-thu@q001.ha-noi.example",)
    by_task = {task.code: (len(lead), len(partners)) for task, lead, partners in preview.by_task()}
    assert by_task["1.3"] == (1, 30)
    assert by_task["4.1"] == (52, 0)
    assert by_task["4.2"] == (30, 0)
    assert by_task["2.1"] == (1, 9)
    assert sum(lead for lead, _partners in by_task.values()) == 167


@pytest.mark.django_db
def test_a_unit_that_carries_a_task_out_does_not_also_coordinate_it() -> None:
    shares = {share.unit.code: share for share in preview_issue(make_plan_722()).shares}
    so_tttt = shares[
        "STTTT"
    ]  # a department, so among those who carry 4.3 out; named as its partner too
    assert "4.3" in [task.code for task in so_tttt.lead]
    assert "4.3" not in [task.code for task in so_tttt.coordinate]


def test_the_role_of_a_unit_does_not_depend_on_the_order_of_targets() -> None:
    task, unit = Task(pk=1, code="1"), Unit(pk=7, kind=Unit.Kind.PRESS)
    targets = [
        TaskTarget(task=task, role=Role.LEAD, unit_kind=Unit.Kind.PRESS),
        TaskTarget(task=task, role=Role.COORDINATE, unit=unit),
    ]
    for order in (targets, targets[::-1]):
        assert distribute([task], order, [unit]) == {7: [(task, Role.LEAD)]}


@pytest.mark.django_db
def test_units_that_are_no_more_or_not_yet_are_given_nothing() -> None:
    plan = make_plan_722()
    today = timezone.localdate()
    Unit.objects.filter(code="Q001").update(closed_on=today - timedelta(days=1))
    Unit.objects.filter(code="Q002").update(opened_on=today + timedelta(days=1))
    Unit.objects.filter(code="Q003").update(closed_on=today)
    codes = {share.unit.code for share in preview_issue(plan).shares}
    assert {"Q001", "Q002"} & codes == set()
    assert "Q003" in codes


@pytest.mark.django_db
def test_the_preview_names_units_without_an_address_and_tasks_already_late() -> None:
    plan = make_plan_722(ends_on=date(2018, 12, 31))
    UnitContact.objects.filter(unit__code="Q001").update(is_active=False)
    preview = preview_issue(plan)
    assert [unit.code for unit in preview.without_address] == ["Q001"]
    assert len(preview.past_due(date(2019, 1, 1))) == 15
    assert preview.past_due(date(2018, 12, 31)) == []


@pytest.mark.django_db
def test_the_preview_of_a_plan_asks_the_same_few_queries_whatever_its_size() -> None:
    plan = make_plan_722()
    with CaptureQueriesContext(connection) as queries:
        preview_issue(plan).by_task()
    assert len(queries) == 4


# --- issuing --------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_issuing_writes_each_assignment_one_notice_and_one_mail_a_unit() -> None:
    plan, coordinator = make_plan_722(), make_user("coordinator")
    assert issue_plan(plan, by=coordinator) == WHOLE
    assert counts() == (167, 47, 61, 61)
    plan.refresh_from_db()
    assert plan.issued_by == coordinator
    assert plan.issued_at is not None
    for assignment in Assignment.objects.select_related("task"):
        assert assignment.state == Assignment.State.ISSUED
        assert assignment.deadline == assignment.first_deadline == assignment.task.deadline
        assert assignment.issued_at == plan.issued_at


@pytest.mark.django_db
@pytest.mark.parametrize("at_once", [1, 20, 60, 61])
def test_however_many_units_are_written_at_once_each_gets_the_same(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(give, "UNITS_AT_ONCE", at_once)
    plan = make_plan_722()
    assert issue_plan(plan, by=make_user("coordinator")) == WHOLE
    assert counts() == (167, 47, 61, 61)
    assert Notice.assignments.through.objects.count() == 214
    assert HistoryEntry.objects.filter(verb="issue").count() == 214
    assert HistoryEntry.objects.filter(verb="issue_plan").count() == 1
    told = Notice.objects.values_list("mail__about_id", "pk")
    assert all(about == notice for about, notice in told)


@pytest.mark.django_db
def test_a_district_gets_one_message_for_its_four_assignments() -> None:
    plan = make_plan_722()
    issue_plan(plan, by=make_user("coordinator"))
    notice = Notice.objects.get(unit__code="Q001")
    codes = notice.assignments.values_list("task__code", "role")
    assert set(codes) == {("1.3", "coordinate"), ("4.1", "lead"), ("4.2", "lead"), ("4.3", "lead")}
    assert notice.mail is not None
    assert notice.mail.about_id == notice.pk
    assert notice.mail.recipients == ["van-thu@q001.ha-noi.example"]
    about = dict(OutgoingMail.objects.values_list("about_id", "pk"))
    assert about == dict(Notice.objects.values_list("pk", "mail"))


@pytest.mark.django_db
def test_every_step_of_issuing_leaves_a_history_row() -> None:
    plan, coordinator = make_plan_722(), make_user("coordinator")
    issue_plan(plan, by=coordinator)
    entry = HistoryEntry.objects.about(plan).get(verb="issue_plan")
    assert (entry.actor, entry.to_state, entry.via) == (coordinator, "issued", "web")
    assert entry.data == {"lead": 167, "coordinate": 47, "units": 61}
    verbs = Counter(HistoryEntry.objects.values_list("subject_type", "verb", "to_state"))
    assert verbs["campaigns.Assignment", "issue", "issued"] == 214


@pytest.mark.django_db
def test_a_unit_without_an_address_gets_its_work_and_a_notice_but_no_mail() -> None:
    plan = make_plan_722()
    UnitContact.objects.filter(unit__code="Q001").delete()
    result = issue_plan(plan, by=make_user("coordinator"))
    assert (result.units, result.without_address) == (61, 1)
    assert counts() == (167, 47, 61, 60)
    assert Notice.objects.get(mail=None).unit.code == "Q001"


@pytest.mark.django_db
def test_all_addresses_in_use_of_a_unit_are_told_in_one_message() -> None:
    plan = make_plan_722()
    unit = Unit.objects.get(code="Q001")
    UnitContact.objects.create(unit=unit, email="lanh-dao@q001.ha-noi.example")
    UnitContact.objects.create(unit=unit, email="cu@q001.ha-noi.example", is_active=False)
    issue_plan(plan, by=make_user("coordinator"))
    notice = Notice.objects.get(unit=unit)
    assert notice.mail is not None
    expected = ["van-thu@q001.ha-noi.example", "lanh-dao@q001.ha-noi.example"]
    assert notice.mail.recipients == expected


@pytest.mark.django_db
def test_issuing_again_adds_nothing_and_is_no_error() -> None:
    plan, coordinator = make_plan_722(), make_user("coordinator")
    issue_plan(plan, by=coordinator)
    told = HistoryEntry.objects.count()
    again = Plan.objects.get(pk=plan.pk)
    assert issue_plan(again, by=make_user("coordinator")) == IssueResult(is_new=False)
    assert counts() == (167, 47, 61, 61)
    assert HistoryEntry.objects.count() == told
    assert Plan.objects.get(pk=plan.pk).issued_by == coordinator
    assert preview_issue(again).unit_count == 0


@pytest.mark.django_db
def test_a_plan_for_nobody_is_not_issued() -> None:
    plan = make_plan_722()
    TaskTarget.objects.all().delete()
    with pytest.raises(DomainError, match="chưa có nhiệm vụ nào"):
        issue_plan(plan, by=make_user("coordinator"))
    plan.refresh_from_db()
    assert not plan.is_issued
    assert counts() == (0, 0, 0, 0)


@pytest.mark.django_db
def test_what_changed_since_the_preview_is_shown_before_it_is_issued() -> None:
    plan, coordinator = make_plan_722(), make_user("coordinator")
    seen = preview_issue(plan).fingerprint
    UnitContact.objects.filter(unit__code="Q001").update(email="moi@q001.ha-noi.example")
    with pytest.raises(StaleState, match="vừa thay đổi"):
        issue_plan(plan, by=coordinator, expected=seen)
    assert counts() == (0, 0, 0, 0)
    plan.refresh_from_db()
    assert not plan.is_issued
    fresh = preview_issue(plan).fingerprint
    assert issue_plan(plan, by=coordinator, expected=fresh) == WHOLE


@pytest.mark.django_db
def test_issuing_asks_a_bounded_number_of_queries() -> None:
    plan, coordinator = make_plan_722(), make_user("coordinator")
    with CaptureQueriesContext(connection) as queries:
        issue_plan(plan, by=coordinator)
    assert len(queries) <= 26


@pytest.mark.django_db
def test_a_fault_in_the_middle_leaves_nothing_half_issued() -> None:
    plan, coordinator = make_plan_722(), make_user("coordinator")
    taken = Unit.objects.get(code="BC08")
    Notice.objects.create(
        plan=plan, unit=taken, event="issued", unique_key=f"notice:issued:{plan.pk}:{taken.pk}"
    )
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        issue_plan(plan, by=coordinator)
    assert counts() == (0, 0, 1, 0)
    assert not Plan.objects.get(pk=plan.pk).is_issued


# --- who ------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *ROLES])
@pytest.mark.parametrize("is_issued", [False, True])
def test_only_coordinators_issue_plans(role: str | None, is_issued: bool) -> None:
    plan, user = make_plan_722(), make_user(role)
    if is_issued:
        issue_plan(plan, by=make_user("coordinator"))
    assert can_issue_plan(user, plan) is (role == "coordinator")
    if role == "coordinator":
        assert issue_plan(plan, by=user).is_new is not is_issued
    else:
        with pytest.raises(NotAllowed):
            issue_plan(plan, by=user)
        assert Plan.objects.get(pk=plan.pk).is_issued is is_issued


@pytest.mark.django_db
def test_who_was_switched_off_issues_nothing() -> None:
    plan, user = make_plan_722(), make_user("coordinator", is_active=False)
    with pytest.raises(NotAllowed):
        issue_plan(plan, by=user)


# --- at once --------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_twenty_simultaneous_confirmations_issue_once() -> None:
    plan, coordinator = make_plan_722(), make_user("coordinator")
    seen = preview_issue(plan).fingerprint
    start = threading.Barrier(20)
    results: list[IssueResult] = []
    failures: list[BaseException] = []

    def confirm() -> None:
        try:
            mine = Plan.objects.get(pk=plan.pk)
            start.wait(timeout=30)
            results.append(issue_plan(mine, by=coordinator, expected=seen))
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=confirm) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert Counter(results) == {WHOLE: 1, IssueResult(is_new=False): 19}
    assert counts() == (167, 47, 61, 61)
    assert HistoryEntry.objects.filter(verb="issue_plan").count() == 1
    assert HistoryEntry.objects.filter(verb="issue").count() == 214


# --- from the shell -------------------------------------------------------------------------------
def run(*arguments: str) -> str:
    """Run the command and return what it printed."""
    out = StringIO()
    call_command("issue_plan", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_counts_without_issuing_then_issues_then_adds_nothing() -> None:
    make_plan_722()
    name = make_user("coordinator").username
    for arguments in (["--dry-run"], []):
        said = run("722/KH-STTTT", "--by", name, *arguments)
        assert "167 phân công chủ trì" in said
        assert "47 phân công phối hợp" in said
        assert "61 đơn vị được thông báo" in said
        assert counts() == ((0, 0, 0, 0) if arguments else (167, 47, 61, 61))
    for arguments in (["--dry-run"], []):
        said = run("722/KH-STTTT", "--by", name, *arguments)
        assert "đã được giao từ trước" in said
        assert "  0 phân công chủ trì" in said
    assert counts() == (167, 47, 61, 61)
    assert HistoryEntry.objects.get(verb="issue_plan").via == "shell"


@pytest.mark.django_db
def test_the_command_names_units_that_no_mail_reaches() -> None:
    make_plan_722()
    UnitContact.objects.filter(unit__code="Q001").delete()
    name = make_user("coordinator").username
    assert "thông báo: UBND quận Ba Đình" in run("722/KH-STTTT", "--by", name, "--dry-run")
    assert "1 đơn vị chưa có địa chỉ" in run("722/KH-STTTT", "--by", name)


@pytest.mark.django_db
@pytest.mark.parametrize("dry", [["--dry-run"], []])
def test_the_command_refuses_in_a_sentence(dry: list[str]) -> None:
    make_plan_722()
    officer, coordinator = make_user("unit_officer"), make_user("coordinator")
    with pytest.raises(CommandError, match="không có quyền"):
        run("722/KH-STTTT", "--by", officer.username, *dry)
    with pytest.raises(CommandError, match="Không có kế hoạch số 1/KH-X"):
        run("1/KH-X", "--by", coordinator.username, *dry)
    with pytest.raises(CommandError, match="Không có người dùng"):
        run("722/KH-STTTT", "--by", "ai-do", *dry)
    assert counts() == (0, 0, 0, 0)


@pytest.mark.django_db
def test_a_commune_is_given_what_its_kind_is_given() -> None:
    plan = make_plan_722()
    TaskTarget.objects.create(
        task=plan.tasks.get(code="1.1"), role=Role.COORDINATE, unit_kind=Unit.Kind.COMMUNE
    )
    make_unit(Unit.Kind.COMMUNE, code="X1")
    result = issue_plan(plan, by=make_user("coordinator"))
    assert (result.coordinate, result.units) == (48, 62)
