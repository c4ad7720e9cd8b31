"""The main job, once, from end to end: a plan is issued, told, reported and accepted; a citizen comments.

Twice: in Chromium against whole processes on PostgreSQL, Redis and SMTP; and, without a browser, through the pages
on the embedded default. What a page shows is asked for by its words, as the person in front of it would.
"""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings

from campaigns.models import Assignment, Unit
from hanoi_portal import outbox
from hanoi_portal.models import HistoryEntry
from tests.factories import (
    fill_comment,
    make_article,
    make_officer,
    make_plan_722,
    make_user,
    sign_in,
)
from tests.harness.fixtures import StartPortal
from tests.harness.portal import Portal, wait_for

PLAN = "/ke-hoach/722-kh-stttt/"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WORDS = "Đã tổ chức hai hội nghị, 140 cán bộ dự."


def new_person(browser: Browser, portal: Portal, username: str | None = None) -> Page:
    """Return a page of somebody with a browser of their own, signed in or a citizen."""
    page = browser.new_context(
        base_url=portal.base_url,
        locale="vi-VN",
        viewport={"width": 412, "height": 900},
        # With JavaScript the browser answers the human check by itself; the citizen here types the picture's code.
        java_script_enabled=username is not None,
    ).new_page()
    if username is not None:
        password = next(word for name, word, _role in portal.accounts() if name == username)
        page.goto("/dang-nhap/")
        page.fill("[name=login]", username)
        page.fill("[name=password]", password)
        page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url(lambda url: "/dang-nhap/" not in url)
    return page


def ask_portal(portal: Portal, code: str) -> str:
    """Return what a line of Python prints inside the portal: for what only its own database knows."""
    return portal.manage("shell", "-v0", "-c", code).stdout.strip()


@pytest.mark.services
@pytest.mark.timeout(300)
def test_plan_722_runs_end_to_end_in_a_browser(
    browser: Browser, start_portal: StartPortal, tmp_path: Path
) -> None:
    portal = start_portal("services")
    citizen = new_person(browser, portal)
    citizen.goto(PLAN)
    expect(citizen.get_by_role("main")).to_contain_text("hưa giao")

    issue_in_the_browser(new_person(browser, portal, "dieu-phoi"))
    mails = wait_for(lambda: portal.mails() if len(portal.mails()) == 61 else [], within=60)
    assert len({str(mail["Message-ID"]) for mail in mails}) == 61
    told = next(mail for mail in mails if "Ba Đình" in str(mail["Subject"]))
    body = told.get_body(("plain",))
    assert body is not None
    assert f"{portal.base_url.replace('127.0.0.1', 'localhost')}/can-bo/" in body.get_content()

    officer = new_person(browser, portal, "can-bo-ba-dinh")
    report_in_the_browser(officer, portal, tmp_path)
    decide_in_the_browser(new_person(browser, portal, "dieu-phoi"), portal)
    wait_for(lambda: len(portal.mails()) == 62, within=30)
    assert "Ba Đình" in str(portal.mails()[-1]["Subject"])

    citizen.goto(PLAN)
    expect(citizen.get_by_role("main")).to_contain_text("1/167")
    assert citizen.context.cookies() == []
    comment_in_the_browser(citizen, new_person(browser, portal, "kiem-duyet"), portal)


def issue_in_the_browser(coordinator: Page) -> None:
    """See the preview, confirm it, and find that there is nothing left to issue."""
    coordinator.goto("/quan-tri/campaigns/plan/")
    coordinator.get_by_role("link", name="722/KH-STTTT").click()
    coordinator.get_by_role("link", name="Xem trước và giao").click()
    expect(coordinator.locator("#content-main")).to_contain_text(
        "167 phân công chủ trì, 47 phân công phối hợp, 61 đơn vị được thông báo."
    )
    coordinator.get_by_role("button", name="Xác nhận giao cho 61 đơn vị").click()
    expect(coordinator.locator(".messagelist")).to_contain_text("61")


