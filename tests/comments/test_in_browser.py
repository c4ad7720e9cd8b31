"""The comment form in a real browser, with JavaScript and without: another code, the Enter key, axe."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from captcha.models import CaptchaStore
from playwright.sync_api import Browser, Page, expect

from comments.actions import publish_comment
from comments.models import Comment
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def either_page(
    request: pytest.FixtureRequest, browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Page]:
    """A reader's page, once with JavaScript and once without."""
    context = browser.new_context(
        **{**browser_context_args, "java_script_enabled": request.param},
        viewport={"width": 360, "height": 740},
    )
    yield context.new_page()
    context.close()


def key_of(page: Page) -> str:
    return page.input_value("[name=captcha_0]")


def answer_of(page: Page) -> str:
    return str(CaptchaStore.objects.get(hashkey=key_of(page)).response)


def test_another_code_loses_nothing_and_enter_sends(live_server: Any, either_page: Page) -> None:
    page = either_page
    page.goto(f"{live_server.url}/huong-dan/{make_article().slug}/binh-luan/")
    page.fill("[name=name]", "Nguyễn Thị Hoa Sữa")
    page.fill("[name=phone]", "0912 345 678")
    page.check("[name=consent]")
    page.fill("[name=title]", "Cảm ơn")
    page.fill("[name=content]", "Dòng một\n\nDòng hai")
    before = key_of(page)
    page.get_by_role("button", name="Lấy lại mã").click()
    expect(page.locator("[name=captcha_0]")).not_to_have_value(before)
    assert page.input_value("[name=content]") == "Dòng một\n\nDòng hai"
    assert page.is_checked("[name=consent]")
    page.fill("[name=captcha_1]", answer_of(page))
    with page.expect_navigation():
        page.press("[name=title]", "Enter")
    assert page.url == f"{live_server.url}/binh-luan/da-gui/"
    assert page.locator(".receipt").is_visible()
    comment = Comment.objects.get()
    assert comment.content == "Dòng một\n\nDòng hai"
    assert comment.phone == "+84912345678"


