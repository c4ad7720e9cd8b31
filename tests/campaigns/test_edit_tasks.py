"""Putting many tasks right on one page: only what differs is written, nobody's words are lost or overwritten."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.actions.edit_tasks import edit_tasks, fingerprint_of
from campaigns.models import Plan, Task
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry
from hanoi_portal.roles import ADMINISTRATOR, COORDINATOR, ROLES
from tests.factories import make_plan_722, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    """Plan 722, not issued."""
    return make_plan_722(ends_on=date(2030, 12, 31))


def address(plan: Plan) -> str:
    """Return where its tasks are edited."""
    return f"/quan-tri/campaigns/plan/{plan.pk}/sua-nhiem-vu/"


def fields_of(client: Client, plan: Plan) -> dict[str, Any]:
    """Return what the page would send if nothing were typed."""
    page = client.get(address(plan))
    data: dict[str, Any] = {"fingerprint": page.context["fingerprint"]}
    for row in page.context["rows"]:
        for bound in row:
            value = bound.value()
            if value not in (None, "", False):
                data[bound.html_name] = f"{value:%d/%m/%Y}" if isinstance(value, date) else value
    return data


def task(plan: Plan, code: str) -> Task:
    """Return a task of the plan."""
    return plan.tasks.get(code=code)


def test_only_what_differs_is_written_with_a_history_row_a_task(client: Client, plan: Plan) -> None:
    sign_in(client, make_user("coordinator"))
    first, second = task(plan, "1.1"), task(plan, "4.1")
    data = fields_of(client, plan) | {
        f"viec-{first.pk}-title": "  Tập huấn \u200b cho cán bộ ",
        f"viec-{first.pk}-deadline": "30/06/2030",
        f"viec-{second.pk}-is_starred": "on",
        f"viec-{second.pk}-indicator_name": "Số lớp",
        f"viec-{second.pk}-indicator_unit": "lớp",
        f"viec-{second.pk}-indicator_target": "12,5",
    }
    answer = client.post(address(plan), data, follow=True)
    assert "Đã sửa 2 nhiệm vụ." in answer.content.decode()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.title, first.deadline) == ("Tập huấn cho cán bộ", date(2030, 6, 30))
    assert second.is_starred
    assert second.indicator == "Số lớp: 12,5 lớp"
    entries = HistoryEntry.objects.filter(verb="edit_task").order_by("pk")
    assert [entry.subject_id for entry in entries] == [first.pk, second.pk]
    assert entries[0].data["after"] == {"title": "Tập huấn cho cán bộ", "deadline": "2030-06-30"}
    assert client.post(address(plan), fields_of(client, plan), follow=True).status_code == 200
    assert HistoryEntry.objects.filter(verb="edit_task").count() == 2


def test_a_mistake_is_told_beside_its_field_and_what_was_typed_stays(
    client: Client, plan: Plan
) -> None:
    sign_in(client, make_user("coordinator"))
    first, second = task(plan, "1.1"), task(plan, "4.1")
    data = fields_of(client, plan) | {
        f"viec-{first.pk}-title": " \u200b ",
        f"viec-{first.pk}-deliverable": "Sản phẩm mới gõ",
        f"viec-{first.pk}-deadline": "01/01/2031",
        f"viec-{second.pk}-indicator_unit": "lớp",
    }
    page = client.post(address(plan), data)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Thời hạn phải trong thời gian của kế hoạch" in text
    assert "Xin ghi tên chỉ tiêu." in text
    assert "Sản phẩm mới gõ" in text
    assert not HistoryEntry.objects.filter(verb="edit_task").exists()


def test_who_saves_second_is_told_and_overwrites_nothing(client: Client, plan: Plan) -> None:
    sign_in(client, make_user("coordinator"))
    first = task(plan, "1.1")
    data = fields_of(client, plan) | {f"viec-{first.pk}-title": "Lời của người sau"}
    Task.objects.filter(pk=first.pk).update(title="Lời của người trước")
    page = client.post(address(plan), data)
    assert page.status_code == 409
    assert "vừa được người khác sửa" in page.content.decode()
    assert "Lời của người sau" in page.content.decode()
    first.refresh_from_db()
    assert first.title == "Lời của người trước"


def test_of_an_issued_plan_the_deadline_is_not_moved_here(client: Client, plan: Plan) -> None:
    Plan.objects.update(issued_at="2030-01-01T00:00Z")
    sign_in(client, make_user("coordinator"))
    first = task(plan, "1.1")
    data = fields_of(client, plan) | {
        f"viec-{first.pk}-deadline": "30/06/2030",
        f"viec-{first.pk}-deliverable": "Danh sách lớp",
    }
    client.post(address(plan), data)
    first.refresh_from_db()
    assert (first.deliverable, first.deadline) == ("Danh sách lớp", date(2030, 12, 31))
    with pytest.raises(DomainError, match="Đổi thời hạn"):
        edit_tasks(plan, {first.pk: {"deadline": date(2030, 6, 30)}}, by=make_user("coordinator"))


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_may_edit_tasks(plan: Plan, role: str | None) -> None:
    first = task(plan, "1.1")
    values = {first.pk: {"indicator_name": "Số lớp", "indicator_target": Decimal(3)}}
    if role == COORDINATOR:
        assert edit_tasks(plan, values, by=make_user(role)) == 1
        return
    assert role != ADMINISTRATOR or not make_user(role).has_perm("campaigns.change_plan")
    with pytest.raises(NotAllowed):
        edit_tasks(plan, values, by=make_user(role))


def test_a_stale_fingerprint_changes_nothing(plan: Plan) -> None:
    first = task(plan, "1.1")
    seen = fingerprint_of(plan.tasks.all())
    by = make_user("coordinator")
    assert edit_tasks(plan, {first.pk: {"is_starred": True}}, by=by, expected=seen) == 1
    with pytest.raises(StaleState):
        edit_tasks(plan, {first.pk: {"is_starred": False}}, by=by, expected=seen)


def test_the_page_asks_few_queries_however_many_tasks(client: Client, plan: Plan) -> None:
    sign_in(client, make_user("coordinator"))
    client.get(address(plan))
    with CaptureQueriesContext(connection) as all_tasks:
        client.get(address(plan))
    plan.tasks.exclude(code="1.1").delete()
    with CaptureQueriesContext(connection) as one:
        client.get(address(plan))
    assert len(all_tasks) == len(one)