def report_in_the_browser(officer: Page, portal: Portal, folder: Path) -> None:
    """Find the district's four assignments and nobody else's; acknowledge them; report one as done."""
    officer.goto("/can-bo/")
    links = officer.locator("main a[href^='/can-bo/phan-cong/']")
    expect(links).to_have_count(4)
    others = "unit__code='Q016'"
    other = ask_portal(
        portal,
        "from campaigns.models import Assignment;"
        f"print(Assignment.objects.filter({others}).first().get_absolute_url())",
    )
    answer = officer.goto(other)
    assert answer is not None
    assert answer.status == 404
    officer.goto("/can-bo/")
    officer.get_by_role("button", name="Tiếp nhận các việc đã chọn").click()
    expect(officer.get_by_role("main")).not_to_contain_text("chưa tiếp nhận")
    officer.get_by_role("link", name=re.compile("Tuyên truyền, vận động cán bộ")).click()
    officer.get_by_label(re.compile("Đã hoàn thành")).check()
    officer.fill("[name=text]", WORDS)
    file = folder / "Báo cáo hội nghị.pdf"
    file.write_bytes(b"<html>not a report</html>")
    officer.set_input_files("input[type=file]", file)
    officer.get_by_role("button", name="Gửi báo cáo").click()
    expect(officer.locator(".error-summary")).to_be_visible()
    expect(officer.locator("[name=text]")).to_have_value(WORDS)
    file.write_bytes(PDF)
    officer.set_input_files("input[type=file]", file)
    officer.get_by_role("button", name="Gửi báo cáo").click()
    expect(officer.get_by_role("main")).to_contain_text("chờ duyệt")


def decide_in_the_browser(coordinator: Page, portal: Portal) -> None:
    """Read the district's report and its evidence; accept it."""
    coordinator.goto("/quan-tri/campaigns/assignment/?state__exact=reported")
    coordinator.locator("#result_list tbody a").first.click()
    expect(coordinator.locator("#content-main")).to_contain_text(WORDS)
    evidence = coordinator.get_by_role("link", name="Báo cáo hội nghị.pdf").get_attribute("href")
    answer = coordinator.request.get(f"{portal.base_url}{evidence}")
    assert answer.body() == PDF
    assert "attachment" in answer.headers["content-disposition"]
    assert portal.status(str(evidence)) in {
        200,
        404,
    }  # a stranger is led to sign in, or told nothing
    assert PDF.decode() not in portal.get("/dang-nhap/")
    coordinator.get_by_role("button", name="Duyệt hoàn thành").click()
    expect(coordinator.locator("#content-main, .messagelist").first).to_be_visible()


def comment_in_the_browser(citizen: Page, moderator: Page, portal: Portal) -> None:
    """Read the city's article, comment, be told what happens next; see the comment once it is published."""
    citizen.goto("/huong-dan/")
    citizen.get_by_role("link", name=re.compile("Triển khai các giải pháp")).click()
    expect(citizen.get_by_role("main")).to_contain_text("14:20 14/04/2018")
    expect(citizen.get_by_role("main")).to_contain_text("Lê Hải")
    article = citizen.url
    citizen.get_by_role("link", name="Viết bình luận").click()
    citizen.get_by_label("Họ tên").fill("Nguyễn Thị Hoa Sữa")
    citizen.get_by_label("Tiêu đề").fill("Một ý kiến")
    citizen.locator("[name=content]").fill("Mong phường tôi sớm có lớp tập huấn.")
    citizen.fill("[name=captcha_1]", "00000")
    citizen.get_by_role("button", name="Gửi bình luận").last.click()
    expect(citizen.locator(".error-summary")).to_be_visible()
    expect(citizen.locator("[name=content]")).to_have_value("Mong phường tôi sớm có lớp tập huấn.")
    key = citizen.input_value("[name=captcha_0]")
    answer = ask_portal(
        portal,
        "from captcha.models import CaptchaStore;"
        f"print(CaptchaStore.objects.get(hashkey='{key}').response)",
    )
    citizen.fill("[name=captcha_1]", answer)
    citizen.get_by_role("button", name="Gửi bình luận").last.click()
    citizen.wait_for_url("**/binh-luan/da-gui/")
    receipt = citizen.locator(".receipt").inner_text()
    assert receipt not in citizen.url
    assert all(receipt not in str(cookie["value"]) for cookie in citizen.context.cookies())

    moderator.goto("/quan-tri/comments/comment/")
    moderator.get_by_role("link", name="Một ý kiến").click()
    moderator.get_by_role("button", name="Đăng bình luận").click()
    expect(moderator.locator(".messagelist")).to_contain_text("Đã đăng bình luận.")
    citizen.goto(article)
    expect(citizen.get_by_role("main")).to_contain_text("Mong phường tôi sớm có lớp tập huấn.")
    citizen.goto("/binh-luan/tra-cuu/")
    citizen.fill("[name=code]", receipt)
    citizen.get_by_role("main").get_by_role("button").last.click()
    expect(citizen.get_by_role("main")).to_contain_text("đăng")


