"""What pages tell those who find and share them: lasting addresses, Open Graph, schema.org."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from guidance.actions import order_series
from guidance.models import Article, Audience, Category, Series, Tag
from tests.factories import make_article, make_document, make_plan_722, make_user

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"
NO_END = {"meta", "link", "img", "input", "br", "hr"}


class Told(HTMLParser):
    """Reads a page as search engines do: <meta>, <link>, and the things that microdata describes.

    A thing is what its properties say, each a list of texts and further things; "@type" is what it is.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.links: list[dict[str, str]] = []
        self.things: list[dict[str, Any]] = []
        self._open: list[tuple[str, dict[str, Any] | None, list[str] | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element says; text properties are completed by the text inside them."""
        had = {name: value or "" for name, value in attrs}
        if tag == "meta" and (name := had.get("property") or had.get("name")):
            assert name not in self.meta, f"{name} is said twice"
            self.meta[name] = had["content"]
        if tag == "link" and "rel" in had:
            self.links.append(had)
        owner = next((thing for _tag, thing, _text in reversed(self._open) if thing), None)
        thing = {"@type": [had["itemtype"]]} if "itemscope" in had else None
        text: list[str] | None = None
        if name := had.get("itemprop"):
            assert owner is not None, f"{name} belongs to nothing"
            value: Any = thing
            if thing is None:
                places = (had.get(each) for each in ("content", "datetime", "href", "src"))
                value = next((each for each in places if each), None)
            if value is None:
                value = text = []
            for each in name.split():
                owner.setdefault(each, []).append(value)
        elif thing is not None:
            self.things.append(thing)
        if tag not in NO_END:
            self._open.append((tag, thing, text))

    def handle_endtag(self, tag: str) -> None:
        """Close what is open."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Drawings tell nothing."""

    def handle_data(self, data: str) -> None:
        """Add to all texts that are being said."""
        for _tag, _thing, text in self._open:
            if text is not None:
                text.append(data)

    def link(self, rel: str) -> str | None:
        """The address of the first link of a kind."""
        return next((each["href"] for each in self.links if each["rel"] == rel), None)

    def thing(self, kind: str) -> dict[str, Any]:
        """The one thing of a type."""
        (found,) = [each for each in self.things if each["@type"] == [f"https://schema.org/{kind}"]]
        return found


def told(client: Client, address: str) -> Told:
    """What a page tells."""
    answer = client.get(address)
    assert answer.status_code == 200
    return Told(answer.content.decode())


def said(value: Any) -> str:
    """A property's text."""
    return "".join(value).strip()


@pytest.fixture
def article() -> Article:
    """An article with a picture, that stands on every kind of shelf."""
    category = Category.objects.create(name="An toàn & mạng", slug="an-toan")
    article = make_article(
        slug="bai",
        title="Nghĩ “trước” khi viết & gửi",
        category=category,
        author_name="Lê Hải",
        body='<p>Một.</p><p><img alt="Hình" src="/tep/public/anh.png"></p>',
    )
    article.tags.add(Tag.objects.create(name="tin giả", slug="tin-gia"))
    article.audiences.add(Audience.objects.get(slug="hoc-sinh"))
    order_series(Series(title="An tâm", slug="an-tam"), [article], by=make_user("editor"))
    make_document(slug="luat", title="Luật An ninh mạng")
    make_plan_722()
    return article


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/huong-dan/",
        "/huong-dan/bai/",
        "/huong-dan/chuyen-muc/an-toan/",
        "/huong-dan/the/tin-gia/",
        "/huong-dan/danh-cho/hoc-sinh/",
        "/huong-dan/tuyen-bai/an-tam/",
        "/van-ban/",
        "/van-ban/luat/",
        "/ke-hoach/",
        "/ke-hoach/722-kh-stttt/",
        "/gioi-thieu/",
        "/bao-tin-sai/",
        "/en/",
        "/en/gioi-thieu/",
    ],
)
def test_every_page_can_be_shared(client: Client, article: Article, address: str) -> None:
    page = told(client, address)
    assert page.link("canonical") == page.meta["og:url"] == f"{SITE}{address}"
    # The Open Graph protocol asks for these four.
    assert page.meta["og:type"] == ("article" if address == "/huong-dan/bai/" else "website")
    assert page.meta["og:title"].strip()
    assert page.meta["og:description"] == page.meta["description"]
    assert page.meta["og:image"].startswith(f"{SITE}/")
    assert page.meta["og:locale"] == ("en_GB" if address.startswith("/en/") else "vi_VN")


