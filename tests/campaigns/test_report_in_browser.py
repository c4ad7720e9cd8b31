"""Reporting in a real browser: drafts over a lost line and an ended session, files with progress, guidance, axe."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from campaigns.models import Assignment, DraftFile, Evidence, ProgressReport, ReportDraft
from hanoi_portal.models import User
from tests.factories import make_article, make_assignment, make_content, make_officer, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Đã mở hai lớp ở phường Trúc Bạch."
SAVED = "Đã lưu nháp lúc"


@pytest.fixture
def assignment() -> Assignment:
    return make_assignment()


@pytest.fixture
def officer(assignment: Assignment) -> User:
    return make_officer(assignment.unit)


def open_as(context: BrowserContext, officer: User, live_server: Any) -> None:
    """Sign the officer in, without the sign-in page."""
    cookie = sign_in(Client(), officer).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


@pytest.fixture
def context(
    browser: Browser, browser_context_args: dict[str, Any], officer: User, live_server: Any
) -> Iterator[BrowserContext]:
    """The officer's phone."""
    context = browser.new_context(**browser_context_args, viewport={"width": 360, "height": 740})
    open_as(context, officer, live_server)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, assignment: Assignment, live_server: Any) -> Page:
    """The assignment's page on the officer's phone."""
    page = context.new_page()
    page.goto(f"{live_server.url}{assignment.get_absolute_url()}")
    return page


def says(page: Page) -> Any:
    return expect(page.locator("[data-says]"))


def test_what_is_typed_is_saved_while_it_is_typed_and_sent_by_enter(page: Page) -> None:
    page.check("[name=stage][value=doing]")
    page.fill("[name=text]", WORDS)
    says(page).to_contain_text(SAVED)
    assert ReportDraft.objects.get().content == {"stage": "doing", "text": WORDS}
    page.reload()
    expect(page.locator("[name=text]")).to_have_value(WORDS)
    assert page.is_checked("[name=stage][value=doing]")
    page.fill("[name=percent]", "40")
    with page.expect_navigation():
        page.press("[name=percent]", "Enter")
    expect(page.get_by_text("Đã ghi báo cáo tiến độ.")).to_be_visible()
    assert ProgressReport.objects.get().text == WORDS
    assert not ReportDraft.objects.exists()
    expect(page.locator("[name=text]")).to_have_value("")
    assert not page.locator("[data-older]").is_visible()


def test_a_lost_line_loses_nothing(page: Page, context: BrowserContext) -> None:
    context.set_offline(True)
    page.fill("[name=text]", WORDS)
    says(page).to_contain_text("được giữ trên máy này")
    assert not ReportDraft.objects.exists()
    context.set_offline(False)
    says(page).to_contain_text(SAVED)
    assert ReportDraft.objects.get().content["text"] == WORDS


def test_an_ended_session_loses_nothing(
    page: Page, context: BrowserContext, officer: User, live_server: Any
) -> None:
    Session.objects.all().delete()
    page.fill("[name=text]", WORDS)
    says(page).to_contain_text("được giữ trên máy này")
    address = page.url
    page.reload()
    assert "/dang-nhap/" in page.url
    open_as(context, officer, live_server)
    page.goto(address)
    expect(page.locator("[name=text]")).to_have_value(WORDS)
    says(page).to_contain_text("Đã lấy lại lời viết dở trên máy này.")
    says(page).to_contain_text(SAVED)
    assert ReportDraft.objects.get().content["text"] == WORDS


def test_what_is_kept_on_the_machine_is_for_its_writer_alone_and_ends_after_a_week(
    page: Page, context: BrowserContext, assignment: Assignment, officer: User, live_server: Any
) -> None:
    context.set_offline(True)
    page.fill("[name=text]", WORDS)
    says(page).to_contain_text("được giữ trên máy này")
    context.clear_cookies()
    context.set_offline(False)
    address = page.url
    page.goto(f"{live_server.url}/healthz")
    open_as(context, make_officer(assignment.unit), live_server)
    page.goto(address)
    expect(page.locator("[name=text]")).to_have_value("")
    assert not page.locator("[data-older]").is_visible()
    aged = "for (const key in localStorage) if (key.startsWith('bao-cao:')) "
    aged += "localStorage[key] = JSON.stringify({...JSON.parse(localStorage[key]), at: 1})"
    page.evaluate(aged)
    open_as(context, officer, live_server)
    page.goto(address)
    expect(page.locator("[name=text]")).to_have_value("")
    assert page.evaluate("localStorage.length") == 0


