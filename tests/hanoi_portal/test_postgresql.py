"""A kept connection is found alive without asking the server, and found dead when the server has hung up."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.db import connection

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def other() -> Iterator[Any]:
    """Somebody else's connection to the same database."""
    connection.ensure_connection()
    line = psycopg2.connect(**connection.get_connection_params())
    line.autocommit = True
    yield line.cursor()
    line.close()
    connection.close()


def wait_for(answer: bool) -> None:
    deadline = time.monotonic() + 10
    while connection.is_usable() is not answer:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_quiet_connection_is_usable_without_a_question(other: Any) -> None:
    pid = connection.connection.info.backend_pid
    asked = "SELECT query FROM pg_stat_activity WHERE pid = %s"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 722")
    assert connection.is_usable()
    other.execute(asked, [pid])
    assert other.fetchone() == ("SELECT 722",)


def test_a_connection_that_the_server_closed_is_not_usable(other: Any) -> None:
    other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    wait_for(False)
    connection.close()
    assert not connection.is_usable()
    connection.connect()
    assert connection.is_usable()


def test_a_connection_on_which_the_server_said_something_is_still_usable(other: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("LISTEN tin")
    other.execute("NOTIFY tin")
    time.sleep(0.2)
    assert connection.is_usable()
