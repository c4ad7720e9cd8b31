"""A kept connection is found alive without asking, and dead when the server hung up; what it plans is planned once."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.db import connection

from guidance.around import around
from guidance.views import READABLE
from hanoi_portal.prepared import Planned
from tests.factories import make_article

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


def plans() -> dict[str, tuple[int, int]]:
    """How often each planned statement was carried out: with the plan made once, and with one made for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, generic_plans, custom_plans FROM pg_prepared_statements")
        return {name: (generic, custom) for name, generic, custom in cursor.fetchall()}


def test_what_an_articles_page_asks_is_planned_once(other: Any) -> None:
    article = make_article()
    assert article.published_at is not None
    for _time in range(12):
        assert READABLE.ask(article.published_at, article.slug) == [article]
        assert around(article, article.published_at).views == 0
    assert len(plans()) == 2
    for generic, custom in plans().values():
        assert (generic > 0, custom <= 5, generic + custom) == (True, True, 12)


def test_a_new_connection_plans_anew(other: Any) -> None:
    question = Planned("SELECT %(number)s::int + 1, '100%%'", "number")

    def ask(number: int) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(*question.statement({"number": number}))
            return cursor.fetchone()

    assert ask(721) == (722, "100%")
    other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    wait_for(False)
    connection.close()
    assert ask(1) == (2, "100%")
    assert len(plans()) == 1


def test_a_plan_outlives_a_change_of_its_table(other: Any) -> None:
    article = make_article()
    assert article.published_at is not None
    assert READABLE.ask(article.published_at, article.slug) == [article]
    other.execute("CREATE INDEX for_a_test ON guidance_article (state, slug)")
    try:
        assert READABLE.ask(article.published_at, article.slug) == [article]
    finally:
        other.execute("DROP INDEX for_a_test")
    assert READABLE.ask(article.published_at, article.slug) == [article]
