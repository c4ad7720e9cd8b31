"""Loading plans in the admin: the preview, the confirmation, every error on the page, and who may."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.actions.load import save_plan
from campaigns.drafting import draft_of
from campaigns.loading import plan_to_workbook, plan_to_yaml, read_plan
from campaigns.models import Plan
from hanoi_portal.errors import NotAllowed
from hanoi_portal.models import HistoryEntry, ImportRun
from hanoi_portal.roles import ROLES
from tests.campaigns.test_plan_files import UNITS, edited, make_draft, set_cell
from tests.factories import make_issued_plan_722, make_plan_722, make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/quan-tri/campaigns/plan/nap/"


def upload(content: bytes, name: str = "ke-hoach.xlsx") -> dict[str, SimpleUploadedFile]:
    """Return what the browser sends for a chosen file."""
    return {"file": SimpleUploadedFile(name, content)}


@pytest.fixture
def staff(client: Client) -> Client:
    """A coordinator's browser, where the units of the files exist."""
    make_unit(code="A", name="Sở A")
    make_unit(code="B", name="Báo B")
    return sign_in(client, make_user("coordinator"))


@pytest.mark.parametrize("form", ["xlsx", "yaml"])
def test_a_file_is_previewed_then_confirmed_then_loaded(staff: Client, form: str) -> None:
    draft = make_draft()
    content = plan_to_yaml(draft) if form == "yaml" else plan_to_workbook(draft, UNITS)
    assert "Xem trước" in staff.get(PAGE).content.decode()
    response = staff.post(PAGE, upload(content))
    page = response.content.decode()
    assert "2 giải pháp, 3 nhiệm vụ (3 mới, 0 thay đổi, 0 giữ nguyên)" in page
    assert not Plan.objects.exists()

    seen = {
        "held": response.context["held"],
        "fingerprint": response.context["preview"].fingerprint,
    }
    response = staff.post(PAGE, seen, follow=True)
    plan = Plan.objects.get()
    assert response.redirect_chain == [
        (reverse("admin:campaigns_plan_change", args=[plan.pk]), 302)
    ]
    assert "Đã nạp kế hoạch 01/KH-A: 3 nhiệm vụ mới" in response.content.decode()
    assert draft_of(plan) == draft
    entry = HistoryEntry.objects.about(plan).last()
    assert entry is not None
    assert (entry.verb, entry.via) == ("load_plan", "web")

    again = staff.post(PAGE, upload(content)).content.decode()
    assert "không có gì để thay đổi" in again
    assert "Xác nhận nạp" not in again


def test_confirming_twice_loads_once_and_after_a_change_there_is_a_new_preview(
    staff: Client,
) -> None:
    response = staff.post(PAGE, upload(plan_to_workbook(make_draft(), UNITS)))
    seen = {
        "held": response.context["held"],
        "fingerprint": response.context["preview"].fingerprint,
    }
    staff.post(PAGE, seen)
    assert staff.post(PAGE, seen).status_code == 302
    assert HistoryEntry.objects.filter(verb="load_plan").count() == 1
    ImportRun.objects.all().delete()  # confirmed from another page
    response = staff.post(PAGE, seen)
    assert response.status_code == 409
    assert "vừa thay đổi. Mời xem lại" in response.content.decode()
    assert Plan.objects.count() == 1


def test_a_bad_file_is_refused_whole_with_every_error_on_the_page(staff: Client) -> None:
    page = staff.post(PAGE, upload(edited(set_cell("Nhiệm vụ", "G2", "Z, Y")))).content.decode()
    assert "không nạp gì" in page
    assert "Trang «Nhiệm vụ», dòng 2, cột G (Chủ trì): không có đơn vị «Z»" in page
    page = staff.post(PAGE, upload(b"plan: [")).content.decode()
    assert "không đọc được theo dạng YAML" in page
    page = staff.post(PAGE, upload(b"x" * (1024 * 1024 + 1))).content.decode()
    assert "nặng hơn 1 MB" in page
    assert "bắt buộc" in staff.post(PAGE, {}).content.decode()
    assert not Plan.objects.exists()


