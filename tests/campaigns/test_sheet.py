"""Phiếu giao việc: the notice as a PDF laid out after Nghị định 30/2020, for whoever may see the notice."""

import io
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from campaigns import links, sheet
from campaigns.letters import render
from campaigns.models import Notice, Plan
from hanoi_portal.roles import COORDINATOR
from tests.factories import make_issued_plan_722, make_officer, make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice() -> Notice:
    make_issued_plan_722(ends_on=date(2030, 12, 31))
    rows = Notice.objects.select_related("unit", "plan__issuer__parent")
    return rows.get(unit__code="Q001")


def words(content: bytes) -> str:
    """Return the text of a PDF, its white space folded."""
    reader = PdfReader(io.BytesIO(content))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_it_says_what_the_letter_says_under_the_two_heads(notice: Notice) -> None:
    text = words(sheet.make_sheet(notice, date(2030, 4, 5)))
    expected = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
        "Hà Nội, ngày 05 tháng 04 năm 2030",
        "PHIẾU GIAO VIỆC",
        "Kính gửi: UBND quận Ba Đình.",
        "Căn cứ Kế hoạch số 07/KH-UBND ngày 05/01/2018;",
        "31/12/2030",
        "(sản phẩm giả định)",
        "Nơi nhận:",
    ]
    assert [line for line in expected if line not in text] == []
    assert re.findall(r"\b([14]\.\d)\b", text) == ["4.1", "4.2", "4.3", "1.3"]


def test_it_is_a4_with_the_margins_of_the_decree(notice: Notice) -> None:
    page = PdfReader(io.BytesIO(sheet.make_sheet(notice))).pages[0]
    millimetres = [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]]
    assert millimetres == [210, 297]


def test_nothing_that_people_wrote_is_fetched_or_becomes_markup(notice: Notice) -> None:
    title = '<img src="http://127.0.0.1:1/x"><b>Việc</b>'
    notice.assignments.get(task__code="4.1").task.plan.tasks.update(title=title)
    assert "<b>Việc</b>" in words(sheet.make_sheet(notice))


def test_the_letter_leads_to_it_and_its_link_opens_it(notice: Notice) -> None:
    address = f"{links.path_of(notice)}phieu-giao-viec.pdf"
    assert address in render(notice.pk).text
    assert address in render(notice.pk).html
    answer = Client().get(address)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "phieu-giao-viec-722-kh-stttt-q001.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "lien-ket" not in words(answer.content)
    Plan.objects.update(has_links=False)
    assert Client().get(address).status_code == 410


def test_officers_of_the_unit_and_staff_get_it_and_others_do_not(notice: Notice) -> None:
    address = reverse("notice-sheet", args=[notice.pk])
    asked = {
        Client().get(address).status_code,
        sign_in(Client(), make_officer(make_unit())).get(address).status_code,
    }
    assert asked == {302, 404}
    for user in (make_officer(notice.unit), make_user(COORDINATOR)):
        assert sign_in(Client(), user).get(address).status_code == 200


def test_the_partys_offices_are_given_no_work_so_no_sheet(notice: Notice) -> None:
    asked = Notice.objects.select_related("unit", "plan").get(unit__code="BTGTU")
    assert "phieu-giao-viec" not in render(asked.pk).text
    assert Client().get(f"{links.path_of(asked)}phieu-giao-viec.pdf").status_code == 404


def test_without_pango_no_page_offers_it(notice: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "is_available", lambda: False)
    assert "phieu-giao-viec" not in render(notice.pk).text
    assert "phieu-giao-viec" not in Client().get(links.path_of(notice)).content.decode()
    address = f"{links.path_of(notice)}phieu-giao-viec.pdf"
    assert Client().get(address).status_code == 404


def test_answers_go_to_the_person_in_charge_and_a_plans_letters_are_gathered(
    notice: Notice,
) -> None:
    mail = render(notice.pk)
    assert notice.plan.issued_by is not None
    assert mail.headers["Reply-To"] == notice.plan.issued_by.email
    assert mail.headers["List-Id"] == "<722-kh-stttt.localhost>"
    assert "thư trả lời sẽ tới người phụ trách" in mail.text
