"""Searching with the input method off, with slips, with quotation marks and numbers; and what is offered meanwhile."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from hanoi_portal.models import SearchEntry
from hanoi_portal.search.find import How, find
from hanoi_portal.search.keys import readings
from hanoi_portal.search.spelling import refresh_words
from hanoi_portal.text import fold
from tests.factories import make_article, make_document, make_plan_722

pytestmark = pytest.mark.django_db


def titles(query: str) -> list[str]:
    """What a search finds, in order."""
    ids = find(query, timezone.now()).ids
    entries = SearchEntry.objects.in_bulk(ids)
    return [entries[each].title for each in ids]


# --- the input method is off ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("uwngs xuwr", "ứng xử"),
        ("UWNGS XUWR", "ứng xử"),
        ("u7ng1 xu73", "ứng xử"),
        ("ung71 xu37", "ứng xử"),
        ("mangj xax hooij", "mạng xã hội"),
        ("ma5ng xa4 ho65i", "mạng xã hội"),
        ("truowngf hocj", "trường học"),
        ("truong72 hoc5", "trường học"),
        ("dduwowngf daay nongs", "đường dây nóng"),
        ("d9uo7ng2 da6y no1ng", "đường dây nóng"),
        ("maatj khaaur", "mật khẩu"),
        ("nguwowif tieeu dungf", "người tiêu dùng"),
        ("quoocs gia", "quốc gia"),
        ("giar", "giả"),
        ("hoaf binhf", "hòa bình"),
        ("thuowr", "thuở"),
        ("quyeenf", "quyền"),
        ("quar", "quả"),
        ("tin giar 722/KH", "tin giả 722/KH"),
    ],
)
def test_raw_keys_are_read_as_the_input_method_would(typed: str, meant: str) -> None:
    assert meant in readings(typed)


@pytest.mark.parametrize("typed", ["", "ứng xử", "mang", "722/KH-STTTT", "www", "xyz123", "wifi"])
def test_what_is_no_raw_keys_stays_as_it_is(typed: str) -> None:
    assert readings(typed) == []


@pytest.mark.parametrize("typed", ["uwngs xuwr", "u7ng1 xu73", "ứng xuwr"])
def test_raw_keys_find_what_was_meant_and_the_page_says_so(client: Client, typed: str) -> None:
    article = make_article(title="Ứng xử nơi công cộng")
    page = client.get("/tim-kiem/", {"q": typed}).content.decode()
    assert article.get_absolute_url() in page
    assert "được đọc là “<strong>ứng xử</strong>”" in page


def test_words_that_are_there_are_not_read_as_raw_keys() -> None:
    make_article(title="Google as a search engine")
    make_article(title="Á hậu nói về mạng")
    assert titles("as") == ["Google as a search engine"]


# --- slips ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed", ["mat khua", "mat kahu", "mật khẩuu", "mat khu", "matkhau", "nat khau", "mật  khầi"]
)
def test_a_small_slip_is_put_right_by_the_words_of_what_can_be_found(
    client: Client, typed: str
) -> None:
    article = make_article(title="Đặt mật khẩu mạnh", summary="Mật khẩu dài thì khó đoán.")
    make_article(title="Tin giả", summary="Không chia sẻ.")
    refresh_words()
    answer = find(typed, timezone.now())
    assert answer.how == How.PUT_RIGHT
    assert fold(answer.text) == "mat khau"
    page = client.get("/tim-kiem/", {"q": typed}).content.decode()
    assert "Có phải ông/bà muốn tìm" in page
    assert article.get_absolute_url() in page


def test_what_is_put_right_is_shown_with_diacritics() -> None:
    make_article(title="Về mật khẩu", summary="Một mật khẩu cho mỗi nơi; mật khẩu riêng.")
    refresh_words()
    assert find("mat khua", timezone.now()).text == "mật khẩu"


def test_neighbours_decide_which_word_was_meant() -> None:
    make_article(title="Quả cam", summary="Quả cam, quả cam và quả cam.")
    make_article(title="Quá khứ", summary="Khứ hồi.")
    make_article(title="Cảm ơn", summary="Lời cảm ơn.")
    refresh_words()
    assert fold(find("cam pn", timezone.now()).text) == "cam on"


def test_nonsense_is_not_put_right() -> None:
    make_article()
    refresh_words()
    answer = find("zzqxw kkjhh", timezone.now())
    assert answer.ids == []
    assert answer.text == "zzqxw kkjhh"


# --- phrases, numbers, order ----------------------------------------------------------------------
def test_quotation_marks_keep_words_together() -> None:
    make_article(title="Một", body="<p>Bảo vệ trẻ em trên mạng.</p>")
    make_article(title="Hai", body="<p>Trẻ và em. Em trên mạng, vệ trẻ.</p>")
    make_article(title="Ba", body="<p>Trẻ em. Rồi em trên mạng. Rồi vệ trẻ.</p>")
    assert titles("vệ trẻ em") == ["Ba", "Một", "Hai"]
    assert titles('"vệ trẻ em"') == ["Một"]
    assert titles("“vệ trẻ em” mạng") == ["Một"]
    assert titles('"trẻ em"') == ["Ba", "Một"]
    assert titles('"em trẻ"') == []


def test_words_together_come_before_words_apart() -> None:
    together = make_article(title="Một", body="<p>Phòng tránh lừa đảo.</p>")
    apart = make_article(title="Hai", body="<p>Lừa người là đảo lộn.</p>")
    assert titles("lừa đảo") == [together.title, apart.title]


def test_single_syllables_with_the_same_diacritics_come_first() -> None:
    exact = make_article(title="Một", body="<p>Lời mắng.</p>")
    make_article(title="Hai", body="<p>Trên mạng.</p>")
    assert titles("mắng") == [exact.title, "Hai"]
    assert titles("mạng") == ["Hai", exact.title]


@pytest.mark.parametrize(
    "query",
    [
        *("722/KH-STTTT", "722/kh-stttt", "722 / KH - STTTT", "722KHSTTTT", "722 kh stttt"),
        *("số 722/KH-STTTT", "Kế hoạch số: 722/KH-STTTT", "722/KH", "722", "0722/KH-STTTT"),
    ],
)
def test_a_document_is_found_by_its_number_however_it_is_written(query: str) -> None:
    make_document(number="722/KH-STTTT", title="Nâng cao ý thức", kind="other")
    make_document(number="1722/KH-STTTT", title="Việc khác", kind="other")
    assert titles(query) == ["Văn bản khác 722/KH-STTTT: Nâng cao ý thức"]


def test_a_document_comes_before_what_cites_its_number() -> None:
    make_document(number="05/2020/QĐ-UBND", title="Quy tắc")
    make_article(title="Theo 05/2020/QĐ-UBND", body="<p>Xem 05/2020/QĐ-UBND.</p>")
    assert titles("5/2020/QĐ-UBND") == [
        "Quyết định 05/2020/QĐ-UBND: Quy tắc",
        "Theo 05/2020/QĐ-UBND",
    ]


@pytest.mark.parametrize("query", ["hoà bình", "hòa bình", "hoa\u0300 bi\u0300nh", "HOÀ BÌNH"])
def test_every_spelling_counts_as_the_same_diacritics(query: str) -> None:
    make_article(title="Hoa bính")
    old, new = make_article(title="Hoà bình"), make_article(title="Hòa bình")
    make_article(title="Hóa bính")
    assert titles(query)[:2] == [new.title, old.title]


def test_articles_documents_and_plans_come_in_one_list() -> None:
    make_plan_722()
    make_document(title="Ứng xử trên mạng xã hội")
    make_article(title="Ứng xử trên mạng")
    found = find("mạng xã hội", timezone.now()).ids
    kinds = set(SearchEntry.objects.filter(pk__in=found).values_list("kind", flat=True))
    assert kinds == {"ke-hoach", "van-ban"}
    found = find("mạng", timezone.now()).ids
    kinds = set(SearchEntry.objects.filter(pk__in=found).values_list("kind", flat=True))
    assert kinds == {"ke-hoach", "van-ban", "bai"}


# --- narrowing ------------------------------------------------------------------------------------
def test_results_are_narrowed_by_kind_category_and_days(client: Client) -> None:
    now = timezone.now()
    old = make_article(title="Ứng xử xưa", published_at=now - timedelta(days=800))
    new = make_article(title="Ứng xử nay", published_at=now - timedelta(days=3))
    document = make_document(title="Quy tắc ứng xử")

    def urls(**narrowing: str) -> set[str]:
        page = client.get("/tim-kiem/", {"q": "ứng xử", **narrowing}).content.decode()
        return {
            each.get_absolute_url()
            for each in (old, new, document)
            if each.get_absolute_url() in page
        }

    every = {each.get_absolute_url() for each in (old, new, document)}
    assert urls() == every
    assert urls(loai="bai") == {old.get_absolute_url(), new.get_absolute_url()}
    assert urls(loai="van-ban") == {document.get_absolute_url()}
    assert urls(**{"chuyen-muc": new.category.slug}) == {new.get_absolute_url()}
    since = timezone.localdate() - timedelta(days=30)
    assert urls(tu=since.isoformat()) == {new.get_absolute_url()}
    assert urls(den=since.strftime("%d/%m/%Y")) == every - {new.get_absolute_url()}
    assert urls(tu="2020-03-05", den="2020-03-05") == {document.get_absolute_url()}
    # What is no such choice narrows nothing; a day that cannot be read is told.
    assert urls(loai="khong-co", **{"chuyen-muc": "khong-co"}) == every
    page = client.get("/tim-kiem/", {"q": "ứng xử", "tu": "hôm qua"}).content.decode()
    assert "Xin nhập ngày đúng dạng" in page
    assert 'type="text" name="tu" value="hôm qua"' in page  # a date field would show nothing of it
    assert 'type="date" name="den"' in page
    page = client.get("/tim-kiem/", {"q": "ứng xử", "tu": "2020-03-06", "den": "2020-03-05"})
    assert "Ngày này đứng trước “Từ ngày”." in page.content.decode()


def test_pages_keep_what_was_narrowed(client: Client) -> None:
    for _number in range(21):
        make_article(title="Ứng xử")
    page = client.get("/tim-kiem/", {"q": "ứng xử", "loai": "bai"}).content.decode()
    assert "loai=bai&amp;trang=2" in page


# --- while one types ------------------------------------------------------------------------------
def offered(client: Client, query: str) -> list[str]:
    """What is offered for what was typed so far."""
    answer: list[str] = client.get("/tim-kiem/goi-y/", {"q": query}).json()["offered"]
    return answer


def test_words_and_titles_are_offered_while_one_types(client: Client) -> None:
    make_article(title="Đặt mật khẩu mạnh", body="<p>Mật khẩu; mật khẩu. Đừng cho ai mật khẩu.</p>")
    make_article(title="Mật ong", body="<p>Ngọt.</p>")
    refresh_words()
    assert offered(client, "mat k") == ["mật khẩu", "Đặt mật khẩu mạnh"]
    assert offered(client, "mật kh")[0] == "mật khẩu"
    assert "mật khẩu" in offered(client, "mat")
    assert offered(client, "giu mat kh")[0] == "giu mật khẩu"
    assert offered(client, "") == offered(client, "m") == offered(client, "…") == []


def test_a_word_that_nearly_always_follows_is_offered_along(client: Client) -> None:
    for number in range(3):
        make_article(title=f"Bài {number}", summary="Mạng xã hội.", body="<p>Ở xã Kim Liên.</p>")
    refresh_words()
    assert offered(client, "mang x") == ["Mạng xã hội"]


def test_only_what_readers_may_see_is_offered(client: Client) -> None:
    make_article(title="Bản thảo kín", state="draft", published_at=None)
    make_article(title="Bài hẹn giờ kín", published_at=timezone.now() + timedelta(days=1))
    refresh_words()
    assert [
        each for each in offered(client, "kin") if "kín" in each.casefold() and "Bài" in each
    ] == []


def test_what_is_offered_is_the_same_for_everybody_and_asks_few_questions(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_article(title="Đặt mật khẩu mạnh")
    refresh_words()
    with django_assert_max_num_queries(4):
        response = client.get("/tim-kiem/goi-y/", {"q": "mat k"})
    assert not response.cookies
    assert client.post("/tim-kiem/goi-y/").status_code == 405
