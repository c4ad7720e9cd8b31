"""What the Sở shows to everybody: chosen piece by piece, taken back at once, never more than was chosen."""

import csv
import io
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.actions.progress import Beside, report_progress, return_report
from campaigns.actions.publish_evidence import hide_evidence, publish_evidence
from campaigns.models import Assignment, CitedPage, Evidence, Plan
from campaigns.report_fields import Cited
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry
from hanoi_portal.roles import COORDINATOR, ROLES
from hanoi_portal.uploads import check
from tests.factories import make_assignment, make_officer, make_upload, make_user, sign_in

pytestmark = pytest.mark.django_db
ARTICLE = "https://hanoimoi.example/giu-nep"


@pytest.fixture
def assignment() -> Assignment:
    """A finished piece of work with two files and one article."""
    assignment = make_assignment()
    report_progress(
        assignment,
        by=make_officer(assignment.unit),
        is_final=True,
        percent=100,
        text="Xong.",
        files=[
            check(make_upload("pdf", "Kế hoạch lớp học.pdf")),
            check(make_upload("png", "Danh sách.png")),
        ],
        beside=Beside(cited=[Cited(ARTICLE, "Giữ nếp thanh lịch")]),
    )
    return assignment


@pytest.fixture
def coordinator() -> Any:
    return make_user(COORDINATOR)


def pages(assignment: Assignment) -> list[str]:
    """Return the public pages that may show its evidence."""
    plan = assignment.task.plan.get_absolute_url()
    return [plan, f"{plan}don-vi/{assignment.unit.code}/"]


def public_path(item: Evidence) -> str:
    return item.get_public_url(item.report.assignment.task.plan.slug)


def test_nothing_is_public_until_it_is_chosen_and_then_only_that(
    client: Client, assignment: Assignment, coordinator: Any
) -> None:
    chosen, other = Evidence.objects.all()
    names = ("Kế hoạch lớp học.pdf", "Danh sách.png", ARTICLE)
    for path in pages(assignment):
        page = client.get(path).content.decode()
        assert not [name for name in names if name in page]
    assert client.get(public_path(chosen)).status_code == 404
    assert publish_evidence(chosen, by=coordinator)
    assert publish_evidence(CitedPage.objects.get(), by=coordinator)
    for path in pages(assignment):
        page = client.get(path).content.decode()
        assert f'href="{public_path(chosen)}"' in page
        assert f'href="{ARTICLE}" rel="noreferrer nofollow">Giữ nếp thanh lịch' in page
        assert "Danh sách.png" not in page
    answer = client.get(public_path(chosen))
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert client.get(public_path(other)).status_code == 404
    assert (
        client.get(chosen.get_absolute_url()).status_code == 302
    )  # the desk's address asks to sign in


def test_taking_it_back_works_at_once_and_both_are_in_the_history(
    client: Client, assignment: Assignment, coordinator: Any
) -> None:
    item = Evidence.objects.all()[0]
    assert [publish_evidence(item, by=coordinator) for _ in range(2)] == [True, False]
    assert [hide_evidence(item, by=coordinator) for _ in range(2)] == [True, False]
    assert client.get(public_path(item)).status_code == 404
    for path in pages(assignment):
        assert "Kế hoạch lớp học.pdf" not in client.get(path).content.decode()
    entries = HistoryEntry.objects.filter(verb__in=["publish_evidence", "hide_evidence"])
    assert [(each.verb, each.actor, each.note) for each in entries.order_by("pk")] == [
        ("publish_evidence", coordinator, "Kế hoạch lớp học.pdf"),
        ("hide_evidence", coordinator, "Kế hoạch lớp học.pdf"),
    ]


@pytest.mark.parametrize("role", [None, *ROLES, "own officer"])
def test_who_may_choose(role: str | None, assignment: Assignment) -> None:
    own = role == "own officer"
    person = make_officer(assignment.unit) if own else make_user(role)
    item = Evidence.objects.all()[0]
    if role == COORDINATOR:
        assert publish_evidence(item, by=person)
        assert hide_evidence(item, by=person)
        return
    for act in (publish_evidence, hide_evidence):
        with pytest.raises(NotAllowed):
            act(item, by=person)
    assert not Evidence.objects.exclude(published_at=None).exists()