def test_an_article_is_shared_with_its_own_words_and_picture(
    client: Client, article: Article
) -> None:
    page = told(client, "/huong-dan/bai/")
    assert page.meta["og:title"] == article.title
    assert page.meta["og:image"] == f"{SITE}/tep/public/anh.png"
    assert page.meta["article:section"] == "An toàn & mạng"


def test_a_page_without_a_picture_is_shared_with_ours(client: Client) -> None:
    make_article(slug="tron")
    assert "/img/share" in told(client, "/huong-dan/tron/").meta["og:image"]
    with Image.open(Path(settings.BASE_DIR, "static", "img", "share.png")) as picture:
        assert picture.size == (1200, 630)


@pytest.mark.parametrize("address", ["/khong-co/", "/huong-dan/khong-co/"])
def test_a_page_that_is_not_there_has_no_lasting_address(client: Client, address: str) -> None:
    page = Told(client.get(address).content.decode())
    assert page.link("canonical") is None
    assert "og:url" not in page.meta


def test_the_two_languages_of_a_page_name_each_other(client: Client, article: Article) -> None:
    for address in ("/huong-dan/", "/en/huong-dan/"):
        links = {each.get("hreflang"): each["href"] for each in told(client, address).links}
        assert links["vi"] == f"{SITE}/huong-dan/"
        assert links["en"] == f"{SITE}/en/huong-dan/"


def test_an_article_has_one_address_whatever_the_language_around_it(
    client: Client, article: Article
) -> None:
    for address in ("/huong-dan/bai/", "/en/huong-dan/bai/?utm_source=x"):
        page = told(client, address)
        assert page.link("canonical") == page.meta["og:url"] == f"{SITE}/huong-dan/bai/"
        assert not any("hreflang" in each for each in page.links)
        feed = page.link("alternate")
        assert feed is not None
        assert client.get(feed).status_code == 200


def test_a_further_page_of_a_list_is_a_page_of_its_own(client: Client, article: Article) -> None:
    for _number in range(13):
        make_article()
    page = told(client, "/huong-dan/?trang=2&x=1")
    assert page.link("canonical") == f"{SITE}/huong-dan/?trang=2"


def test_search_engines_are_told_what_an_article_is(client: Client, article: Article) -> None:
    thing = told(client, "/huong-dan/bai/").thing("NewsArticle")
    assert said(thing["headline"][0]) == article.title
    assert said(thing["articleSection"][0]) == "An toàn & mạng"
    assert said(thing["description"][0]) == article.summary
    assert thing["image"] == [f"{SITE}/tep/public/anh.png"]
    assert thing["datePublished"][0].endswith("+07:00")
    assert thing["mainEntityOfPage"] == [f"{SITE}/huong-dan/bai/"]
    (author,), (publisher,), (audience,), (series,) = (
        thing[name] for name in ("author", "publisher", "audience", "isPartOf")
    )
    assert (author["@type"], said(author["name"][0])) == (["https://schema.org/Person"], "Lê Hải")
    assert publisher["@type"] == ["https://schema.org/GovernmentOrganization"]
    assert publisher["name"] == ["Sở Thông tin và Truyền thông Hà Nội"]
    assert said(audience["audienceType"][0]) == "Học sinh"
    assert said(series["name"][0]) == "An tâm"
    assert [said(each) for each in thing["keywords"]] == ["tin giả"]


@pytest.mark.parametrize(
    ("status", "force"),
    [("in_force", "InForce"), ("partly", "PartiallyInForce"), ("ended", "NotInForce")],
)
def test_search_engines_are_told_whether_a_law_holds(
    client: Client, status: str, force: str
) -> None:
    document = make_document(slug="luat", status=status, effective_on=None)
    thing = told(client, "/van-ban/luat/").thing("Legislation")
    assert said(thing["name"][0]) == document.title
    assert said(thing["legislationIdentifier"][0]) == document.number
    assert thing["legislationDate"] == [document.issued_on.isoformat()]
    assert said(thing["legislationPassedBy"][0]["name"][0]) == document.issuer
    assert thing["legislationLegalForce"] == [f"https://schema.org/{force}"]


def test_readers_are_told_at_once_that_a_law_holds_no_more(client: Client) -> None:
    make_document(slug="cu", number="24/2018/QH14", status="ended")
    make_document(slug="moi", number="116/2025/QH15", status="in_force")
    assert "Văn bản này đã hết hiệu lực" in client.get("/van-ban/cu/").content.decode()
    assert "đã hết hiệu lực" not in client.get("/van-ban/moi/").content.decode()
    page = client.get("/van-ban/").content.decode()
    assert page.count('class="tag tag--danger"') == 1
