"""Adding to an issued plan: the file may only add, and only what is new is given and told."""

import threading
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from campaigns.actions.add_tasks import add_tasks, preview_additions
from campaigns.actions.issue import IssueResult, issue_plan
from campaigns.actions.load import save_plan
from campaigns.actions.recall import recall
from campaigns.drafting import draft_of
from campaigns.letters import render
from campaigns.models import Assignment, Notice, Plan, TaskTarget, Unit
from campaigns.models.plan import Role
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail
from hanoi_portal.roles import ROLES
from tests.factories import make_issued_plan_722, make_plan_722, make_unit, make_user, sign_in

NEW = IssueResult(is_new=True, lead=30, coordinate=0, units=30, without_address=0)


def make_plan_with_a_new_task() -> Plan:
    """Make Plan 722, issued, and load a file that has one task more, for the districts."""
    plan = make_issued_plan_722()
    draft = draft_of(plan)
    last = draft.measures[-1]
    model = next(task for task in draft.tasks if task.code == "4.2")
    more = replace(model, code="6.9", title="Tổ chức ngày hội an toàn mạng")
    measures = (*draft.measures[:-1], replace(last, tasks=(*last.tasks, more)))
    save_plan(replace(draft, measures=measures), by=None)
    return Plan.objects.get(pk=plan.pk)


@pytest.mark.django_db
def test_a_file_adds_tasks_to_an_issued_plan_and_changes_nothing_that_is_there() -> None:
    plan = make_issued_plan_722()
    before = dict(Assignment.objects.values_list("pk", "task"))
    draft = draft_of(plan)
    last = draft.measures[-1]
    more = replace(last.tasks[0], code="6.9")
    added = replace(
        draft, measures=(*draft.measures[:-1], replace(last, tasks=(*last.tasks, more)))
    )
    _plan, result = save_plan(added, by=None)
    assert (result.created, result.changed, result.same) == (1, 0, 15)
    assert dict(Assignment.objects.values_list("pk", "task")) == before
    assert save_plan(added, by=None)[1].created == 0
    for changed in (
        replace(added, title="Khác"),
        draft,  # one task fewer
        replace(added, measures=added.measures[::-1]),
    ):
        with pytest.raises(DomainError, match="không đổi được bằng tệp"):
            save_plan(changed, by=None)


@pytest.mark.django_db
def test_only_the_new_is_given_and_told() -> None:
    plan = make_plan_with_a_new_task()
    old = set(Assignment.objects.values_list("pk", "version"))
    preview = preview_additions(plan)
    assert [task.code for task in preview.tasks] == ["6.9"]
    assert add_tasks(plan, by=make_user("coordinator")) == NEW
    new = Assignment.objects.filter(task__code="6.9")
    assert new.count() == 30
    assert set(Assignment.objects.exclude(task__code="6.9").values_list("pk", "version")) == old
    assert (Notice.objects.count(), OutgoingMail.objects.count()) == (91, 91)
    notice = Notice.objects.get(unit__code="Q001", event="added")
    assert [each.task.code for each in notice.assignments.all()] == ["6.9"]
    assert notice.mail is not None
    assert notice.mail.about_id == notice.pk
    mail = render(notice.pk)
    assert mail.subject.startswith("V/v giao bổ sung nhiệm vụ")
    assert "ngày hội an toàn mạng" in mail.text
    assert "Nhiệm vụ 4.2." not in mail.text
    entry = HistoryEntry.objects.about(plan).latest("pk")
    assert (entry.verb, entry.data) == ("add_tasks", {"lead": 30, "coordinate": 0, "units": 30})


@pytest.mark.django_db
def test_adding_again_gives_nothing_and_a_later_addition_is_told_anew() -> None:
    plan, coordinator = make_plan_with_a_new_task(), make_user("coordinator")
    add_tasks(plan, by=coordinator)
    assert add_tasks(plan, by=coordinator) == IssueResult(is_new=False)
    task = plan.tasks.get(code="6.9")
    TaskTarget.objects.create(task=task, role=Role.LEAD, unit_kind=Unit.Kind.PRESS)
    assert add_tasks(plan, by=coordinator).units == Unit.objects.filter(kind="press").count()
    make_unit()  # a district that was founded since: it gets what districts have
    assert add_tasks(plan, by=coordinator).units == 1


