"""The search page, and how hits are weighed, cut and marked."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hanoi_portal.search.shown import excerpt, marked
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "query",
    ["ứng xử", "ung xu", "UNG XU", "ư\u0301ng xư\u0309", "ứng  xử", "ung x", "“ứng xử”", "ung-xu"],
)
def test_an_article_is_found_however_it_is_typed(client: Client, query: str) -> None:
    article = make_article(title="Ứng xử nơi công cộng", summary="Lời hay ý đẹp.")
    page = client.get("/tim-kiem/", {"q": query}).content.decode()
    assert article.get_absolute_url() in page


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("duong day nong", "Đường dây nóng"),
        ("đường", "Đường dây nóng"),
        ("722/KH-STTTT", "Kế hoạch 722/KH-STTTT"),
        ("722", "Kế hoạch 722/KH-STTTT"),
        ("hoà bình", "Thành phố vì hòa bình"),
        ("hòa", "Thành phố vì hoà bình"),
    ],
)
def test_d_numbers_and_both_spellings_are_found(client: Client, query: str, title: str) -> None:
    article = make_article(title=title)
    make_article(title="Bài khác")
    page = client.get("/tim-kiem/", {"q": query}).content.decode()
    assert article.get_absolute_url() in page
    assert "1 kết quả" in page


def test_words_are_found_in_the_body_and_never_in_the_middle_of_a_word(client: Client) -> None:
    make_article(title="Một", body="<p>Bật xác thực hai bước.</p>")
    assert "1 kết quả" in client.get("/tim-kiem/", {"q": "xac thuc"}).content.decode()
    assert "Chưa tìm thấy" in client.get("/tim-kiem/", {"q": "ac thuc"}).content.decode()
    assert "Chưa tìm thấy" in client.get("/tim-kiem/", {"q": "xa thuc"}).content.decode()


def test_only_what_readers_may_see_is_found(client: Client) -> None:
    make_article(title="Bản thảo kín", state="draft", published_at=None)
    make_article(title="Bài kín đã rút", state="withdrawn")
    assert "Chưa tìm thấy" in client.get("/tim-kiem/", {"q": "kín"}).content.decode()


def test_the_same_diacritics_and_the_title_come_first(client: Client) -> None:
    in_body = make_article(title="Thứ ba", body="<p>Nói về tin giả.</p>")
    folded = make_article(title="Tín gia")
    exact = make_article(title="Tin giả")
    page = client.get("/tim-kiem/", {"q": "tin giả"}).content.decode()
    places = [page.index(each.get_absolute_url()) for each in (exact, folded, in_body)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "query", ["", " ", "\u200b", "%", "_", "'", '"', "\\", "🙂", "a" * 5000, "<b>", "…", "\ufdfa"]
)
def test_odd_queries_are_answered(client: Client, query: str) -> None:
    make_article()
    response = client.get("/tim-kiem/", {"q": query})
    assert response.status_code == 200
    assert "<b>" not in response.content.decode()


def test_a_wildcard_is_not_a_wildcard(client: Client) -> None:
    make_article(title="Một trăm")
    assert "kết quả cho" not in client.get("/tim-kiem/", {"q": "m%t"}).content.decode()


def test_a_null_character_is_refused(client: Client) -> None:
    assert client.get("/tim-kiem/?q=%00").status_code == 400


def test_without_a_query_the_page_says_how_to_search(client: Client) -> None:
    page = client.get("/tim-kiem/").content.decode()
    assert "Gõ có dấu hay không dấu đều được" in page


def test_the_page_is_the_same_for_everybody(client: Client) -> None:
    response = client.get("/tim-kiem/", {"q": "ung"})
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert client.post("/tim-kiem/").status_code == 405


def test_many_hits_are_parted_into_pages(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(25):
        make_article(title="Ứng xử")
    with django_assert_max_num_queries(5):
        first = client.get("/tim-kiem/", {"q": "ứng xử"}).content.decode()
    assert "Trang 1 trên 2" in first
    assert "q=%E1%BB%A9ng+x%E1%BB%AD&amp;trang=2" in first
    second = client.get("/tim-kiem/", {"q": "ứng xử", "trang": "2"}).content.decode()
    assert second.count('class="item__title"') == 5


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("Ứng xử trên mạng", "ung xu", "<mark>Ứng xử</mark> trên mạng"),
        ("Kế hoạch 722/KH-STTTT", "722/KH-STTTT", "Kế hoạch <mark>722/KH-STTTT</mark>"),
        ("xuống đường", "xu", "<mark>xu</mark>ống đường"),
        ("xử lý, xuống", "xu", "<mark>xử</mark> lý, xuống"),
        ("<b>Ứng</b>", "ung", "&lt;b&gt;<mark>Ứng</mark>&lt;/b&gt;"),
        ("Ứng xử", "", "Ứng xử"),
        ("Ứng xử", "…", "Ứng xử"),
    ],
)
def test_what_was_found_is_marked_and_the_rest_escaped(text: str, query: str, shown: str) -> None:
    assert marked(text, query) == shown


def test_an_excerpt_stands_around_the_words() -> None:
    text = "đầu bài " * 200 + "ở đây có ứng xử văn minh " + "cuối bài " * 200
    part = excerpt(text, "ung xu")
    assert "ứng xử" in part
    assert part.startswith("… ")
    assert part.endswith(" …")
    assert len(part) < 260


def test_an_excerpt_of_a_short_text_is_the_text() -> None:
    assert excerpt("Một câu\nngắn.", "câu") == "Một câu ngắn."


def test_an_excerpt_without_spaces_is_still_short() -> None:
    assert len(excerpt("a" * 10_000, "b")) < 260
