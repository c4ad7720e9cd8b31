"""Two real gunicorn workers: what is changed is seen in each within a second, even while an old page is under way."""

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests.harness.fixtures import StartPortal
from tests.harness.portal import Flavour, Portal, wait_for

ASKING = 60  # requests, each over a connection of its own: both workers answer some
CHANGE = """
import time
from guidance.models import Article
article = Article.objects.filter(state="published").order_by("pk").first()
Article.objects.filter(pk=article.pk).update(title={title!r})
print(article.get_absolute_url(), time.time())
"""


def change_title(portal: Portal, title: str) -> tuple[str, float]:
    """Change the title of the first article from another process; return its address and when it was done."""
    told = portal.manage("shell", "-v0", "--no-imports", "-c", CHANGE.format(title=title)).stdout
    address, moment = told.split()
    return address, float(moment)


def all_show(portal: Portal, address: str, title: str) -> bool:
    """Ask many times at once; tell whether each answer has the title."""
    with ThreadPoolExecutor(8) as pool:
        return all(
            title in page for page in pool.map(lambda _n: portal.get(address), range(ASKING))
        )


def test_every_worker_shows_within_a_second_what_was_changed(
    flavour: Flavour, start_portal: StartPortal
) -> None:
    portal = start_portal(flavour, WEB_CONCURRENCY="2")
    address, _moment = change_title(portal, "Tên thứ nhất")
    wait_for(lambda: all_show(portal, address, "Tên thứ nhất"))
    _address, moment = change_title(portal, "Tên thứ hai")
    time.sleep(max(0.0, moment + 1 - time.time()))
    for page in (address, "/huong-dan/", "/rss/"):
        assert all_show(portal, page, "Tên thứ hai"), page


@pytest.mark.services
def test_a_page_under_way_when_its_article_is_changed_is_given_to_nobody_else(
    start_portal: StartPortal,
) -> None:
    portal = start_portal("services", WEB_CONCURRENCY="2")
    address, moment = change_title(portal, "Tên thứ nhất")
    time.sleep(max(0.0, moment + 1 - time.time()))
    url = urlsplit(portal.environment["DATABASE_URL"])._replace(scheme="postgresql").geturl()
    connection = psycopg2.connect(url)
    try:
        cursor = connection.cursor()

        def someone_waits() -> bool:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(cursor.fetchone()[0])

        # The article has been read by the time the page asks for its comments, and waits here.
        cursor.execute("LOCK TABLE comments_comment IN ACCESS EXCLUSIVE MODE")
        with ThreadPoolExecutor(1) as pool:
            under_way = pool.submit(portal.get, address)
            wait_for(someone_waits)
            _address, moment = change_title(portal, "Tên thứ hai")
            connection.rollback()
            assert "Tên thứ nhất" in under_way.result(30)
    finally:
        connection.close()
    time.sleep(max(0.0, moment + 1 - time.time()))
    assert all_show(portal, address, "Tên thứ hai")
