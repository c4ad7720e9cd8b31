"""Public pages are compressed, the same bytes every time; pages with a reader's secret never are."""

import gzip

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from hanoi_portal.compression import WORTH_IT, CompressPublicPages

LONG = "Ứng xử văn minh trên mạng. " * 200


def answered(response: HttpResponse, accepted: str = "gzip, br") -> HttpResponse:
    """What a browser that accepts that gets instead of `response`."""

    def page(request: HttpRequest) -> HttpResponse:
        return response

    request = RequestFactory().get("/", headers={"accept-encoding": accepted})
    given = CompressPublicPages(page)(request)
    assert isinstance(given, HttpResponse)
    return given


def test_a_public_page_is_compressed_and_says_what_it_depends_on() -> None:
    given = answered(HttpResponse(LONG))
    assert given["Content-Encoding"] == "gzip"
    assert gzip.decompress(given.content).decode() == LONG
    assert int(given["Content-Length"]) == len(given.content) < len(LONG)
    assert given["Vary"] == "Accept-Encoding"


def test_the_same_page_is_always_the_same_bytes() -> None:
    assert answered(HttpResponse(LONG)).content == answered(HttpResponse(LONG)).content


def test_a_browser_that_cannot_unpack_gets_the_page_as_it_is() -> None:
    given = answered(HttpResponse(LONG), accepted="")
    assert not given.has_header("Content-Encoding")
    assert given.content.decode() == LONG
    assert given["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("kept", ["cookie", "vary", "private", "short", "picture"])
def test_what_is_secret_short_or_packed_already_is_left_alone(kept: str) -> None:
    response = HttpResponse("x" * (WORTH_IT - 1) if kept == "short" else LONG)
    if kept == "cookie":
        response.set_cookie("phien", "1")
    elif kept == "vary":
        response["Vary"] = "Accept-Language, Cookie"
    elif kept == "private":
        response["Cache-Control"] = "private, no-store"
    elif kept == "picture":
        response["Content-Type"] = "image/png"
    assert not answered(response).has_header("Content-Encoding")


def test_a_strong_etag_becomes_weak_because_the_bytes_differ() -> None:
    response = HttpResponse(LONG, headers={"ETag": '"a"'})
    assert answered(response)["ETag"] == 'W/"a"'


@pytest.mark.django_db
def test_the_portal_compresses_its_home_page_and_not_its_sign_in() -> None:
    client = Client(headers={"accept-encoding": "gzip"})
    assert client.get("/")["Content-Encoding"] == "gzip"
    assert not client.get("/dang-nhap/").has_header("Content-Encoding")
