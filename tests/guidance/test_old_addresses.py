"""Pages that moved: who follows an old address is led to the new one, however often it moved."""

import pytest
from django.test import Client

from guidance.actions import order_series, publish_article, write_article
from guidance.document_actions import write_document
from guidance.models import Article, Category, OldAddress, Series
from tests.factories import make_article, make_document, make_user, sign_in

pytestmark = pytest.mark.django_db


def assert_leads(client: Client, old: str, new: str) -> None:
    """One redirect, for good; but a browser asks again, for an article may move back."""
    answer = client.get(old)
    assert (answer.status_code, answer.headers["Location"]) == (301, new)
    assert answer.headers["Cache-Control"] == "no-cache"


def make_shown_article(slug: str) -> Article:
    """Make an article and publish it through the actions, as the portal does."""
    publisher = make_user("publisher")
    category = Category.objects.create(name=f"Mục của {slug}", slug=f"muc-{slug}")
    article = Article(
        title="Nghĩ trước khi viết",
        slug=slug,
        category=category,
        summary="Một phút chờ.",
        body="<p>Đọc lại trước khi gửi.</p>",
    )
    write_article(article, by=publisher)
    publish_article(article, by=publisher)
    return article


def move(article: Article, slug: str) -> None:
    """Give the article another address, and publish it."""
    publisher = make_user("publisher")
    article.slug = slug
    write_article(article, by=publisher, changed=["slug"])
    article = Article.objects.get(pk=article.pk)
    publish_article(article, by=publisher)


def test_every_address_an_article_had_leads_to_the_one_it_has(client: Client) -> None:
    article = make_shown_article("mot")
    move(article, "hai")
    move(article, "ba")
    for old in ("mot", "hai"):
        assert_leads(client, f"/huong-dan/{old}/", "/huong-dan/ba/")
    assert client.get("/huong-dan/ba/").status_code == 200


def test_what_stands_below_an_article_moves_with_it(client: Client) -> None:
    move(make_shown_article("mot"), "hai")
    assert_leads(client, "/huong-dan/mot/binh-luan/tat-ca/", "/huong-dan/hai/binh-luan/tat-ca/")


def test_an_english_reader_is_led_on_in_english(client: Client) -> None:
    move(make_shown_article("mot"), "hai")
    assert_leads(client, "/en/huong-dan/mot/", "/en/huong-dan/hai/")


def test_an_address_that_was_never_shown_leads_nowhere(client: Client) -> None:
    article = make_shown_article("mot")
    article.slug = "chua-ai-thay"
    write_article(article, by=make_user("publisher"), changed=["slug"])
    assert client.get("/huong-dan/chua-ai-thay/").status_code == 404
    assert client.get("/huong-dan/mot/").status_code == 200


def test_who_takes_an_old_address_keeps_it(client: Client) -> None:
    move(make_shown_article("mot"), "hai")
    make_article(slug="mot")
    assert client.get("/huong-dan/mot/").status_code == 200


def test_a_series_and_a_document_lead_on(client: Client) -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    series = Series(title="Lên mạng an tâm", slug="mot")
    order_series(series, [], by=editor)
    for slug in ("hai", "ba"):
        series.slug = slug
        order_series(series, [], by=editor)
    assert_leads(client, "/huong-dan/tuyen-bai/mot/", "/huong-dan/tuyen-bai/ba/")
    document = make_document(slug="mot")
    document.slug = "hai"
    write_document(document, by=publisher, changed=["slug"])
    assert_leads(client, "/van-ban/mot/", "/van-ban/hai/")


def test_a_shelf_that_moves_there_and_back_leads_nobody_in_a_circle(client: Client) -> None:
    category = Category.objects.create(name="Mục", slug="mot")
    make_article(category=category)
    sign_in(client, make_user("publisher"))
    page = f"/quan-tri/guidance/category/{category.pk}/change/"
    for slug in ("hai", "mot"):
        data = {"name": "Mục", "slug": slug, "position": "1"}
        assert client.post(page, data).status_code == 302
    assert client.get("/huong-dan/chuyen-muc/mot/").status_code == 200
    assert_leads(client, "/huong-dan/chuyen-muc/hai/", "/huong-dan/chuyen-muc/mot/")
    assert not OldAddress.objects.filter(path="/huong-dan/chuyen-muc/mot/").exists()


@pytest.mark.parametrize(
    "address", ["/huong-dan/a/b/c/d/", "/van-ban/khong-co/", "/khac/", "/huong-dan//"]
)
def test_what_never_was_ours_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
