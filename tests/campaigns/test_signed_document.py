"""The signed document of a plan: kept by who may, judged by content, given to everybody while the plan is public."""

from typing import Any

import pytest
from django.test import Client

from campaigns.actions.attach_document import attach_document
from campaigns.models import Plan
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, StoredFile
from hanoi_portal.roles import ROLES
from hanoi_portal.uploads import check
from tests.factories import make_content, make_task, make_upload, make_user, sign_in

pytestmark = pytest.mark.django_db


def send(client: Client, plan: Plan, upload: Any = None, **values: str) -> Any:
    """Send the admin's form of a plan as a browser does."""
    data: dict[str, Any] = {"is_public": "on", "has_links": "on", **values}
    if upload is not None:
        data["signed"] = upload
    return client.post(f"/quan-tri/campaigns/plan/{plan.pk}/change/", data)


def test_a_coordinator_keeps_the_document_and_everybody_downloads_it(client: Client) -> None:
    plan = make_task().plan
    page = plan.get_absolute_url()
    assert "Tải văn bản đã ký" not in client.get(page).content.decode()
    assert client.get(plan.get_document_url()).status_code == 404
    staff = sign_in(Client(), make_user("coordinator"))
    assert send(staff, plan, make_upload("pdf", "Kế hoạch 722.pdf")).status_code == 302

    assert plan.get_document_url() in client.get(page).content.decode()
    response = client.get(plan.get_document_url())
    assert b"".join(response) == make_content("pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    entry = HistoryEntry.objects.about(plan).last()
    assert entry is not None
    assert (entry.verb, entry.data["file"]) == ("attach_document", "Kế hoạch 722.pdf")
    assert client.post(plan.get_document_url()).status_code == 405


def test_the_document_of_a_plan_that_is_not_public_is_nobodys(client: Client) -> None:
    plan = make_task().plan
    attach_document(plan, check(make_upload("pdf")), by=make_user("coordinator"))
    Plan.objects.update(is_public=False)
    assert client.get(plan.get_document_url()).status_code == 404
    staff = sign_in(Client(), make_user("coordinator"))
    page = staff.get(f"/quan-tri/campaigns/plan/{plan.pk}/change/").content.decode()
    assert "minh-chung.pdf" in page
    assert plan.get_document_url() not in page


@pytest.mark.parametrize("kind", ["docx", "png", "exe"])
def test_what_is_no_pdf_is_refused_beside_the_field_whatever_its_name(kind: str) -> None:
    plan = make_task().plan
    staff = sign_in(Client(), make_user("coordinator"))
    content = b"MZ not a document" if kind == "exe" else make_content(kind)
    response = send(staff, plan, make_upload("pdf", "van-ban.pdf", content))
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["signed"]
    assert not StoredFile.objects.exists()


def test_another_document_takes_the_place_of_the_first_and_the_history_names_both() -> None:
    plan = make_task().plan
    person = make_user("coordinator")
    first = attach_document(plan, check(make_upload("pdf")), by=person)
    longer = make_content("pdf") + b"%%EOF\n"
    second = attach_document(plan, check(make_upload("pdf", content=longer)), by=person)
    plan.refresh_from_db()
    assert plan.document == second
    entry = HistoryEntry.objects.about(plan).last()
    assert entry is not None
    assert (entry.data["sha256"], entry.data["instead_of"]) == (second.sha256, first.sha256)


def test_who_comes_second_is_told_and_leaves_nothing_behind() -> None:
    plan = make_task().plan
    person = make_user("coordinator")
    late = Plan.objects.get(pk=plan.pk)
    kept = attach_document(plan, check(make_upload("pdf")), by=person)
    with pytest.raises(StaleState):
        attach_document(late, check(make_upload("pdf")), by=person)
    assert list(StoredFile.objects.all()) == [kept]


@pytest.mark.parametrize("role", [None, *ROLES])
def test_only_coordinators_keep_documents(role: str | None) -> None:
    plan = make_task().plan
    user = make_user(role)
    if role == "coordinator":
        attach_document(plan, check(make_upload("pdf")), by=user)
        with pytest.raises(DomainError, match="phải là tệp PDF"):
            attach_document(plan, check(make_upload("png")), by=user)
    else:
        with pytest.raises(NotAllowed):
            attach_document(plan, check(make_upload("pdf")), by=user)
        assert not StoredFile.objects.exists()
