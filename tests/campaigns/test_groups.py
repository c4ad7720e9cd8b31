"""Saved groups of units: whom a task is for, in files, in the preview and in the admin."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from campaigns.actions.add_tasks import add_tasks
from campaigns.actions.issue import issue_plan, preview_issue
from campaigns.actions.load import save_plan
from campaigns.drafting import draft_of, known_names
from campaigns.loading import BadFile, plan_to_yaml, read_plan
from campaigns.loading.drafts import TargetDraft
from campaigns.models import Plan, TaskTarget, Unit, UnitGroup
from campaigns.models.plan import Role
from hanoi_portal.models import HistoryEntry
from tests.factories import make_plan_722, make_user, sign_in

pytestmark = pytest.mark.django_db


def make_group(*codes: str) -> UnitGroup:
    """Make a group of the units of these codes."""
    group = UnitGroup.objects.create(code="noi-thanh", name="Các quận nội thành")
    group.units.set(Unit.objects.filter(code__in=codes))
    return group


def make_plan_for_a_group() -> Plan:
    """Make Plan 722, its task 4.2 for a group of three districts."""
    plan = make_plan_722()
    group = make_group("Q001", "Q002", "Q003")
    task = plan.tasks.get(code="4.2")
    task.targets.all().delete()
    TaskTarget.objects.create(task=task, role=Role.LEAD, group=group)
    return plan


def test_a_task_for_a_group_is_given_to_its_open_units() -> None:
    plan = make_plan_for_a_group()
    Unit.objects.filter(code="Q003").update(closed_on=timezone.localdate() - timedelta(days=1))
    given = {
        task.code: [unit.code for unit in lead] for task, lead, _ in preview_issue(plan).by_task()
    }
    assert sorted(given["4.2"]) == ["Q001", "Q002"]
    issue_plan(plan, by=make_user("coordinator"))
    assert plan.tasks.get(code="4.2").assignments.count() == 2


def test_a_unit_that_joins_the_group_later_can_be_added() -> None:
    plan, coordinator = make_plan_for_a_group(), make_user("coordinator")
    issue_plan(plan, by=coordinator)
    UnitGroup.objects.get().units.add(Unit.objects.get(code="Q004"))
    result = add_tasks(plan, by=coordinator)
    assert (result.lead, result.units) == (1, 1)
    assert plan.tasks.get(code="4.2").assignments.filter(unit__code="Q004").exists()


def test_leading_wins_over_taking_part_for_a_group_too() -> None:
    plan = make_plan_for_a_group()
    task, unit = plan.tasks.get(code="4.2"), Unit.objects.get(code="Q001")
    TaskTarget.objects.create(task=task, role=Role.COORDINATE, unit=unit)
    share = next(each for each in preview_issue(plan).shares if each.unit == unit)
    assert task in share.lead
    assert task not in share.coordinate


def test_a_target_is_exactly_one_of_unit_kind_and_group() -> None:
    task, group, unit = make_plan_722().tasks.all()[0], make_group(), Unit.objects.all()[0]
    for values in (
        {"group": group, "unit": unit},
        {"group": group, "unit_kind": "press"},
        {"unit": unit, "unit_kind": "press"},
        {},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            TaskTarget.objects.create(task=task, role=Role.LEAD, **values)


def test_a_plan_with_a_group_is_exported_and_loaded_back_the_same() -> None:
    plan = make_plan_for_a_group()
    draft = draft_of(plan)
    target = TargetDraft(Role.LEAD, group_code="noi-thanh")
    assert target in next(task for task in draft.tasks if task.code == "4.2").targets
    text = plan_to_yaml(draft)
    again = read_plan(text if isinstance(text, bytes) else text.encode(), known_names())
    assert replace(again, is_public=True) == replace(draft, is_public=True)
    _plan, result = save_plan(again, by=None)
    assert (result.created, result.changed, result.same) == (0, 0, 15)


def test_the_template_offers_saved_groups_and_what_is_chosen_there_is_read(client: Client) -> None:
    plan = make_plan_for_a_group()
    sign_in(client, make_user("coordinator"))
    offer = "group:noi-thanh – nhóm Các quận nội thành"
    template = client.get("/quan-tri/campaigns/plan/mau.xlsx")
    book = load_workbook(io.BytesIO(template.content))
    assert offer in [cell.value for cell in book["Danh mục"]["C"]]
    assert offer not in [cell.value for cell in book["Danh mục"]["B"]]  # no group issues plans
    exported = client.get(f"/quan-tri/campaigns/plan/{plan.pk}/xuat.xlsx").content
    book = load_workbook(io.BytesIO(exported))
    book["Nhiệm vụ"]["G2"] = offer
    out = io.BytesIO()
    book.save(out)
    task = read_plan(out.getvalue(), known_names()).tasks[0]
    assert TargetDraft(Role.LEAD, group_code="noi-thanh") in task.targets


def test_a_file_that_names_an_unknown_group_or_a_group_as_issuer_is_refused() -> None:
    plan = make_plan_for_a_group()
    text = plan_to_yaml(draft_of(plan))
    source = text.decode() if isinstance(text, bytes) else text
    for wrong in (
        source.replace("group:noi-thanh", "group:khong-co"),
        source.replace("issuer: STTTT", "issuer: group:noi-thanh", 1),
    ):
        assert wrong != source
        with pytest.raises(BadFile):
            read_plan(wrong.encode(), known_names())


def test_the_coordinator_saves_a_group_and_its_history_says_who_is_in_it(client: Client) -> None:
    make_plan_722()
    sign_in(client, make_user("coordinator"))
    units = Unit.objects.filter(code__in=["Q001", "Q002"])
    data = {"name": "Hai   quận", "code": "hai-quan", "units": [unit.pk for unit in units]}
    response = client.post("/quan-tri/campaigns/unitgroup/add/", data)
    assert response.status_code == 302
    group = UnitGroup.objects.get()
    assert (group.name, group.units.count()) == ("Hai quận", 2)
    assert HistoryEntry.objects.about(group).get().data == {"codes": ["Q001", "Q002"]}
    wrong = client.post("/quan-tri/campaigns/unitgroup/add/", {"name": " ", "code": "hai quan"})
    assert {"name", "code", "units"} <= set(wrong.context["adminform"].form.errors)


def test_a_group_that_a_task_is_for_is_not_deleted(client: Client) -> None:
    make_plan_for_a_group()
    sign_in(client, make_user("coordinator"))
    group = UnitGroup.objects.get()
    page = f"/quan-tri/campaigns/unitgroup/{group.pk}/delete/"
    assert client.post(page, {"post": "yes"}).status_code == 403
    TaskTarget.objects.filter(group=group).delete()
    assert client.post(page, {"post": "yes"}).status_code == 302
    assert not UnitGroup.objects.exists()


def test_the_plans_page_names_the_group(client: Client) -> None:
    plan = make_plan_for_a_group()
    sign_in(client, make_user("coordinator"))
    page = client.get(f"/quan-tri/campaigns/plan/{plan.pk}/change/").content.decode()
    assert "Nhóm Các quận nội thành" in page
