"""What a report says beside words and files: the indicator, difficulties, pages published elsewhere, guidance used."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns import links
from campaigns.models import Assignment, CitedPage, Notice, ProgressReport, Unit
from campaigns.notices import notice_key, tell
from campaigns.report_fields import MOST_PAGES, VietnameseDecimalField
from guidance.models import Article
from hanoi_portal.models import HistoryEntry
from tests.factories import (
    make_article,
    make_assignment,
    make_officer,
    make_task,
    make_unit,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment() -> Assignment:
    task = make_task(indicator_name="Số lớp tập huấn", indicator_unit="lớp", indicator_target=12)
    return make_assignment(task=task)


@pytest.fixture(params=["desk", "link"])
def seat(request: Any, client: Client, assignment: Assignment) -> tuple[Client, str]:
    """Somebody who may report, and the address of the page, on the desk and behind the letter's link."""
    if request.param == "desk":
        sign_in(client, make_officer(assignment.unit))
        return client, assignment.get_absolute_url()
    plan = assignment.task.plan
    notice = tell(
        unit=assignment.unit,
        plan=plan,
        event=Notice.Event.ISSUED,
        assignments=[assignment],
        unique_key=notice_key("issued", plan, assignment.unit),
    )
    return client, links.path_of(notice, assignment)


def form(**values: Any) -> dict[str, Any]:
    return {"seen": "0", "stage": "doing", "percent": "40", "text": "Đã họp.", **values}


def cited(*rows: tuple[str, str, str]) -> dict[str, list[str]]:
    """Return rows of title, address and day as a browser sends them."""
    names = ("cited_title", "cited_url", "cited_day")
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def test_everything_is_written_and_shown_to_the_unit_and_to_the_coordinator(
    seat: tuple[Client, str], assignment: Assignment
) -> None:
    client, path = seat
    article = make_article(title="Nghĩ trước khi chia sẻ")
    pages = cited(
        ("Giữ nếp thanh lịch", "https://hanoimoi.vn/giu-nep", "2026-05-02"),
        ("", "hanoimoi.vn/bai-hai", "03/05/2026"),
        ("", "", ""),
    )
    more = {"indicator": "7,5", "difficulties": "Thiếu giảng viên.", "articles": [article.slug]}
    client.post(path, form(**more, **pages))
    report = ProgressReport.objects.get()
    assert report.indicator_value == Decimal("7.5")
    assert list(report.articles.all()) == [article]
    coordinator = sign_in(Client(), make_user("coordinator"))
    review = reverse("admin:campaigns_assignment_change", args=[assignment.pk])
    for reader, where in ((client, path), (coordinator, review)):
        page = reader.get(where).content.decode()
        for said in (
            "Số lớp tập huấn: 7,5 lớp (cần đạt 12)",
            "Thiếu giảng viên.",
            'href="https://hanoimoi.vn/giu-nep" rel="noreferrer nofollow">Giữ nếp thanh lịch',
            "02/05/2026",
            'href="https://hanoimoi.vn/bai-hai" rel="noreferrer nofollow">https://hanoimoi.vn/bai-hai',
            "03/05/2026",
            "Nghĩ trước khi chia sẻ",
        ):
            assert said in page, said
    entry = HistoryEntry.objects.get(verb="report_progress")
    assert entry.data["cited"] == 2


def test_the_indicator_is_asked_only_where_the_task_has_one(client: Client) -> None:
    plain = make_assignment()
    sign_in(client, make_officer(plain.unit))
    path = plain.get_absolute_url()
    assert 'name="indicator"' not in client.get(path).content.decode()
    client.post(path, form(indicator="7"))
    assert ProgressReport.objects.get().indicator_value is None


def test_the_form_says_what_the_indicator_asks_for(
    seat: tuple[Client, str], assignment: Assignment
) -> None:
    client, path = seat
    page = client.get(path).content.decode()
    assert "Số lớp tập huấn" in page
    assert "Cần đạt 12 lớp." in page


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1250", "1250"),
        ("1.250", "1250"),
        ("1.250.000,5", "1250000.5"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1 250", "1250"),
        ("0", "0"),
        ("", None),
        ("\u200b", None),
    ],
)
def test_numbers_are_read_as_vietnamese_write_them(typed: str, number: str | None) -> None:
    field = VietnameseDecimalField(required=False)
    assert field.clean(typed) == (None if number is None else Decimal(number))


@pytest.mark.parametrize("typed", ["nhiều", "-1", "1e5", "NaN", "١٢", "1,2,3", "9" * 20, "1,234"])
def test_what_is_no_number_is_refused_beside_the_field(
    seat: tuple[Client, str], typed: str
) -> None:
    client, path = seat
    page = client.post(path, form(indicator=typed)).content.decode()
    assert 'id="id_indicator_error"' in page
    assert f'value="{typed}"' in page
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("Bài", "", ""), "Dòng 1: xin ghi địa chỉ của bài."),
        (("", "javascript:alert(1)", ""), "Dòng 1: địa chỉ phải có dạng https://…"),
        (("", "http://", ""), "Dòng 1: địa chỉ phải có dạng https://…"),
        (("", "https://[::1", ""), "Dòng 1: địa chỉ phải có dạng https://…"),
        (("", "https://a.vn/" + "a" * 600, ""), "Dòng 1: địa chỉ phải có dạng https://…"),
        (("", "https://a.vn", "hôm qua"), "Dòng 1: xin ghi ngày đúng dạng 31/12/2018."),
        (("", "https://a.vn", "02/05/0026"), "Dòng 1: xin xem lại năm của ngày đăng."),
    ],
)
def test_a_wrong_row_is_named_by_its_number_and_stays(
    seat: tuple[Client, str], row: tuple[str, str, str], said: str
) -> None:
    client, path = seat
    good = ("Bài hay", "https://hanoimoi.vn/bai-hay", "")
    page = client.post(path, form(**cited(row, good))).content.decode()
    assert said in page
    assert "https://hanoimoi.vn/bai-hay" in page
    assert '<details class="more" open>' in page
    assert not CitedPage.objects.exists()


