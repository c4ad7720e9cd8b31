"""Issuing from the admin: the preview page, the confirmation, and what each person and method gets."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.actions.issue import preview_issue
from campaigns.models import Assignment, Notice, Plan, UnitContact
from hanoi_portal.roles import ROLES
from tests.factories import (
    make_issued_plan_722,
    make_plan_722,
    make_unit,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db


def issue_page(plan: Plan) -> str:
    """Return the address of the plan's preview."""
    return reverse("admin:campaigns_plan_issue", args=[plan.pk])


def plan_page(plan: Plan) -> str:
    """Return the address of the plan in the admin."""
    return reverse("admin:campaigns_plan_change", args=[plan.pk])


@pytest.fixture
def coordinator_client(client: Client) -> Client:
    """A signed-in coordinator's browser."""
    return sign_in(client, make_user("coordinator"))


def test_the_coordinator_sees_the_preview_confirms_and_it_is_issued(
    coordinator_client: Client,
) -> None:
    plan = make_plan_722()
    page = coordinator_client.get(plan_page(plan)).content.decode()
    assert issue_page(plan) in page
    assert "Mọi quận, huyện, thị xã" in page
    assert "14/04/2018" in page  # as offices write a day, in Django's own fields too

    response = coordinator_client.get(issue_page(plan))
    page = response.content.decode()
    assert "167 phân công chủ trì, 47 phân công phối hợp, 61 đơn vị" in page
    assert "van-thu@q001.ha-noi.example" in page
    assert not Assignment.objects.exists()

    confirmed = {"fingerprint": response.context["preview"].fingerprint}
    response = coordinator_client.post(issue_page(plan), confirmed, follow=True)
    assert response.redirect_chain == [(plan_page(plan), 302)]
    said = "Đã giao 722/KH-STTTT: 167 phân công chủ trì, 47 phân công phối hợp, 61 đơn vị"
    assert said in response.content.decode()
    assert Assignment.objects.count() == 214


def test_confirming_twice_adds_nothing_and_says_so(coordinator_client: Client) -> None:
    plan = make_plan_722()
    confirmed = {"fingerprint": preview_issue(plan).fingerprint}
    coordinator_client.post(issue_page(plan), confirmed)
    response = coordinator_client.post(issue_page(plan), confirmed, follow=True)
    assert "đã được giao từ trước, không giao thêm gì" in response.content.decode()
    assert (Assignment.objects.count(), Notice.objects.count()) == (214, 61)


def test_an_issued_plan_has_no_button_and_its_preview_leads_back(
    coordinator_client: Client,
) -> None:
    plan = make_issued_plan_722()
    response = coordinator_client.get(issue_page(plan), follow=True)
    assert response.redirect_chain == [(plan_page(plan), 302)]
    assert issue_page(plan) not in response.content.decode()


def test_a_confirmation_of_an_older_preview_is_refused_with_the_new_one(
    coordinator_client: Client,
) -> None:
    plan = make_plan_722()
    for fingerprint in (preview_issue(plan).fingerprint, ""):
        UnitContact.objects.filter(unit__code="Q001").delete()
        response = coordinator_client.post(issue_page(plan), {"fingerprint": fingerprint})
        page = response.content.decode()
        assert response.status_code == 409
        assert "vừa thay đổi. Mời xem lại rồi xác nhận" in page
        assert "phải báo bằng cách khác" in page
    assert not Assignment.objects.exists()


def test_the_preview_warns_of_deadlines_that_are_over(coordinator_client: Client) -> None:
    plan = make_plan_722()
    plan.tasks.update(deadline="2018-12-31")
    page = coordinator_client.get(issue_page(plan)).content.decode()
    assert "15 nhiệm vụ có thời hạn đã qua" in page


def test_a_plan_for_nobody_offers_no_button_and_refuses_the_post(
    coordinator_client: Client,
) -> None:
    plan = make_plan_722()
    plan.tasks.all().delete()
    page = coordinator_client.get(issue_page(plan)).content.decode()
    assert "Xác nhận giao" not in page
    response = coordinator_client.post(issue_page(plan), {"fingerprint": ""})
    assert "chưa có nhiệm vụ nào" in response.content.decode()
    assert not Plan.objects.get(pk=plan.pk).is_issued


@pytest.mark.parametrize("role", [None, *ROLES])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_coordinators_see_and_confirm(client: Client, role: str | None, method: str) -> None:
    plan = make_plan_722()
    sign_in(client, make_user(role))
    data = {"fingerprint": preview_issue(plan).fingerprint}
    response = getattr(client, method)(issue_page(plan), data)
    if role == "coordinator":
        assert response.status_code == (200 if method == "get" else 302)
    elif role is not None and ROLES[role].is_staff:
        assert response.status_code == 403
    else:
        assert response.status_code in {302, 403}
    assert Assignment.objects.exists() is (role == "coordinator" and method == "post")


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, method: str) -> None:
    plan = make_plan_722()
    response = getattr(client, method)(issue_page(plan))
    assert response.status_code == 302
    assert "/giao/" not in response["Location"].split("?")[0]
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(coordinator_client: Client, method: str) -> None:
    plan = make_plan_722()
    assert getattr(coordinator_client, method)(issue_page(plan)).status_code == 405


def test_a_plan_that_is_not_there_is_404(coordinator_client: Client) -> None:
    assert coordinator_client.get("/quan-tri/campaigns/plan/999999/giao/").status_code == 404


