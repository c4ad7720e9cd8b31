"""A portal behind its page cache, in this process, with a store of its own."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from hanoi_portal.page_cache import store
from hanoi_portal.page_cache.application import CachedPages


@pytest.fixture(autouse=True)
def empty_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """No copy of another test, and a process that has asked nothing yet."""
    caches["pages"].clear()
    monkeypatch.setattr(store, "generation", store.Generation())


@pytest.fixture(autouse=True)
def open_connection() -> Iterator[None]:
    """Between requests Django closes connections that it opened: in a test, the one of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def portal_pages() -> CachedPages:
    """The portal as gunicorn serves it."""
    return CachedPages(WSGIHandler())
