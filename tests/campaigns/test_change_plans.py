"""Switching something for many plans at once: who may, what is told, what stays as it was."""

import pytest
from django.test import Client

from campaigns.actions.change_plans import change_plans
from campaigns.models import Plan
from hanoi_portal.errors import NotAllowed
from hanoi_portal.models import HistoryEntry
from hanoi_portal.roles import COORDINATOR, ROLES
from tests.factories import make_task, make_user, sign_in

pytestmark = pytest.mark.django_db
LIST = "/quan-tri/campaigns/plan/"


@pytest.mark.parametrize("role", ROLES)
def test_only_who_may_change_plans_switches_them(role: str) -> None:
    plan = make_task().plan
    if role == COORDINATOR:
        assert change_plans([plan], by=make_user(role), is_public=False) == [plan]
        assert not Plan.objects.get(pk=plan.pk).is_public
        return
    with pytest.raises(NotAllowed):
        change_plans([plan], by=make_user(role), is_public=False)
    assert Plan.objects.get(pk=plan.pk).is_public


def test_a_plan_that_is_so_already_gets_no_line_in_the_history() -> None:
    plan = make_task().plan
    assert change_plans([plan], by=make_user(COORDINATOR), is_public=True) == []
    assert not HistoryEntry.objects.about(plan)


@pytest.mark.parametrize(
    ("button", "field", "value"),
    [
        ("hide_plans", "is_public", False),
        ("show_plans", "is_public", True),
        ("close_links", "has_links", False),
        ("open_links", "has_links", True),
    ],
)
def test_each_button_switches_all_that_are_ticked_and_nothing_else(
    client: Client, button: str, field: str, value: bool
) -> None:
    ticked, other = [make_task().plan, make_task().plan], make_task().plan
    Plan.objects.update(**{field: not value})
    sign_in(client, make_user(COORDINATOR))
    form = {"action": button, "_selected_action": [plan.pk for plan in ticked]}
    response = client.post(LIST, form, follow=True)
    assert "Đã đổi 2 kế hoạch." in response.text
    assert {
        getattr(plan, field) for plan in Plan.objects.filter(pk__in=[plan.pk for plan in ticked])
    } == {value}
    assert getattr(Plan.objects.get(pk=other.pk), field) is not value
    assert "vốn đã như vậy" in client.post(LIST, form, follow=True).text
