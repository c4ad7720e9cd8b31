"""The public pages of guidance: list, category, article, what was withdrawn; feed, sitemap, robots."""

from datetime import datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from guidance.models import Article, Category
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

PAGES = ["/huong-dan/", "/huong-dan/bai/", "/huong-dan/chuyen-muc/muc/", "/rss/", "/sitemap.xml"]


@pytest.fixture
def article() -> Article:
    category = Category.objects.create(name="Mục", slug="muc", summary="Về một mục.")
    return make_article(
        title="Nghĩ trước khi viết",
        slug="bai",
        category=category,
        author_name="Lê Hải",
        source_name="HNP",
        published_at=datetime(2018, 4, 14, 14, 20, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    )


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_is_the_same_for_everybody(
    client: Client, article: Article, address: str
) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert b"csrfmiddlewaretoken" not in response.content
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    for method in ("post", "put", "delete"):
        assert getattr(client, method)(address).status_code == 405
    assert client.head(address).status_code == 200


def test_an_article_shows_all_its_parts(client: Client, article: Article) -> None:
    page = client.get("/huong-dan/bai/").content.decode()
    for part in (
        "Nghĩ trước khi viết",
        "14:20 14/04/2018",
        "Nguồn: HNP",
        "Lê Hải",
        article.summary,
        article.body,
        'href="/huong-dan/chuyen-muc/muc/"',
        'rel="canonical" href="http://localhost:8000/huong-dan/bai/"',
        'property="og:title"',
        "<script src=",
    ):
        assert part in page
    assert "<script>" not in page


def test_a_table_can_be_scrolled_by_keyboard_and_is_stored_as_it_was_written(
    client: Client,
) -> None:
    article = make_article(slug="bang", body="<table><tr><td>1 &lt;table&gt;</td></tr></table>")
    page = client.get("/huong-dan/bang/").content.decode()
    assert page.count('<table tabindex="0">') == 1
    assert "tabindex" not in article.body


def test_neighbours_are_the_ten_nearest_on_each_side(client: Client, article: Article) -> None:
    for number in range(1, 13):
        make_article(slug=f"sau-{number}", published_at=article.published_at + timedelta(number))
        make_article(slug=f"truoc-{number}", published_at=article.published_at - timedelta(number))
    make_article(slug="ban-thao", state="draft")
    page = client.get("/huong-dan/bai/").content.decode()
    newer, older = page.index("Các bài mới đăng"), page.index("Các bài đã đăng")
    for number in range(1, 11):
        assert newer < page.index(f'"/huong-dan/sau-{number}/"') < older
        assert older < page.index(f'"/huong-dan/truoc-{number}/"')
    for absent in ("sau-11", "truoc-11", "ban-thao"):
        assert f'"/huong-dan/{absent}/"' not in page


def test_articles_of_one_moment_are_each_others_neighbours(client: Client) -> None:
    moment = timezone.now() - timedelta(days=1)
    for slug in ("mot", "hai", "ba"):
        make_article(slug=slug, published_at=moment)
    page = client.get("/huong-dan/hai/").content.decode()
    assert page.index("Các bài mới đăng") < page.index('"/huong-dan/ba/"')
    assert page.index("Các bài đã đăng") < page.index('"/huong-dan/mot/"')


def test_an_article_takes_five_queries_whatever_is_around_it(
    client: Client, article: Article, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, 30):
        make_article(published_at=article.published_at + timedelta(number))
        make_article(published_at=article.published_at - timedelta(number))
        make_comment(article, state="published")
    with django_assert_max_num_queries(5):
        client.get("/huong-dan/bai/")


def test_lists_take_five_queries_whatever_their_length(
    client: Client, article: Article, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(30):
        make_article(category=article.category)
    with django_assert_max_num_queries(4):
        page = client.get("/huong-dan/").content.decode()
    assert "Trang 1 trên 3" in page
    with django_assert_max_num_queries(5):
        client.get("/huong-dan/chuyen-muc/muc/?trang=2")
    with django_assert_max_num_queries(1):
        client.get("/rss/")


@pytest.mark.parametrize("number", ["0", "-1", "999", "x", "²"])
def test_an_odd_page_number_shows_a_page(client: Client, article: Article, number: str) -> None:
    assert client.get("/huong-dan/", {"trang": number}).status_code == 200


@pytest.mark.parametrize(
    "values",
    [
        {"state": "draft", "published_at": None},
        {"state": "draft"},
        {"published_at": timezone.now() + timedelta(days=1)},
    ],
)
def test_readers_do_not_see_what_is_not_published_yet(
    client: Client, values: dict[str, object]
) -> None:
    make_article(slug="kin", title="Bài kín", **values)
    assert client.get("/huong-dan/kin/").status_code == 404
    for address in ("/", "/huong-dan/", "/rss/"):
        assert "Bài kín" not in client.get(address).content.decode()
    assert "/huong-dan/kin/" not in client.get("/sitemap.xml").content.decode()


def test_a_withdrawn_article_answers_410_and_says_why(client: Client, article: Article) -> None:
    article.state, article.withdrawn_reason = (
        Article.State.WITHDRAWN,
        "Số liệu đã cũ.\n\n<b>Sửa</b>",
    )
    article.save()
    response = client.get("/huong-dan/bai/")
    page = response.content.decode()
    assert response.status_code == 410
    assert "<p>Số liệu đã cũ.</p>" in page
    assert "&lt;b&gt;Sửa" in page
    assert article.body not in page
    assert "noindex" in page
    for address in ("/", "/huong-dan/", "/rss/", "/sitemap.xml"):
        assert "/huong-dan/bai/" not in client.get(address).content.decode()


@pytest.mark.parametrize(
    "address", ["/huong-dan/khong-co/", "/huong-dan/chuyen-muc/khong-co/", "/huong-dan/a%00b/"]
)
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code in {400, 404}


def test_a_category_shows_its_own_articles(client: Client, article: Article) -> None:
    make_article(title="Ở mục khác")
    page = client.get("/huong-dan/chuyen-muc/muc/").content.decode()
    assert "Nghĩ trước khi viết" in page
    assert "Ở mục khác" not in page
    assert "Về một mục." in page


def test_a_long_list_leads_to_what_stands_below_it_on_a_phone(
    client: Client, article: Article
) -> None:
    for address, place in (("/huong-dan/", "chuyen-muc"), ("/van-ban/", "tinh-trang")):
        page = client.get(address).content.decode()
        assert f'href="#{place}"' in page
        assert page.count(f'id="{place}"') == 1


def test_empty_lists_say_so(client: Client) -> None:
    Category.objects.create(name="Trống", slug="trong")
    for address in ("/huong-dan/", "/huong-dan/chuyen-muc/trong/"):
        assert "Chưa có bài nào ở đây" in client.get(address).content.decode()
    assert "Bài hướng dẫn mới</h2>" not in client.get("/").content.decode()


def test_home_shows_the_newest(client: Client, article: Article) -> None:
    assert "Nghĩ trước khi viết" in client.get("/").content.decode()


def test_what_is_typed_into_an_article_is_escaped(client: Client) -> None:
    make_article(
        slug="x", title='<b>"a"</b>', summary="<i>b</i>", body="<p>c</p><script>d</script>"
    )
    for address in ("/huong-dan/x/", "/huong-dan/", "/rss/", "/"):
        page = client.get(address).content.decode()
        assert "<b>" not in page
        assert "<i>" not in page
        assert "<script>" not in page


def test_the_feed_names_our_own_addresses_whatever_host_was_asked(
    client: Client, article: Article
) -> None:
    response = client.get("/rss/", headers={"host": "127.0.0.1"})
    assert response["Content-Type"].startswith("application/rss+xml")
    channel = ElementTree.fromstring(response.content)[0]
    item = channel.find("item")
    assert item is not None
    assert item.findtext("link") == "http://localhost:8000/huong-dan/bai/"
    assert item.findtext("guid") == "http://localhost:8000/huong-dan/bai/"
    assert item.findtext("pubDate") == "Sat, 14 Apr 2018 14:20:00 +0700"
    assert item.findtext("description") == article.summary
    assert b"127.0.0.1" not in response.content


def test_the_sitemap_lists_every_public_page(client: Client, article: Article) -> None:
    response = client.get("/sitemap.xml", headers={"host": "127.0.0.1"})
    assert response["Content-Type"].startswith("application/xml")
    places = [each.text for each in ElementTree.fromstring(response.content).iter() if each.text]
    guidance = ("/huong-dan/", "/huong-dan/bai/", "/huong-dan/chuyen-muc/muc/", "/van-ban/")
    for address in ("/", "/gioi-thieu/", "/bao-tin-sai/", "/ke-hoach/", *guidance):
        assert places.count(f"http://localhost:8000{address}") == 1
    for address in ("/en/", "/en/gioi-thieu/"):  # what is written in English too
        assert f"http://localhost:8000{address}" in places
    assert b"127.0.0.1" not in response.content


def test_robots_are_told_what_is_not_for_them(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /quan-tri/" in text
    assert "Sitemap: http://localhost:8000/sitemap.xml" in text
