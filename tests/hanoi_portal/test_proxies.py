"""Behind proxies: forwarded headers are believed from those that are configured by address, and from nobody else."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from comments import limits
from hanoi_portal.environment import Environment
from hanoi_portal.proxies import ProxyMiddleware
from tests.factories import make_article

PRIVATE = ["10.0.0.0/8", "2001:db8::/32"]


def seen(trusted: list[str], settings: Any, **meta: str) -> HttpRequest:
    """Return the request as what stands behind the middleware sees it."""
    settings.TRUSTED_PROXIES = trusted
    found: list[HttpRequest] = []

    def answer(request: HttpRequest) -> HttpResponse:
        found.append(request)
        return HttpResponse()

    ProxyMiddleware(answer)(RequestFactory().get("/", **meta))  # type: ignore[arg-type]
    return found[0]


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        (
            "203.0.113.9",
            "6.6.6.6",
            "203.0.113.9",
        ),  # no proxy of ours: the header is the reader's own
        ("10.0.0.1", "6.6.6.6, 203.0.113.77", "203.0.113.77"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.77, 10.2.2.2", "203.0.113.77"),
        ("10.0.0.1", "203.0.113.77:5123", "203.0.113.77"),
        ("10.0.0.1", "[2606:4700::5]:443, 2001:db8::7", "2606:4700::5"),
        ("::ffff:10.0.0.1", "::ffff:203.0.113.77", "203.0.113.77"),
        ("10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"),  # a colleague within our own network
        ("10.0.0.1", "203.0.113.77, unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", ",,,", "10.0.0.1"),
        ("", "203.0.113.77", ""),
    ],
)
def test_the_first_address_that_is_none_of_ours_is_the_readers(
    settings: Any, remote: str, forwarded: str, address: str
) -> None:
    request = seen(PRIVATE, settings, REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert request.META["REMOTE_ADDR"] == address


def test_a_socket_is_believed_where_it_is_named(settings: Any) -> None:
    headers = {"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "203.0.113.77"}
    assert seen(["unix"], settings, **headers).META["REMOTE_ADDR"] == "203.0.113.77"


@pytest.mark.parametrize(("remote", "is_secure"), [("10.0.0.1", True), ("203.0.113.9", False)])
def test_https_is_believed_from_our_proxies_alone(
    settings: Any, remote: str, is_secure: bool
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = seen(PRIVATE, settings, REMOTE_ADDR=remote, HTTP_X_FORWARDED_PROTO="https")
    assert request.is_secure() is is_secure


@pytest.mark.django_db
def test_a_made_up_header_opens_no_new_limit(client: Client, settings: Any) -> None:
    settings.COMMENT_LIMITS = {**settings.COMMENT_LIMITS, "codes": 2}
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    address = f"{make_article().get_absolute_url()}binh-luan/"

    def statuses(remote: str) -> list[int]:
        cache.clear()
        return [
            client.get(
                address, REMOTE_ADDR=remote, headers={"X-Forwarded-For": f"203.0.{each}.1"}
            ).status_code
            for each in range(4)
        ]

    assert statuses("198.51.100.7") == [200, 200, 429, 429]
    assert statuses("10.1.2.3") == [200, 200, 200, 200]


@pytest.mark.django_db
def test_signing_in_is_limited_by_the_readers_own_address(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1/m/ip"}
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]

    def statuses(remote: str) -> list[int]:
        cache.clear()
        return [
            client.post(
                "/dang-nhap/",
                {"login": "x", "password": "y"},
                REMOTE_ADDR=remote,
                headers={"X-Forwarded-For": f"203.0.{each}.1"},
            ).status_code
            for each in range(3)
        ]

    assert 429 in statuses("198.51.100.7")
    assert 429 not in statuses("10.1.2.3")


def test_networks_are_read_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = Environment(tmp_path)
    assert environment.networks("TRUSTED_PROXIES", ["127.0.0.0/8"]) == ["127.0.0.0/8"]
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1, 10.0.5.0/24,unix,::1")
    read = environment.networks("TRUSTED_PROXIES", [])
    assert read == ["127.0.0.1/32", "10.0.5.0/24", "unix", "::1/128"]
    assert environment.problems == []


def test_an_address_that_cannot_be_read_is_one_network() -> None:
    assert limits.network_of(RequestFactory().get("/", REMOTE_ADDR="?")) == "?"
