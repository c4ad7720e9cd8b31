"""Views: counted by a picture, collected in a file, added up by the minute; no robot, and nothing about a reader."""

import time
from datetime import date, timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from guidance import view_counts
from guidance.cards import most_read
from guidance.models import Article, ViewCount
from guidance.tasks import bring_in_views
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

PHONE = "Mozilla/5.0 (Linux; Android 8.1) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"
DAY = date(2026, 4, 14)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object) -> Path:
    """A file of this test's own."""
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path / "views"


@pytest.fixture
def article() -> Article:
    return make_article(slug="bai")


def look(client: Client, article: Article, **headers: str) -> None:
    """Ask for the picture as a browser does, except for what is given."""
    answer = client.get(
        f"/huong-dan/luot-xem/{article.pk}.gif", headers={"user-agent": PHONE, **headers}
    )
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/gif"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_a_reader_is_counted_and_the_page_shows_the_sum(client: Client, article: Article) -> None:
    page = client.get("/huong-dan/bai/").content.decode()
    assert f'src="/huong-dan/luot-xem/{article.pk}.gif"' in page
    assert "lượt xem" not in page
    for _time in range(3):
        look(client, article)
    assert bring_in_views() == 3
    assert ViewCount.objects.get().day == timezone.localdate()
    ViewCount.objects.create(article=article, day=DAY, count=1231)
    assert "1.234 lượt xem" in client.get("/huong-dan/bai/").content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": ""},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user-agent": "facebookexternalhit/1.1"},
        {"user-agent": "python-requests/2.32"},
        {"sec-purpose": "prefetch;prerender"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_robots_previews_and_other_sites_are_not_counted(
    client: Client, article: Article, headers: dict[str, str]
) -> None:
    look(client, article, **headers)
    client.head(f"/huong-dan/luot-xem/{article.pk}.gif", headers={"user-agent": PHONE})
    assert view_counts.bring_in() == 0


def test_nothing_is_kept_but_the_day_and_the_article(
    client: Client, article: Article, folder: Path
) -> None:
    look(client, article)
    assert (folder / "waiting").read_text() == f"{timezone.localdate()} {article.pk}\n"
    view_counts.bring_in()
    assert view_counts.bring_in() == 0
    assert sorted(path.name for path in folder.iterdir()) == ["begun", "waiting"]
    assert (folder / "waiting").read_text() == ""


def test_views_of_what_is_not_there_are_dropped(client: Client, article: Article) -> None:
    view_counts.note_view(article.pk + 1, DAY)
    view_counts.note_view(article.pk, DAY)
    assert view_counts.bring_in() == 1


def test_who_looks_after_a_minute_brings_in_what_waits(
    client: Client, article: Article, folder: Path
) -> None:
    look(client, article)
    assert not ViewCount.objects.exists()
    (folder / "begun").write_text(str(time.time() - 61))
    look(client, article)
    assert ViewCount.objects.get().count == 2


def test_what_a_dead_process_had_taken_is_not_lost(article: Article, folder: Path) -> None:
    view_counts.note_view(article.pk, DAY)
    (folder / "waiting").rename(folder / "taken-0")
    view_counts.note_view(article.pk, DAY)
    assert view_counts.bring_in() == 2
    assert ViewCount.objects.get().count == 2


def test_views_noted_at_once_are_all_counted(article: Article) -> None:
    threads = [
        Thread(target=lambda: [view_counts.note_view(article.pk, DAY) for _time in range(50)])
        for _number in range(4)
    ]
    for thread in threads:
        thread.start()
    added = 0
    while any(thread.is_alive() for thread in threads):
        added += view_counts.bring_in()
    added += view_counts.bring_in()
    assert added == 200
    assert ViewCount.objects.get().count == 200


def test_beat_brings_views_in_every_minute() -> None:
    schedule = settings.CELERY_BEAT_SCHEDULE["guidance.tasks.bring_in_views"]
    assert (schedule["task"], schedule["schedule"]) == ("guidance.tasks.bring_in_views", 60)


# --- what is read most -----------------------------------------------------------------------------
def test_editors_are_told_what_was_read_most_in_thirty_days() -> None:
    today, editor = timezone.localdate(), make_user("editor")
    assert most_read(editor) is None
    often, seldom, long_ago = make_article(), make_article(), make_article()
    hidden = make_article(state="withdrawn")
    for article, count, days in (
        (often, 3, 0),
        (often, 4, 29),
        (seldom, 6, 1),
        (long_ago, 99, 30),
        (hidden, 99, 0),
    ):
        day = today - timedelta(days=days)
        ViewCount.objects.create(article=article, day=day, count=count)
    card = most_read(editor)
    assert card is not None
    assert (card.value, card.url) == (7, often.get_absolute_url())
    assert often.title in card.note
    assert most_read(make_user("moderator")) is None
