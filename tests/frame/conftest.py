"""One portal for all pages that are looked at, and the roles signed in once."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from deploy.environment import ROOT
from tests.harness.portal import Portal, PortalBuilder

OUTPUT = ROOT / ".ci" / "out" / "frame"
Places = dict[str, str]
StateOf = Callable[[str], dict[str, Any] | None]


@pytest.fixture(scope="session")
def frame_portal(portal_builder: PortalBuilder) -> Iterator[Portal]:
    """The portal with its demonstration, and Plan 722 issued so that desks and boards have work on them."""
    portal = portal_builder.build("embedded", None)
    portal.start()
    portal.manage("issue_plan", "722/KH-STTTT", "--by", portal.accounts("coordinator")[0][0])
    yield portal
    portal.stop()


@pytest.fixture(scope="session")
def places(frame_portal: Portal) -> Places:
    """Where the pages are that no list leads to: made once, by name (`LookedAt("link", "{link}")`)."""
    told = frame_portal.manage("shell", "-c", "from tests.frame.work import make_work; make_work()")
    found: Places = json.loads(told.stdout.strip().splitlines()[-1])
    return found


@pytest.fixture(scope="session")
def state_of(browser: Browser, frame_portal: Portal) -> StateOf:
    """`state_of("coordinator")`: the cookies of somebody of that role who has signed in; none without a role."""
    states: dict[str, Any] = {}

    def sign_in(role: str) -> dict[str, Any] | None:
        if role and role not in states:
            username, password, _ = frame_portal.accounts(role)[0]
            context = browser.new_context(base_url=frame_portal.base_url)
            page = context.new_page()
            page.goto("/dang-nhap/")
            page.fill("[name=login]", username)
            page.fill("[name=password]", password)
            page.click("main button[type=submit]")
            page.wait_for_url(lambda url: "/dang-nhap/" not in url)
            states[role] = context.storage_state()
            context.close()
        return states.get(role)

    return sign_in


@pytest.fixture(scope="session")
def output_folder() -> Path:
    """Where the screenshots go: kept after the run, to be looked at."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    return OUTPUT