def test_the_preview_names_each_task_and_what_of_it_changes(staff: Client) -> None:
    draft = make_draft()
    save_plan(draft, by=None)

    def change(book: Any) -> None:
        book["Nhiệm vụ"]["D3"] = "Sổ theo dõi"
        book["Nhiệm vụ"]["H3"] = "B"
        book["Nhiệm vụ"]["B4"] = "3.1"

    page = staff.post(PAGE, upload(edited(change))).content.decode()
    assert "(1 mới, 1 thay đổi, 1 giữ nguyên)" in page
    assert "<li>2. yes: sản phẩm đầu ra, nơi thực hiện</li>" in page
    assert "<li>3.1. yes</li>" in page
    assert "<li>3. yes</li>" in page
    assert "Nhiệm vụ bỏ đi (1)" in page


def test_an_issued_plan_is_shown_as_not_to_be_changed(staff: Client) -> None:
    plan = make_issued_plan_722()
    content = plan_to_yaml(draft_of(plan)).replace("Quy trình kiểm chứng".encode(), b"So")
    page = staff.post(PAGE, upload(content)).content.decode()
    assert "đã giao cho các đơn vị nên không đổi được bằng tệp" in page
    assert "Xác nhận nạp" not in page


@pytest.mark.parametrize("held", ["", "x", "a:b:c"])
def test_a_forged_confirmation_asks_for_the_file_again(staff: Client, held: str) -> None:
    page = staff.post(PAGE, {"held": held, "fingerprint": ""}).content.decode()
    assert "Xin chọn lại tệp" in page
    assert not Plan.objects.exists()


def test_what_another_person_was_shown_cannot_be_confirmed(staff: Client) -> None:
    response = staff.post(PAGE, upload(plan_to_workbook(make_draft(), UNITS)))
    seen = {
        "held": response.context["held"],
        "fingerprint": response.context["preview"].fingerprint,
    }
    other = sign_in(Client(), make_user("coordinator"))
    assert "Xin chọn lại tệp" in other.post(PAGE, seen).content.decode()


@pytest.mark.parametrize("role", [None, *ROLES])
def test_only_coordinators_load_plans(client: Client, role: str | None) -> None:
    make_unit(code="A")
    make_unit(code="B")
    user = make_user(role)
    response = sign_in(client, user).get(PAGE)
    if role == "coordinator":
        assert response.status_code == 200
        save_plan(make_draft(), by=user)
    else:
        assert response.status_code in {302, 403}
        with pytest.raises(NotAllowed):
            save_plan(make_draft(), by=user)
        assert not Plan.objects.exists()


def test_a_plan_is_downloaded_in_both_forms_and_the_template_is_offered(client: Client) -> None:
    plan = make_plan_722()
    staff = sign_in(client, make_user("coordinator"))
    codes = {code for code, _name in UNITS} | {
        each.code for each in type(plan.issuer).objects.all()
    }
    for form in ("xlsx", "yaml"):
        address = f"/quan-tri/campaigns/plan/{plan.pk}/xuat.{form}"
        assert address in staff.get(f"/quan-tri/campaigns/plan/{plan.pk}/change/").content.decode()
        response = staff.get(address)
        assert response["Content-Disposition"] == f'attachment; filename="722-kh-stttt.{form}"'
        assert read_plan(response.content, codes) == draft_of(plan)
    assert staff.get(f"/quan-tri/campaigns/plan/{plan.pk}/xuat.doc").status_code == 404
    response = staff.get("/quan-tri/campaigns/plan/mau.xlsx")
    assert response.content.startswith(b"PK")
    listing = staff.get("/quan-tri/campaigns/plan/").content.decode()
    assert PAGE in listing
    assert "/quan-tri/campaigns/plan/mau.xlsx" in listing


def test_exporting_asks_the_same_number_of_queries_however_many_tasks(client: Client) -> None:
    make_unit(code="A")
    make_unit(code="B")
    small, _result = save_plan(make_draft(), by=None)
    large = make_plan_722()
    counts = []
    for plan in (small, large):
        fresh = Plan.objects.get(pk=plan.pk)
        with CaptureQueriesContext(connection) as queries:
            draft_of(fresh)
        counts.append(len(queries))
    assert counts == [5, 5]