def test_what_is_returned_recalled_or_of_a_hidden_plan_is_not_shown(
    client: Client, assignment: Assignment, coordinator: Any
) -> None:
    item = Evidence.objects.all()[0]
    publish_evidence(item, by=coordinator)
    rows = Assignment.objects.filter(pk=assignment.pk)
    plans = Plan.objects.filter(pk=assignment.task.plan_id)
    plans.update(is_public=False)
    assert client.get(public_path(item)).status_code == 404
    plans.update(is_public=True)
    rows.update(state=Assignment.State.RECALLED)
    assert client.get(public_path(item)).status_code == 404
    item.refresh_from_db()
    with pytest.raises(StaleState, match="thu hồi"):
        publish_evidence(item, by=coordinator)
    rows.update(state=Assignment.State.REPORTED)
    assert b"".join(client.get(public_path(item)).streaming_content)  # type: ignore[attr-defined]
    return_report(Assignment.objects.get(), by=coordinator, reason="Thiếu số liệu.")
    assert client.get(public_path(item)).status_code == 404
    with pytest.raises(StaleState, match="trả lại"):
        publish_evidence(Evidence.objects.all()[1], by=coordinator)


def test_the_address_of_another_plan_opens_nothing(
    client: Client, assignment: Assignment, coordinator: Any
) -> None:
    item = Evidence.objects.all()[0]
    publish_evidence(item, by=coordinator)
    elsewhere = make_assignment().task.plan
    assert client.get(item.get_public_url(elsewhere.slug)).status_code == 404


def test_the_coordinator_chooses_with_a_button_beside_each_piece(
    client: Client, assignment: Assignment, coordinator: Any
) -> None:
    sign_in(client, coordinator)
    review = reverse("admin:campaigns_assignment_change", args=[assignment.pk])
    for kind, item in (("tep", Evidence.objects.all()[0]), ("trang", CitedPage.objects.get())):
        address = (
            f"/quan-tri/campaigns/assignment/{assignment.pk}/minh-chung/{kind}/{item.pk}/cong-khai/"
        )
        assert f'action="{address}"' in client.get(review).content.decode()
        page = client.post(address, {"cong-khai": "1"}, follow=True).content.decode()
        assert f"Đã công khai “{item}”." in page
        assert "Thôi công khai" in page
        page = client.post(address, {"cong-khai": "0"}, follow=True).content.decode()
        assert f"Đã thôi công khai “{item}”." in page
        other = address.replace(f"/{assignment.pk}/minh-chung", "/999999/minh-chung")
        assert client.post(other, {"cong-khai": "1"}).status_code == 404
    odd = address.replace("/trang/", "/khac/")
    assert client.post(odd, {"cong-khai": "1"}).status_code == 404


def test_the_unit_sees_what_is_public_but_no_button(
    client: Client, assignment: Assignment, coordinator: Any
) -> None:
    publish_evidence(Evidence.objects.all()[0], by=coordinator)
    sign_in(client, make_officer(assignment.unit))
    page = client.get(assignment.get_absolute_url()).content.decode()
    assert "Công khai</span>" in page
    assert "cong-khai/" not in page


def test_the_file_of_the_unit_lists_where_public_evidence_lies(
    client: Client, assignment: Assignment, coordinator: Any
) -> None:
    item = Evidence.objects.all()[0]
    publish_evidence(item, by=coordinator)
    publish_evidence(CitedPage.objects.get(), by=coordinator)
    answer = client.get(f"{pages(assignment)[1]}du-lieu.csv")
    row = dict(zip(*csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))), strict=True))
    assert row["Minh chứng công khai"].split("\n") == [
        ARTICLE,  # the latest chosen first
        f"{settings.SITE_URL}{public_path(item)}",
    ]


def test_public_pages_ask_no_query_for_each_piece(
    client: Client, assignment: Assignment, coordinator: Any
) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    first, second = Evidence.objects.all()
    publish_evidence(first, by=coordinator)
    publish_evidence(CitedPage.objects.get(), by=coordinator)
    few = [queries(path) for path in pages(assignment)]
    publish_evidence(second, by=coordinator)
    assert [queries(path) for path in pages(assignment)] == few
    assert max(few) <= 12
