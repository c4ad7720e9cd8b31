"""Feeds in RSS and Atom, of all articles and of each shelf; the sitemap knows every shelf."""

from datetime import datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from guidance.actions import order_series
from guidance.models import Article, Audience, Category, Series, Tag
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SHELVES = ["/huong-dan/chuyen-muc/muc/", "/huong-dan/danh-cho/hoc-sinh/", "/huong-dan/the/tin-gia/"]


@pytest.fixture
def article() -> Article:
    """An article on a shelf of each kind, changed once, and one that stands elsewhere."""
    category = Category.objects.create(name="Mục", slug="muc")
    article = make_article(
        slug="bai",
        title="Nghĩ & viết",
        category=category,
        author_name="Lê Hải",
        published_at=datetime(2018, 4, 14, 14, 20, tzinfo=HANOI),
        text_changed_at=datetime(2019, 1, 2, 8, 0, tzinfo=HANOI),
    )
    article.tags.add(Tag.objects.create(name="tin giả", slug="tin-gia"))
    article.audiences.add(Audience.objects.get(slug="hoc-sinh"))
    make_article(slug="o-cho-khac")
    return article


@pytest.mark.parametrize("shelf", SHELVES)
def test_a_shelf_has_feeds_of_its_own(client: Client, article: Article, shelf: str) -> None:
    page = client.get(shelf).content.decode()
    rss = ElementTree.fromstring(client.get(f"{shelf}rss/").content)[0]
    assert [item.findtext("link") for item in rss.findall("item")] == [
        "http://localhost:8000/huong-dan/bai/"
    ]
    assert rss.findtext("link") == f"http://localhost:8000{shelf}"
    assert f'type="application/rss+xml" title="{rss.findtext("title", "").split(" – ")[0]}"' in page
    atom = ElementTree.fromstring(client.get(f"{shelf}atom/").content)
    links = {link.get("rel"): link.get("href") for link in atom.findall(f"{ATOM}link")}
    assert links["self"] == f"http://localhost:8000{shelf}atom/"
    assert len(atom.findall(f"{ATOM}entry")) == 1
    for form in ("rss", "atom"):
        assert f'href="{shelf}{form}/"' in page


def test_the_atom_feed_tells_when_a_text_changed(client: Client, article: Article) -> None:
    answer = client.get("/atom/", headers={"host": "127.0.0.1"})
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    assert b"127.0.0.1" not in answer.content
    feed = ElementTree.fromstring(answer.content)
    entries = {each.findtext(f"{ATOM}title"): each for each in feed.findall(f"{ATOM}entry")}
    entry = entries["Nghĩ & viết"]
    assert entry.findtext(f"{ATOM}published") == "2018-04-14T14:20:00+07:00"
    assert entry.findtext(f"{ATOM}updated") == "2019-01-02T08:00:00+07:00"
    assert entry.findtext(f"{ATOM}summary") == article.summary
    assert entry.findtext(f"{ATOM}id") == "http://localhost:8000/huong-dan/bai/"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Lê Hải"


def test_atom_says_all_that_its_standard_asks_for(client: Client, article: Article) -> None:
    # RFC 4287, 4.1: who made the feed stands in it, for entries that name nobody; nothing is there and empty.
    feed = ElementTree.fromstring(client.get("/atom/").content)
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 2
    for entry in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert entry.findtext(f"{ATOM}{name}"), name
    names = [each.text for each in feed.iter(f"{ATOM}name")]
    assert names.count("Lê Hải") == 1
    assert all(names)
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2


@pytest.mark.parametrize(("form", "name"), [("rss", "description"), ("atom", f"{ATOM}summary")])
def test_signs_in_a_summary_are_no_html(client: Client, form: str, name: str) -> None:
    make_article(summary="Một < hai & <b>ba</b>")
    feed = ElementTree.fromstring(client.get(f"/{form}/").content)
    (said,) = [each.text for each in feed.iter(name) if each.text and "Một" in each.text]
    assert said == "Một &lt; hai &amp; &lt;b&gt;ba&lt;/b&gt;"


def test_a_feed_takes_two_queries(
    client: Client, article: Article, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(5):
        make_article(category=article.category)
    with django_assert_max_num_queries(2):
        client.get("/huong-dan/chuyen-muc/muc/atom/")


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_an_empty_feed_gives_no_hour_of_its_own(client: Client, form: str) -> None:
    page = client.get(f"/huong-dan/danh-cho/bao-chi/{form}/").content.decode()
    assert "1970" in page
    assert f"{timezone.localdate().year}" not in page


@pytest.mark.parametrize("address", ["chuyen-muc/khong-co/rss/", "the/x/atom/", "tuyen-bai/x/rss/"])
def test_what_has_no_feed_is_not_found(client: Client, address: str) -> None:
    assert client.get(f"/huong-dan/{address}").status_code == 404


def test_the_sitemap_lists_what_articles_stand_under(client: Client, article: Article) -> None:
    series = Series(title="Lên mạng an tâm", slug="an-tam")
    order_series(series, [article], by=make_user("editor"))
    order_series(Series(title="Trống", slug="trong"), [], by=make_user("editor"))
    page = client.get("/sitemap.xml").content.decode()
    for address in (*SHELVES, "/huong-dan/tuyen-bai/an-tam/"):
        assert page.count(f"<loc>http://localhost:8000{address}</loc>") == 1
    assert "/huong-dan/danh-cho/bao-chi/" not in page
    assert "/huong-dan/tuyen-bai/trong/" not in page
