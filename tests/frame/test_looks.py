"""Every page of the list, in every way of looking: accessible, steady, within the screen and its budget."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.frame.conftest import Places, StateOf
from tests.frame.looking import Weight, faults_of_access, faults_of_focus, faults_of_layout
from tests.frame.pages import PAGES, WAYS, LookedAt, Way
from tests.harness.portal import Portal

EACH_PAGE = pytest.mark.parametrize("looked_at", PAGES, ids=lambda page: page.name)


def opened(browser: Browser, portal: Portal, way: Way, state: Any, **more: Any) -> BrowserContext:
    """A browser window of somebody who looks that way."""
    return browser.new_context(
        base_url=portal.base_url,
        viewport={"width": way.width, "height": way.height},
        device_scale_factor=way.scale,
        color_scheme=way.scheme,  # type: ignore[arg-type]
        forced_colors=way.forced_colors,  # type: ignore[arg-type]
        reduced_motion=way.reduced_motion,  # type: ignore[arg-type]
        contrast=way.contrast,  # type: ignore[arg-type]
        storage_state=state,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        **more,
    )


def go(page: Page, looked_at: LookedAt, places: Places) -> list[str]:
    """Open the page; returns what the browser complained about."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"lỗi JavaScript: {error}"))
    page.on(
        "console",
        lambda said: (
            complaints.append(f"trình duyệt báo: {said.text}")
            if said.type == "error" and "404 (Not Found)" not in said.text
            else None
        ),
    )
    answer = page.goto(looked_at.path.format(**places))
    if looked_at.follow:
        address = page.locator(looked_at.follow).first.get_attribute("href")
        assert address, looked_at.follow
        answer = page.goto(address)
    page.wait_for_load_state("load")
    if looked_at.unfold:
        page.eval_on_selector_all("main details", "all => all.forEach(each => (each.open = true))")
    if answer is None or answer.status != looked_at.status:
        complaints.append(f"trả lời {answer and answer.status}")
    return complaints


@EACH_PAGE
def test_a_page_is_right_in_every_way_of_looking(
    looked_at: LookedAt,
    browser: Browser,
    frame_portal: Portal,
    state_of: StateOf,
    places: Places,
    output_folder: Path,
) -> None:
    faults: list[str] = []
    state = state_of(looked_at.role)
    for way in WAYS:
        context = opened(browser, frame_portal, way, state)
        page = context.new_page()
        found = go(page, looked_at, places)
        found += faults_of_layout(page, looked_at.allowed_shift)
        page.screenshot(path=output_folder / f"{looked_at.name}-{way.name}.png", full_page=True)
        found += faults_of_access(page, way)
        faults += [f"{way.name}: {fault}" for fault in found]
        context.close()
    assert not faults, "\n".join(faults)


@EACH_PAGE
def test_the_tab_key_walks_a_page_in_order_and_is_always_seen(
    looked_at: LookedAt,
    browser: Browser,
    frame_portal: Portal,
    state_of: StateOf,
    places: Places,
) -> None:
    faults: list[str] = []
    for way in (WAYS[0], WAYS[3]):
        context = opened(browser, frame_portal, way, state_of(looked_at.role))
        page = context.new_page()
        go(page, looked_at, places)
        faults += [f"{way.name}: {fault}" for fault in faults_of_focus(page)]
        context.close()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "looked_at", [page for page in PAGES if page.is_public], ids=lambda page: page.name
)
def test_a_public_page_keeps_to_its_budget_and_sets_no_cookie(
    looked_at: LookedAt, browser: Browser, frame_portal: Portal, places: Places
) -> None:
    context = opened(browser, frame_portal, WAYS[0], None)
    page = context.new_page()
    if looked_at.follow:
        page.goto(looked_at.path.format(**places))
        address = page.locator(looked_at.follow).first.get_attribute("href")
        looked_at = LookedAt(looked_at.name, address or "")
        context.close()
        context = opened(browser, frame_portal, WAYS[0], None)
        page = context.new_page()
    weight = Weight(context.new_cdp_session(page))
    page.goto(looked_at.path.format(**places))
    page.wait_for_load_state("networkidle")
    faults = weight.faults()
    assert context.cookies() == []
    context.close()
    assert not faults, "\n".join(faults)


@EACH_PAGE
def test_a_page_says_the_same_without_javascript(
    looked_at: LookedAt,
    browser: Browser,
    frame_portal: Portal,
    state_of: StateOf,
    places: Places,
) -> None:
    context = opened(
        browser, frame_portal, WAYS[0], state_of(looked_at.role), java_script_enabled=False
    )
    page = context.new_page()
    complaints = go(page, looked_at, places)
    assert page.locator("h1").first.is_visible()
    context.close()
    assert not complaints, "\n".join(complaints)