@pytest.mark.django_db
def test_what_was_recalled_is_not_given_again() -> None:
    plan, coordinator = make_plan_with_a_new_task(), make_user("coordinator")
    recall(Assignment.objects.filter(unit__code="Q001"), reason="Thôi.", by=coordinator)
    units = {share.unit.code for share in preview_additions(plan).shares}
    assert "Q001" in units  # the new task is new for it too
    share = next(each for each in preview_additions(plan).shares if each.unit.code == "Q001")
    assert [task.code for task in share.lead] == ["6.9"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *ROLES])
@pytest.mark.parametrize("is_issued", [False, True])
def test_only_coordinators_add_and_only_to_an_issued_plan(
    role: str | None, is_issued: bool
) -> None:
    plan, user = make_plan_722(), make_user(role)
    if is_issued:
        issue_plan(plan, by=make_user("coordinator"))
        TaskTarget.objects.create(
            task=plan.tasks.all()[0], role=Role.COORDINATE, unit_kind=Unit.Kind.PARTY
        )
    before = Assignment.objects.count()
    if role != "coordinator":
        with pytest.raises(NotAllowed):
            add_tasks(plan, by=user)
    elif not is_issued:
        with pytest.raises(DomainError, match="giao cả kế hoạch trước"):
            add_tasks(plan, by=user)
    else:
        assert add_tasks(plan, by=user).is_new
    assert (Assignment.objects.count() > before) is (role == "coordinator" and is_issued)


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_add_once() -> None:
    plan, coordinator = make_plan_with_a_new_task(), make_user("coordinator")
    seen = preview_additions(plan).fingerprint
    start, results = threading.Barrier(10), []

    def add() -> None:
        try:
            start.wait(timeout=30)
            results.append(add_tasks(plan, by=coordinator, expected=seen))
        except BaseException as failure:
            results.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(map(str, results)) == sorted([str(NEW), *[str(IssueResult(False))] * 9])
    assert Notice.objects.filter(event="added").count() == 30


@pytest.mark.django_db
def test_the_coordinator_previews_and_confirms_the_addition_in_the_admin(client: Client) -> None:
    plan = make_plan_with_a_new_task()
    sign_in(client, make_user("coordinator"))
    plan_page = f"/quan-tri/campaigns/plan/{plan.pk}/change/"
    address = f"/quan-tri/campaigns/plan/{plan.pk}/giao/"
    assert "Xem trước và giao bổ sung" in client.get(plan_page).content.decode()
    page = client.get(address)
    assert "30 phân công chủ trì, 0 phân công phối hợp, 30 đơn vị" in page.content.decode()
    assert client.post(address, {"fingerprint": "cu"}).status_code == 409
    confirmed = {"fingerprint": page.context["preview"].fingerprint}
    done = client.post(address, confirmed, follow=True)
    assert "30 phân công chủ trì" in done.content.decode()
    again = client.post(address, confirmed, follow=True).content.decode()
    assert "không giao thêm gì" in again
    assert "giao bổ sung" not in client.get(plan_page).content.decode()
    assert Notice.objects.filter(event="added").count() == 30


@pytest.mark.django_db
def test_what_changed_since_the_preview_is_shown_first() -> None:
    plan = make_plan_with_a_new_task()
    seen = preview_additions(plan).fingerprint
    Unit.objects.filter(code="Q001").update(closed_on=timezone.localdate().replace(year=2020))
    with pytest.raises(StaleState):
        add_tasks(plan, by=make_user("coordinator"), expected=seen)


@pytest.mark.django_db
def test_the_command_previews_adds_and_refuses_in_a_sentence() -> None:
    make_plan_with_a_new_task()
    name = make_user("coordinator").username

    def run(*arguments: str) -> str:
        out = StringIO()
        call_command("add_tasks", "722/KH-STTTT", "--by", *arguments, stdout=out)
        return out.getvalue()

    assert "  30 đơn vị được thông báo" in run(name, "--dry-run")
    assert not Notice.objects.filter(event="added").exists()
    assert "  30 đơn vị được thông báo" in run(name)
    assert "  0 đơn vị được thông báo" in run(name)
    with pytest.raises(CommandError, match="không có quyền"):
        run(make_user("editor").username)
