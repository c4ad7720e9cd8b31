"""The fixtures of the harness; tests/conftest.py loads them as a plugin.

`portal` is a started portal, once in each flavour: embedded in the embedded run, services in the full
run. `start_portal` starts one with settings of the test's own. `smtp_server` is for whoever sends mail.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.harness.portal import Flavour, Portal, PortalBuilder
from tests.harness.smtp import SmtpServer, running_smtp_server

StartPortal = Callable[..., Portal]
FLAVOURS = [
    pytest.param("embedded", marks=pytest.mark.embedded),
    pytest.param("services", marks=pytest.mark.services),
]


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