def test_a_browser_that_can_work_needs_no_code(live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/huong-dan/{make_article().slug}/binh-luan/")
    for _time in range(2):
        expect(page.get_by_text("Trình duyệt đã tự xác nhận")).to_be_visible(timeout=20_000)
        before = key_of(page)
        question = page.locator("[data-question]").inner_text()
        page.get_by_role("button", name="Lấy lại mã").click()
        expect(page.locator("[name=captcha_0]")).not_to_have_value(before)
        expect(page.locator("[data-question]")).not_to_have_text(question)
    expect(page.get_by_text("Trình duyệt đã tự xác nhận")).to_be_visible(timeout=20_000)
    page.fill("[name=name]", "Nguyễn Thị Hoa Sữa")
    page.fill("[name=content]", "Xin cảm ơn.")
    page.press("[name=name]", "Enter")  # without a title
    page.locator(".error-summary").wait_for()
    expect(page.get_by_text("Trình duyệt đã tự xác nhận")).to_be_visible()
    page.fill("[name=title]", "Cảm ơn")
    with page.expect_navigation():
        page.get_by_role("button", name="Gửi bình luận").last.click()
    assert page.locator(".receipt").is_visible()


def test_another_code_comes_before_the_old_ones_time_is_over(live_server: Any, page: Page) -> None:
    page.clock.install()
    page.goto(f"{live_server.url}/huong-dan/{make_article().slug}/binh-luan/")
    page.fill("[name=content]", "Lời dài")
    before = key_of(page)
    page.clock.run_for(28 * 60_000)
    assert key_of(page) == before
    page.clock.run_for(60_000)
    expect(page.locator("[name=captcha_0]")).not_to_have_value(before)
    assert page.evaluate("document.activeElement.name") == "content"
    before = key_of(page)
    page.fill("[name=captcha_1]", "2")  # being typed
    page.clock.run_for(29 * 60_000)
    assert key_of(page) == before


def test_the_form_opens_in_place_on_the_article(live_server: Any, page: Page) -> None:
    article = make_article()
    page.goto(f"{live_server.url}{article.get_absolute_url()}")
    assert page.context.cookies() == []
    page.get_by_role("link", name="Viết bình luận").click()
    page.get_by_label("Họ tên").fill("Nguyễn Thị Hoa Sữa")
    page.get_by_label("Tiêu đề").fill("Cảm ơn")
    page.locator("[name=content]").fill("Xin cảm ơn.")
    page.fill("[name=captcha_1]", answer_of(page))
    assert page.url == f"{live_server.url}{article.get_absolute_url()}"
    assert Axe().run(page).response["violations"] == []
    with page.expect_navigation():
        page.get_by_role("button", name="Gửi bình luận").last.click()
    assert page.locator(".receipt").is_visible()
    publish_comment(Comment.objects.get(), by=make_user("moderator"))
    page.goto(f"{live_server.url}{article.get_absolute_url()}")
    expect(page.locator(".comment__text")).to_have_text("Xin cảm ơn.")


def test_an_error_is_announced_and_leads_to_its_field(live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/huong-dan/{make_article().slug}/binh-luan/")
    page.fill("[name=content]", "Xin cảm ơn.")
    with page.expect_navigation():
        page.press("[name=name]", "Enter")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.get_by_role("link", name="Họ tên:").click()
    assert page.evaluate("document.activeElement.name") == "name"
    described = page.get_attribute("[name=name]", "aria-describedby")
    assert described is not None
    assert "id_name_error" in described.split()
    assert page.input_value("[name=content]") == "Xin cảm ơn."


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_has_no_fault_that_axe_knows(
    live_server: Any,
    browser: Browser,
    browser_context_args: dict[str, Any],
    width: int,
    scheme: Any,
) -> None:
    context = browser.new_context(
        **browser_context_args, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    page = context.new_page()
    address = f"{live_server.url}/huong-dan/{make_article().slug}/binh-luan/"
    page.goto(address)
    assert Axe().run(page).response["violations"] == []
    page.press("[name=name]", "Enter")
    page.locator(".error-summary").wait_for()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_what_was_typed_survives_a_lost_connection_and_is_forgotten_once_sent(
    live_server: Any, page: Page
) -> None:
    address = f"{live_server.url}/huong-dan/{make_article().slug}/binh-luan/"
    page.goto(address)
    expect(page.get_by_text("được giữ trên máy này")).to_be_hidden()
    page.fill("[name=name]", "Nguyễn Thị Hoa Sữa")
    page.fill("[name=phone]", "0912 345 678")
    page.fill("[name=content]", "Dòng một\n\nDòng hai")
    expect(page.get_by_text("được giữ trên máy này")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Gửi bình luận").last.click()
    expect(page.get_by_text("Đang mất mạng")).to_be_visible()
    assert page.url == address
    assert Axe().run(page).response["violations"] == []
    page.context.set_offline(False)
    expect(page.get_by_text("Đang mất mạng")).to_be_hidden()

    page.goto(address)  # the page was closed meanwhile
    expect(page.get_by_text("Đã lấy lại những gì gõ lần trước")).to_be_visible()
    assert page.input_value("[name=name]") == "Nguyễn Thị Hoa Sữa"
    assert page.input_value("[name=content]") == "Dòng một\n\nDòng hai"
    assert page.input_value("[name=phone]") == ""
    assert "912" not in page.evaluate("JSON.stringify(localStorage)")
    assert Axe().run(page).response["violations"] == []

    page.fill("[name=captcha_1]", answer_of(page))
    with (
        page.expect_navigation()
    ):  # without a title: the portal's own answer wins over what is kept
        page.press("[name=name]", "Enter")
    expect(page.get_by_text("Đã lấy lại")).to_be_hidden()
    page.fill("[name=title]", "Cảm ơn")
    with page.expect_navigation():
        page.get_by_role("button", name="Gửi bình luận").last.click()
    expect(page.locator(".receipt")).to_be_visible()
    page.wait_for_function("localStorage.length === 0")
    page.goto(address)
    assert page.input_value("[name=name]") == ""


def test_what_was_kept_can_be_dropped_and_is_forgotten_after_a_week(
    live_server: Any, page: Page
) -> None:
    address = f"{live_server.url}/huong-dan/{make_article().slug}/binh-luan/"
    page.goto(address)
    page.fill("[name=content]", "Lời gõ dở")
    page.goto(address)
    page.get_by_role("button", name="Bỏ đi, gõ lại").click()
    assert page.input_value("[name=content]") == ""
    assert page.evaluate("localStorage.length") == 0
    page.fill("[name=content]", "Lời gõ dở")
    page.evaluate("""() => {
        const key = localStorage.key(0), kept = JSON.parse(localStorage[key]);
        localStorage[key] = JSON.stringify({...kept, at: kept.at - 8 * 24 * 3600 * 1000});
    }""")
    page.goto(address)
    page.wait_for_function("localStorage.length === 0")
    assert page.input_value("[name=content]") == ""
