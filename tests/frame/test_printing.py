"""A page on paper says where it came from and on which day, though every reader gets the same bytes."""

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.harness.portal import Portal


def printed(browser: Browser, portal: Portal, path: str, *, has_javascript: bool = True) -> str:
    """What stands on the sheets of a page."""
    context = browser.new_context(
        base_url=portal.base_url,
        java_script_enabled=has_javascript,
        timezone_id="Asia/Ho_Chi_Minh",
    )
    page = context.new_page()
    page.goto(path)
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    context.close()
    return " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/huong-dan/cung-con-len-mang-an-toan/", "In ngày"),
        ("/ke-hoach/722-kh-stttt/", "In ngày"),
        ("/en/", "Printed on"),
    ],
)
def test_what_is_printed_carries_its_address_and_the_day(
    browser: Browser, frame_portal: Portal, path: str, words: str
) -> None:
    now = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    text = printed(browser, frame_portal, path)
    # Midnight may have passed meanwhile.
    days = [now, now + timedelta(days=1)]
    assert any(f"{path} {words} {day.day}/{day.month}/{day.year}" in text for day in days)


def test_without_javascript_the_address_stands_there_and_no_day_is_promised(
    browser: Browser, frame_portal: Portal
) -> None:
    path = "/huong-dan/cung-con-len-mang-an-toan/"
    text = printed(browser, frame_portal, path, has_javascript=False)
    assert path in text
    assert "In ngày" not in text