def test_a_day_to_come_is_refused(seat: tuple[Client, str]) -> None:
    client, path = seat
    tomorrow = timezone.localdate() + timedelta(days=1)
    page = client.post(path, form(**cited(("", "https://a.vn", f"{tomorrow}")))).content.decode()
    assert "ngày đăng không thể sau hôm nay" in page


def test_too_many_rows_are_refused_and_the_same_page_twice_is_one(
    seat: tuple[Client, str],
) -> None:
    client, path = seat
    rows = [("", f"https://a.vn/{number}", "") for number in range(MOST_PAGES + 1)]
    page = client.post(path, form(**cited(*rows))).content.decode()
    assert "Xin ghi tối đa 30 bài, trang; đang có 31." in page
    client.post(path, form(**cited(rows[0], rows[0], rows[1])))
    assert CitedPage.objects.count() == 2


# --- guidance -----------------------------------------------------------------------------------
def test_guidance_is_found_without_javascript_and_nothing_typed_is_lost(
    seat: tuple[Client, str],
) -> None:
    client, path = seat
    chosen, found = (
        make_article(title="Ứng xử trên mạng"),
        make_article(title="Ứng xử nơi công cộng"),
    )
    sent = form(**{"tim-bai": "ung xu", "tim": "1", "articles": [chosen.slug]})
    page = client.post(path, sent).content.decode()
    assert "Đã họp.</textarea>" in page
    assert f'value="{chosen.slug}" checked' in page
    assert f'value="{found.slug}"> ' in page
    assert page.count(f'value="{chosen.slug}"') == 1
    assert not ProgressReport.objects.exists()
    nothing = client.post(path, form(**{"tim-bai": "zzqx", "tim": "1"})).content.decode()
    assert "Không tìm thấy bài nào khác" in nothing


def test_only_published_guidance_is_offered_and_taken(seat: tuple[Client, str]) -> None:
    client, path = seat
    draft = make_article(title="Ứng xử còn dở", state=Article.State.DRAFT)
    assert draft.title not in client.get("/can-bo/tim-bai/?q=ung+xu").content.decode()
    client.post(path, form(articles=[draft.slug, "khong-co", "\u200b"]))
    assert not ProgressReport.objects.get().articles.exists()


def test_too_many_articles_are_refused(seat: tuple[Client, str]) -> None:
    client, path = seat
    page = client.post(path, form(articles=[f"bai-{n}" for n in range(30)])).content.decode()
    assert "Xin chọn tối đa 20 bài; đang có 30." in page


def test_looking_for_guidance_gives_boxes_to_tick(client: Client) -> None:
    articles = [make_article(title=f"Mật khẩu mạnh, bài {n}") for n in range(3)]
    page = client.get("/can-bo/tim-bai/?q=mat+khau").content.decode()
    assert set(re.findall(r'name="articles" value="([^"]+)"', page)) == {
        each.slug for each in articles
    }
    for odd in ("", "?q=", "?q=%F0%9F%98%80", "?q=" + "a" * 5000):
        assert client.get(f"/can-bo/tim-bai/{odd}").status_code == 200


# --- press, and many reports --------------------------------------------------------------------
def test_a_press_agency_finds_rows_for_its_series_open(client: Client) -> None:
    press = make_unit(Unit.Kind.PRESS)
    assignment = make_assignment(press)
    sign_in(client, make_officer(press, "press_officer"))
    page = client.get(assignment.get_absolute_url()).content.decode()
    assert "Các bài của tuyến bài" in page
    assert '<details class="more" open>' in page
    assert page.count('name="cited_url"') == 3


def test_the_page_asks_as_few_queries_for_many_reports_as_for_one(
    client: Client, assignment: Assignment
) -> None:
    sign_in(client, make_officer(assignment.unit))
    path = assignment.get_absolute_url()
    article = make_article()

    def report() -> None:
        assignment.refresh_from_db()
        sent = form(seen=assignment.version, articles=[article.slug], indicator="3")
        answer = client.post(path, sent | cited(("Bài", "https://a.vn/1", "")))
        assert answer.status_code == 302

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    report()
    client.get(path)  # says that it was written
    few = queries()
    for _ in range(5):
        report()
    client.get(path)
    assert queries() == few


def test_a_commune_s_report_is_shown_whole_to_the_district_that_decides(
    client: Client, assignment: Assignment
) -> None:
    district = make_unit()
    above = make_assignment(district, task=assignment.task, state=Assignment.State.IN_PROGRESS)
    Assignment.objects.filter(pk=assignment.pk).update(parent=above)
    assignment.refresh_from_db()
    sign_in(client, make_officer(assignment.unit))
    sent = form(stage="done", indicator="3", difficulties="Thiếu người.")
    client.post(assignment.get_absolute_url(), sent | cited(("Bài", "https://a.vn/1", "")))
    sign_in(client, make_officer(district))
    page = client.get(f"{assignment.get_absolute_url()}xet-duyet/").content.decode()
    for said in (
        "Số lớp tập huấn: 3 lớp",
        "Thiếu người.",
        "https://a.vn/1",
        "1 bài, trang đã đăng",
    ):
        assert said in page, said
    assert "cong-khai/" not in page
