"""The fixtures of the harness; tests/conftest.py loads them as a plugin.

`portal` is a started portal, once in each flavour: embedded in the embedded run, services in the full
run. `start_portal` starts one with settings of the test's own. `smtp_server` is for whoever sends mail.
"""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.core.signals import request_finished, request_started

from tests.harness.portal import Flavour, Portal, PortalBuilder
from tests.harness.smtp import SmtpServer, running_smtp_server

StartPortal = Callable[..., Portal]
QUIET = 0.1  # seconds without a request: then none is on its way either
LONGEST_REQUEST = 30  # seconds
FLAVOURS = [
    pytest.param("embedded", marks=pytest.mark.embedded),
    pytest.param("services", marks=pytest.mark.services),
]


@pytest.fixture(autouse=True)
def served_to_the_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """Lets pytest-django's live server finish what the closing page asked of it before the tables are emptied.

    A form that is left keeps what was typed in it: that request comes when its test has ended, and would meet
    emptied tables, a deadlock with who empties them, or a database that is shut to it. Set up after the
    database and before the page, so torn down between the two.
    """
    if "live_server" not in request.fixturenames:
        yield
        return
    counting = threading.Lock()
    under_way, changed = 0, time.monotonic()

    def count(by: int) -> None:
        nonlocal under_way, changed
        if threading.current_thread() is threading.main_thread():
            return  # a test's own client
        with counting:
            under_way, changed = under_way + by, time.monotonic()

    def begin(**_of: object) -> None:
        count(1)

    def end(**_of: object) -> None:
        count(-1)

    request_started.connect(begin)
    request_finished.connect(end)
    yield
    left = time.monotonic()
    while under_way > 0 or time.monotonic() - max(left, changed) < QUIET:
        if time.monotonic() - left > LONGEST_REQUEST:
            pytest.fail(f"{under_way} yêu cầu chưa xong sau {LONGEST_REQUEST} giây")
        time.sleep(0.01)
    request_started.disconnect(begin)
    request_finished.disconnect(end)


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A real SMTP server on loopback, empty and well-behaved."""
    with running_smtp_server() as server:
        yield server


@pytest.fixture(scope="session")
def portal_builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalBuilder]:
    """Makes portals; what it prepared is shared by the session."""
    builder = PortalBuilder(tmp_path_factory.mktemp("portals"))
    yield builder
    builder.close()


@pytest.fixture
def start_portal(portal_builder: PortalBuilder, smtp_server: SmtpServer) -> Iterator[StartPortal]:
    """`start_portal(flavour, NAME="value", …)` returns a started portal, stopped after the test."""
    started: list[Portal] = []

    def start(flavour: Flavour = "embedded", **variables: str) -> Portal:
        smtp = smtp_server if flavour == "services" else None
        portal = portal_builder.build(flavour, smtp, **variables)
        started.append(portal)
        portal.start()
        return portal

    yield start
    for portal in started:
        if portal.process is not None and portal.process.poll() is None:
            portal.stop_at_once()


@pytest.fixture(params=FLAVOURS)
def flavour(request: pytest.FixtureRequest) -> Flavour:
    """Each flavour in turn, with the mark that puts it into the right run."""
    chosen: Flavour = request.param
    return chosen


@pytest.fixture
def portal(flavour: Flavour, start_portal: StartPortal) -> Portal:
    """A portal with the demonstration loaded, in each flavour."""
    return start_portal(flavour)