def test_two_devices_never_overwrite_each_other_untold(
    page: Page,
    browser: Browser,
    browser_context_args: dict[str, Any],
    officer: User,
    live_server: Any,
) -> None:
    computer = browser.new_context(**browser_context_args)
    open_as(computer, officer, live_server)
    other = computer.new_page()
    other.goto(page.url)
    other.fill("[name=text]", "Từ máy tính.")
    says(other).to_contain_text(SAVED)
    page.fill("[name=text]", WORDS)
    newer = page.locator("[data-newer]")
    expect(newer).to_contain_text("Chưa ghi đè bản đó.")
    expect(newer).to_contain_text("Từ máy tính.")
    assert ReportDraft.objects.get().content["text"] == "Từ máy tính."
    page.click("[data-keep-mine]")
    says(page).to_contain_text(SAVED)
    assert ReportDraft.objects.get().content["text"] == WORDS
    other.fill("[name=text]", "Từ máy tính, thêm.")
    expect(other.locator("[data-newer]")).to_contain_text(WORDS)
    other.click("[data-take-newer]")
    expect(other.locator("[name=text]")).to_have_value(WORDS)
    computer.close()


def test_files_go_ahead_with_their_progress_and_are_sent_with_the_report(
    page: Page, tmp_path: Path
) -> None:
    files = []
    for name in ("bao-cao.pdf", "anh.png"):
        path = tmp_path / name
        path.write_bytes(make_content(path.suffix[1:]))
        files.append(path)
    bad = tmp_path / "trang.pdf"
    bad.write_text("<html>")
    page.set_input_files("[name=evidence]", [*files, bad])
    expect(page.locator("[data-kept] input:checked")).to_have_count(2)
    expect(page.locator("[data-uploads]")).to_contain_text("Không nhận tệp “trang.pdf”")
    assert DraftFile.objects.count() == 2
    page.locator("[data-kept] label", has_text="anh.png").click()
    page.check("[name=stage][value=done]")
    page.fill("[name=text]", WORDS)
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.locator(".error-summary")).to_contain_text("Không nhận tệp “trang.pdf”")
    expect(page.locator("[data-kept] input:checked")).to_have_count(1)
    expect(page.locator("[name=text]")).to_have_value(WORDS)
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Đã gửi báo cáo.")).to_be_visible()
    assert [str(each) for each in Evidence.objects.all()] == ["bao-cao.pdf"]


def test_a_report_that_is_sent_while_files_are_on_their_way_waits_for_them(
    page: Page, tmp_path: Path
) -> None:
    path = tmp_path / "bao-cao.pdf"
    path.write_bytes(make_content("pdf"))
    page.check("[name=stage][value=done]")
    page.fill("[name=text]", WORDS)
    page.route("**/nhap/tep/", lambda route: (page.wait_for_timeout(500), route.continue_()))
    page.set_input_files("[name=evidence]", path)
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Đã gửi báo cáo.")).to_be_visible()
    assert [str(each) for each in Evidence.objects.all()] == ["bao-cao.pdf"]
    assert ProgressReport.objects.count() == 1


def test_a_file_that_the_line_lost_is_sent_again_at_a_press(
    page: Page, context: BrowserContext, tmp_path: Path
) -> None:
    path = tmp_path / "bao-cao.pdf"
    path.write_bytes(make_content("pdf"))
    context.set_offline(True)
    page.set_input_files("[name=evidence]", path)
    expect(page.locator("[data-uploads]")).to_contain_text("Mất kết nối.")
    context.set_offline(False)
    page.get_by_role("button", name="Thử lại").click()
    expect(page.locator("[data-kept] input:checked")).to_have_count(1)
    expect(page.locator("[data-uploads] li")).to_have_count(0)


def test_rows_are_added_and_guidance_is_found_in_place(page: Page) -> None:
    article = make_article(title="Nghĩ trước khi chia sẻ")
    page.locator("details.more summary").click()
    page.fill("[name=cited_url]", "https://hanoimoi.vn/1")
    page.get_by_role("button", name="Thêm dòng").click()
    page.locator("[name=cited_url]").nth(1).fill("https://hanoimoi.vn/2")
    page.fill("[name=tim-bai]", "chia se")
    page.press("[name=tim-bai]", "Enter")
    page.get_by_role("checkbox", name=article.title).check()
    expect(page.locator("[data-chosen]")).to_contain_text(article.title)
    says(page).to_contain_text(SAVED)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    page.check("[name=stage][value=doing]")
    page.fill("[name=percent]", "40")
    page.fill("[name=text]", WORDS)
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Đã ghi báo cáo tiến độ.")).to_be_visible()
    report = ProgressReport.objects.get()
    assert [each.url for each in report.cited.all()] == [
        "https://hanoimoi.vn/1",
        "https://hanoimoi.vn/2",
    ]
    assert list(report.articles.all()) == [article]
