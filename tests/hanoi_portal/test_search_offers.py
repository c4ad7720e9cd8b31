"""What the search page offers where what was typed finds nothing, or only by chance."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from hanoi_portal.search.find import How, find
from hanoi_portal.search.pieces import pieces_of
from hanoi_portal.search.query import Query
from hanoi_portal.search.shown import excerpt
from hanoi_portal.search.spelling import refresh_words
from tests.factories import make_article, make_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def texts() -> None:
    """A few texts, and the words that stand in them."""
    make_article(title="Đặt mật khẩu mạnh", body="<p>Đừng cho ai biết mật khẩu của mình.</p>")
    make_article(title="Nhận ra tin giả", body="<p>Ai đăng tin giả? Đừng chia sẻ tin giả.</p>")
    make_article(title="Lời khai", body="<p>Xin khai đủ; ai mất giấy tờ thì báo công an.</p>")
    refresh_words()


# --- syllables that stand nowhere together ---------------------------------------------------------
@pytest.mark.parametrize("typed", ["mật khai", "mat khai"])
def test_what_is_found_by_chance_comes_with_what_may_be_meant(
    client: Client, texts: None, typed: str
) -> None:
    answer = find(typed, timezone.now())
    assert (answer.how, len(answer.ids)) == (How.AS_TYPED, 1)
    assert answer.instead == "mật khẩu"
    page = client.get("/tim-kiem/", {"q": typed}).content.decode()
    assert "Lời khai" in page.replace("<mark>", "").replace("</mark>", "")
    assert "Có phải ông/bà muốn tìm" in page
    assert 'href="?q=m%E1%BA%ADt%20kh%E1%BA%A9u"' in page


@pytest.mark.parametrize(
    "typed",
    [
        "mật khẩu",  # stands together
        "mat kh",  # not typed to its end
        "khẩu mật",  # apart, and nothing like it stands together
        "mật khẩu chia sẻ công an",
        '"mật khai"',
        "mật",
    ],
)
def test_nothing_else_is_offered_where_it_helps_nobody(texts: None, typed: str) -> None:
    assert find(typed, timezone.now()).instead == ""


def test_a_word_beside_which_no_neighbour_stands_is_no_better_guess(texts: None) -> None:
    # "an" and "cam" are there, one slip away from both, but nothing says them together.
    make_article(title="Quả cam")
    refresh_words()
    assert find("cam om", timezone.now()).ids == []


# --- pieces ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "pieces"),
    [
        ("phát hiện tin giả trên Zalo", ["tin giả"]),
        ("cach doi mat khau zalo", ["mật khẩu"]),
        ("mật khẩu và tin giả", ["tin giả", "mật khẩu"]),
        ("zzz kkk", []),
        ("mật khẩu", []),
        ("mật", []),
        ("", []),
    ],
)
def test_the_known_pieces_of_a_query_are_told(texts: None, typed: str, pieces: list[str]) -> None:
    assert sorted(pieces_of(Query.read(typed))) == sorted(pieces)


def test_a_word_belongs_to_one_piece_the_closest(texts: None) -> None:
    # "biết mật" stands there too, once; "mật" and "khẩu" are hardly ever without each other.
    make_article(title="Mật khẩu dài thì khó đoán")
    refresh_words()
    pieces = pieces_of(Query.read("ai cũng biết mật khẩu"))
    assert [each.casefold() for each in pieces] == ["mật khẩu"]


def test_who_finds_nothing_is_offered_the_pieces(
    client: Client, texts: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(20):
        page = client.get("/tim-kiem/", {"q": "phát hiện tin giả trên Zalo"}).content.decode()
    assert "Chưa tìm thấy gì" in page
    assert "Có thể tìm từng phần:" in page
    assert 'href="?q=tin%20gi%E1%BA%A3"' in page
    for asked in ({"q": "zzqxw"}, {"q": "đặt mật khẩu", "loai": "van-ban"}):
        page = client.get("/tim-kiem/", asked).content.decode()
        assert "Chưa tìm thấy gì" in page
        assert "từng phần" not in page


# --- what is shown ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Đầu đề\nViệc thứ nhất.", "Đầu đề. Việc thứ nhất."),
        ("Đầu đề?\nViệc.", "Đầu đề? Việc."),
        ("Một dòng\nxuống hàng.", "Một dòng xuống hàng."),
        ("Mục\n1. Một", "Mục. 1. Một"),
        ("Một\n\n Hai\n", "Một. Hai"),
    ],
)
def test_a_heading_does_not_run_on_into_the_text_below_it(text: str, shown: str) -> None:
    assert excerpt(text, "x") == shown


def test_results_say_whether_a_law_holds(client: Client) -> None:
    make_document(title="Luật An ninh mạng", status="ended")
    assert "Hết hiệu lực" in client.get("/tim-kiem/", {"q": "an ninh mạng"}).content.decode()