@pytest.mark.django_db(transaction=True)
def test_plan_722_runs_end_to_end_through_the_pages(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "hanoi_portal.mail_backends.FileBackend"
    settings.MAIL_FOLDER = tmp_path / "mail"
    plan = make_plan_722()
    ba_dinh = Unit.objects.get(code="Q001")
    officer = sign_in(Client(), make_officer(ba_dinh))
    coordinator = sign_in(Client(), make_user("coordinator"))
    assert "hưa giao" in client.get(PLAN).content.decode()

    issue_page = f"/quan-tri/campaigns/plan/{plan.pk}/giao/"
    preview = coordinator.get(issue_page).content.decode()
    assert "167 phân công chủ trì, 47 phân công phối hợp, 61 đơn vị được thông báo." in preview
    fingerprint = re.search(r'name="fingerprint" value="([^"]+)"', preview)
    assert fingerprint
    for _twice in range(2):
        coordinator.post(issue_page, {"fingerprint": fingerprint[1]})
    assert Assignment.objects.filter(role="lead").count() == 167
    assert Assignment.objects.count() == 167 + 47

    outbox.deliver_due()
    assert len(list(settings.MAIL_FOLDER.glob("*.eml"))) == 61

    desk = officer.get("/can-bo/").content.decode()
    assert len(set(re.findall(r"/can-bo/phan-cong/\d+/\"", desk))) == 4
    mine = Assignment.objects.get(unit=ba_dinh, task__code="4.1")
    other = Assignment.objects.exclude(unit=ba_dinh).first()
    assert other is not None
    assert officer.get(other.get_absolute_url()).status_code == 404
    officer.post(f"{mine.get_absolute_url()}tiep-nhan/")
    report_through_the_page(officer, mine)
    mine.refresh_from_db()
    assert mine.state == Assignment.State.REPORTED

    review = f"/quan-tri/campaigns/assignment/{mine.pk}/change/"
    page = coordinator.get(review).content.decode()
    assert WORDS in page
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    coordinator.post(review, {"decision": "accept", "seen": seen[1]})
    mine.refresh_from_db()
    assert mine.state == Assignment.State.COMPLETED
    told = [(entry.from_state, entry.to_state) for entry in HistoryEntry.objects.about(mine)]
    assert told[-1] == ("reported", "completed")
    assert "1/167" in client.get(PLAN).content.decode()

    article = make_article()
    form = client.get(f"{article.get_absolute_url()}binh-luan/").content.decode()
    sent = client.post(f"{article.get_absolute_url()}binh-luan/", fill_comment(form))
    assert sent.status_code == 303
    assert 'class="receipt"' in client.get(sent.headers["Location"]).content.decode()


def report_through_the_page(officer: Client, assignment: Assignment) -> None:
    """Send a final report with a file, as the form on the page would."""
    page = officer.get(assignment.get_absolute_url()).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    state = re.findall(r'<input type="radio" name="(\w+)" value="(\w+)"', page)[-1]
    file = re.search(r'<input type="file" name="(\w+)"', page)
    assert file
    pdf = SimpleUploadedFile("bao-cao.pdf", PDF, content_type="application/pdf")
    hidden.pop("csrfmiddlewaretoken", None)
    answer = officer.post(
        assignment.get_absolute_url(),
        {**hidden, state[0]: state[1], "text": WORDS, "percent": "", file[1]: pdf},
    )
    assert answer.status_code == 302, answer.content.decode()[:2000]
