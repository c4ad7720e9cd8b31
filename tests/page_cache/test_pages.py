"""What is answered from copies, to whom, and in which form."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guidance.models import Article
from hanoi_portal.compression import accepts_gzip
from hanoi_portal.page_cache import store
from hanoi_portal.page_cache.application import CachedPages
from tests.factories import make_article, make_comment, make_user, sign_in
from tests.page_cache.asking import ask

pytestmark = pytest.mark.django_db


def test_a_page_is_rendered_once_and_then_costs_no_query(portal_pages: CachedPages) -> None:
    address = make_article().get_absolute_url()
    first = ask(portal_pages, address)
    with CaptureQueriesContext(connection) as queries:
        second = ask(portal_pages, address)
    assert first.status == 200
    assert second == first
    assert not queries


def test_another_process_gets_the_copy_from_the_shared_store(portal_pages: CachedPages) -> None:
    address = make_article().get_absolute_url()
    first = ask(portal_pages, address)
    other = CachedPages(WSGIHandler())
    with CaptureQueriesContext(connection) as queries:
        assert ask(other, address) == first
    assert not queries


def test_who_is_signed_in_and_who_is_not_share_one_copy(
    portal_pages: CachedPages,
) -> None:
    address = make_article().get_absolute_url()
    editor = sign_in(Client(), make_user("publisher"))
    signed = ask(portal_pages, address, HTTP_COOKIE=f"phien={editor.cookies['phien'].value}")
    with CaptureQueriesContext(connection) as queries:
        assert ask(portal_pages, address) == signed
    assert not queries
    assert "Set-Cookie" not in signed.headers


def test_what_one_reader_sends_never_gets_into_the_copy_of_all(portal_pages: CachedPages) -> None:
    address = make_article().get_absolute_url()
    first = ask(
        portal_pages,
        address,
        "utm_source=la&trang=9",
        HTTP_ACCEPT_LANGUAGE="en",
        HTTP_X_FORWARDED_FOR="198.51.100.9",
        HTTP_X_FORWARDED_HOST="la.example",
        HTTP_USER_AGENT="la",
    )
    assert "utm_source" not in first.text
    assert "la.example" not in first.text
    assert first == ask(CachedPages(WSGIHandler()), address)


def test_unknown_parameters_share_one_copy_and_known_ones_do_not(
    portal_pages: CachedPages,
) -> None:
    category = make_article().category
    for _each in range(25):
        make_article(category=category)
    first = ask(portal_pages, "/huong-dan/")
    with CaptureQueriesContext(connection) as queries:
        assert ask(portal_pages, "/huong-dan/", "fbclid=abc&utm_medium=x&trang=") == first
    assert not queries
    second = ask(portal_pages, "/huong-dan/", "trang=2")
    assert second.text != first.text
    assert ask(portal_pages, "/huong-dan/", "x=1&trang=7&trang=2") == second


def test_each_language_has_its_own_copy(portal_pages: CachedPages) -> None:
    vietnamese, english = ask(portal_pages, "/"), ask(portal_pages, "/en/")
    assert '<html lang="vi">' in vietnamese.text
    assert '<html lang="en">' in english.text
    assert ask(portal_pages, "/en/dang-nhap/").status == 302


def test_a_browser_that_unpacks_gets_the_packed_page_and_others_the_same_page(
    portal_pages: CachedPages,
) -> None:
    plain = ask(portal_pages, "/gioi-thieu/")
    packed = ask(portal_pages, "/gioi-thieu/", HTTP_ACCEPT_ENCODING="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.text == plain.text
    assert int(packed.headers["Content-Length"]) == len(packed.body) < len(plain.body)
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] == packed.headers["ETag"]


@pytest.mark.parametrize(
    ("value", "is_accepted"),
    [
        ("gzip", True),
        ("br;q=1.0, gzip;q=0.8", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("gzip;q=0.5", True),
    ],
)
def test_gzip_goes_only_to_who_takes_it(value: str, is_accepted: bool) -> None:
    assert accepts_gzip(value) is is_accepted


def test_head_has_the_headers_of_the_page_and_no_body(portal_pages: CachedPages) -> None:
    head = ask(portal_pages, "/", REQUEST_METHOD="HEAD")
    page = ask(portal_pages, "/")
    assert head.body == b""
    assert head.headers == page.headers


def test_who_has_the_page_already_is_told_so_in_a_few_bytes(portal_pages: CachedPages) -> None:
    tag = ask(portal_pages, "/").headers["ETag"]
    again = ask(portal_pages, "/", HTTP_IF_NONE_MATCH=f'W/"khac", {tag}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == tag
    assert again.headers["Cache-Control"] == "public, max-age=1, stale-if-error=300"
    assert "Content-Security-Policy" not in again.headers
    assert ask(portal_pages, "/", HTTP_IF_NONE_MATCH='W/"khac"').status == 200


@pytest.mark.parametrize(
    "path", ["/dang-nhap/", "/can-bo/", "/quan-tri/", "/healthz", "/metrics", "/captcha/refresh/"]
)
def test_what_is_not_public_is_never_kept(portal_pages: CachedPages, path: str) -> None:
    ask(portal_pages, path)
    assert store.find(f"{path}?").copy is None
    assert "public" not in ask(portal_pages, path).headers.get("Cache-Control", "")


def test_the_form_of_a_comment_is_made_anew_for_each(portal_pages: CachedPages) -> None:
    address = f"{make_article().get_absolute_url()}binh-luan/"
    assert ask(portal_pages, address).text != ask(portal_pages, address).text


def test_a_form_sent_to_a_public_address_goes_to_django(portal_pages: CachedPages) -> None:
    ask(portal_pages, "/")
    assert ask(portal_pages, "/", REQUEST_METHOD="POST").status in {403, 405}


def test_an_address_that_is_not_there_is_not_kept(portal_pages: CachedPages) -> None:
    article = make_article(state=Article.State.DRAFT)
    assert ask(portal_pages, article.get_absolute_url()).status == 404
    Article.objects.filter(pk=article.pk).update(state=Article.State.PUBLISHED)
    assert ask(portal_pages, article.get_absolute_url()).status == 200


def test_a_withdrawn_article_is_kept_with_its_explanation(portal_pages: CachedPages) -> None:
    article = make_article(state=Article.State.WITHDRAWN, withdrawn_reason="Có số liệu sai.")
    first = ask(portal_pages, article.get_absolute_url())
    assert first.status == 410
    with CaptureQueriesContext(connection) as queries:
        assert ask(portal_pages, article.get_absolute_url()) == first
    assert not queries


def test_another_host_is_refused_also_when_the_page_is_there(portal_pages: CachedPages) -> None:
    assert ask(portal_pages, "/").status == 200
    assert ask(portal_pages, "/", HTTP_HOST="la.example").status == 400
    assert ask(portal_pages, "/", HTTP_HOST="127.0.0.1:8000").status == 200


def test_http_is_led_to_https_also_when_the_page_is_there(settings: Any) -> None:
    settings.IS_HTTPS = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 31_536_000
    pages = CachedPages(WSGIHandler())
    secure = ask(pages, "/", HTTP_X_FORWARDED_PROTO="https")
    assert secure.status == 200
    assert "max-age=31536000" in secure.headers["Strict-Transport-Security"]
    assert ask(pages, "/").status == 301
    assert ask(pages, "/", HTTP_X_FORWARDED_PROTO="http").status == 301


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=" + "a" * 3000, "&".join(f"a{number}=1" for number in range(50))],
    ids=["NUL", "long", "many"],
)
def test_what_cannot_be_kept_is_answered_without_the_cache(
    portal_pages: CachedPages, query: str
) -> None:
    assert ask(portal_pages, "/tim-kiem/", query).status in {200, 400}
    assert portal_pages._kept == {}


def test_a_process_keeps_no_more_than_it_has_room_for(
    portal_pages: CachedPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanoi_portal.page_cache.application.MEMORY", 30_000)
    for number in range(30):
        ask(portal_pages, "/tim-kiem/", f"q=tin+{number}")
    assert 0 < sum(kept.copy.size for kept in portal_pages._kept.values()) <= 30_000
    assert "/tim-kiem/?q=tin+29" in portal_pages._kept
    assert "/tim-kiem/?q=tin+0" not in portal_pages._kept


def test_what_time_changes_shows_within_a_minute(
    portal_pages: CachedPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime.fromtimestamp(now, tz=UTC))
    soon = timezone.now() + timedelta(seconds=30)
    make_article(title="Bài hẹn giờ", published_at=soon)
    first = ask(portal_pages, "/huong-dan/")
    assert "Bài hẹn giờ" not in first.text
    now += store.SECONDS - 1
    assert ask(portal_pages, "/huong-dan/") == first
    now += 2
    assert "Bài hẹn giờ" in ask(portal_pages, "/huong-dan/").text


def test_a_page_with_comments_is_the_page_without_the_cache(portal_pages: CachedPages) -> None:
    article = make_article()
    make_comment(article, state="published", content="Đúng là phải nghĩ trước khi viết.")
    kept = ask(portal_pages, article.get_absolute_url())
    assert kept.text == ask(WSGIHandler(), article.get_absolute_url()).text
    assert "Đúng là phải nghĩ" in kept.text