def test_a_confirmation_without_the_forms_token_is_refused() -> None:
    plan = make_plan_722()
    strict = sign_in(Client(enforce_csrf_checks=True), make_user("coordinator"))
    data = {"fingerprint": preview_issue(plan).fingerprint}
    assert strict.post(issue_page(plan), data).status_code == 403
    assert not Assignment.objects.exists()


def test_plans_and_tasks_are_read_not_written_by_hand(coordinator_client: Client) -> None:
    plan = make_plan_722()
    for model in ("plan", "task"):
        assert coordinator_client.get(f"/quan-tri/campaigns/{model}/add/").status_code == 403
        pk = plan.pk if model == "plan" else plan.tasks.all()[0].pk
        delete = f"/quan-tri/campaigns/{model}/{pk}/delete/"
        assert coordinator_client.post(delete, {"post": "yes"}).status_code == 403
    coordinator_client.post(plan_page(plan), {"title": "Khác", "number": "9/X", "is_public": ""})
    changed = Plan.objects.get(pk=plan.pk)
    assert (changed.number, changed.title) == (plan.number, plan.title)
    assert not changed.is_public


def test_units_are_found_without_diacritics(coordinator_client: Client) -> None:
    make_plan_722()
    for typed in ("ba dinh", "Ba Đình", "Q001"):
        page = coordinator_client.get("/quan-tri/campaigns/unit/", {"q": typed}).content.decode()
        assert "UBND quận Ba Đình" in page
        assert "UBND huyện Sóc Sơn" not in page
    page = coordinator_client.get("/quan-tri/campaigns/unit/", {"q": "«»"}).content.decode()
    assert "UBND" not in page.split('id="changelist"')[1]


def test_units_without_an_address_can_be_listed(coordinator_client: Client) -> None:
    make_unit(name="UBND xã Có", contacts=2)
    make_unit(name="UBND xã Chưa", contacts=0)
    page = coordinator_client.get("/quan-tri/campaigns/unit/", {"dia-chi": "chua"})
    assert [unit.name for unit in page.context["cl"].queryset] == ["UBND xã Chưa"]
    page = coordinator_client.get("/quan-tri/campaigns/unit/", {"dia-chi": "co"})
    assert [unit.name for unit in page.context["cl"].queryset] == ["UBND xã Có"]


def test_a_coordinator_gives_a_unit_an_address(coordinator_client: Client) -> None:
    unit = make_unit(contacts=0)
    page = f"/quan-tri/campaigns/unit/{unit.pk}/change/"
    data = {
        "code": unit.code,
        "kind": unit.kind,
        "name": "  UBND   quận\u200b Mới ",
        "short_name": "Mới",
        "contacts-TOTAL_FORMS": "1",
        "contacts-INITIAL_FORMS": "0",
        "contacts-0-email": "van-thu@moi.ha-noi.example",
        "contacts-0-is_active": "on",
        "contacts-0-delivery": "immediate",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    assert coordinator_client.post(page, data).status_code == 302
    unit.refresh_from_db()
    assert unit.name == "UBND quận Mới"
    assert unit.name_folded.startswith("ubnd quan moi")
    assert unit.contacts.get().email == "van-thu@moi.ha-noi.example"


@pytest.mark.parametrize("model", ["unit", "plan", "task", "notice"])
def test_lists_ask_the_same_number_of_queries_for_many_rows(
    coordinator_client: Client, model: str
) -> None:
    make_issued_plan_722()
    address = f"/quan-tri/campaigns/{model}/"
    coordinator_client.get(address)  # content types and the like are asked once
    with CaptureQueriesContext(connection) as queries:
        response = coordinator_client.get(address)
    assert response.status_code == 200
    assert len(queries) <= 14


def test_the_ledger_shows_each_notice_with_the_state_of_its_mail(
    coordinator_client: Client,
) -> None:
    plan = make_plan_722()
    UnitContact.objects.filter(unit__code="Q001").delete()
    data = {"fingerprint": preview_issue(plan).fingerprint}
    coordinator_client.post(issue_page(plan), data)
    ledger = "/quan-tri/campaigns/notice/"
    page = coordinator_client.get(ledger, {"thu": "khong"})
    assert [notice.unit.code for notice in page.context["cl"].queryset] == ["Q001"]
    assert "chưa có địa chỉ nhận" in page.content.decode()
    page = coordinator_client.get(ledger, {"thu": "pending"})
    assert page.context["cl"].queryset.count() == 60
    notice = Notice.objects.get(unit__code="Q016")
    page_text = coordinator_client.get(f"{ledger}{notice.pk}/change/").content.decode()
    assert "4.1 (chủ trì)" in page_text
    assert "van-thu@q016.ha-noi.example" in page_text


def test_the_ledger_is_not_written_by_hand(coordinator_client: Client) -> None:
    make_issued_plan_722()
    notice = Notice.objects.all()[0]
    page = f"/quan-tri/campaigns/notice/{notice.pk}"
    refused: list[Callable[[], int]] = [
        lambda: coordinator_client.get("/quan-tri/campaigns/notice/add/").status_code,
        lambda: coordinator_client.post(f"{page}/change/", {"words": "x"}).status_code,
        lambda: coordinator_client.post(f"{page}/delete/", {"post": "yes"}).status_code,
    ]
    assert [refuse() for refuse in refused] == [403, 403, 403]
    assert Notice.objects.count() == 61
