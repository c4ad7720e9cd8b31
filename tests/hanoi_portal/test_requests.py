"""What comes from outside: odd requests, error pages without a database, probes, numbers, and headers."""

import json

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from hanoi_portal.registry import registry
from tests.factories import make_article, make_user, sign_in

pytestmark = pytest.mark.django_db

ADDRESSES = ("/", "/huong-dan/", "/tim-kiem/", "/dang-nhap/", "/ke-hoach/", "/khong-co/", "/rss/")


def quiet_client() -> Client:
    """A client that sees a 500 as a browser does, and not the exception."""
    return Client(raise_request_exception=False)


# --- odd requests -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address",
    [
        "/tim-kiem/?q=%00",
        "/tim-kiem/?q=a%00b",
        "/huong-dan/%00/",
        "/%00",
        "/dang-nhap/?next=%00",
        "/quan-tri/?a=%00",
    ],
)
def test_a_nul_in_an_address_is_a_bad_request_in_vietnamese(address: str) -> None:
    answer = quiet_client().get(address)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert '<html lang="vi"' in page
    assert "400" in page


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "latin-1", "nonsense", "utf_8_sig", ""])
def test_a_form_in_another_charset_is_a_bad_request(charset: str) -> None:
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    answer = quiet_client().generic("POST", "/dang-nhap/", b"login=a&password=b", kind)
    assert answer.status_code == 400, answer.status_code


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8"])
def test_a_form_in_utf_8_is_read(charset: str) -> None:
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    answer = quiet_client().generic("POST", "/dang-nhap/", b"login=a&password=b", kind)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="login"\r\n'
         b"Content-Type: text/plain; charset=utf-16\r\n\r\n\xff\xfe\x00\r\n--x--\r\n"),
        ("application/x-www-form-urlencoded", b"login=%ff%fe%00&password=%ed%a0%80"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(2000))),
        ("application/json", b"{"),
        ("text/plain", b"login=a"),
        ("", b"login=a"),
    ],
)  # fmt: skip
def test_an_odd_body_is_never_our_error(kind: str, body: bytes) -> None:
    assert quiet_client().generic("POST", "/dang-nhap/", body, kind).status_code in {200, 400, 403}


ODD_TEXT = st.text(
    st.characters(codec=None)
    | st.sampled_from("\u200b\ufeff\u202e\u3164\u2800\u00ad\udc80\x01\x85"),
    max_size=30,
)


@given(data=st.data())
@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_asked_the_answer_is_not_a_500(data: st.DataObject) -> None:
    from urllib.parse import quote

    address = data.draw(st.sampled_from(ADDRESSES))
    query = quote(data.draw(ODD_TEXT).encode("utf-8", "surrogatepass"))
    name = data.draw(st.sampled_from(["q", "trang", "next", "page", "la"]))
    path = quote(data.draw(ODD_TEXT).encode("utf-8", "surrogatepass"))
    client = quiet_client()
    assert client.get(f"{address}?{name}={query}").status_code < 500
    assert client.get(f"{address}{path}/").status_code < 500
    posted = {"login": data.draw(ODD_TEXT), "password": "x"}
    body = "&".join(f"{k}={quote(v.encode('utf-8', 'surrogatepass'))}" for k, v in posted.items())
    kind = "application/x-www-form-urlencoded"
    assert client.generic("POST", "/dang-nhap/", body, kind).status_code < 500


def test_odd_cookies_and_hosts_are_not_our_error() -> None:
    client = quiet_client()
    for cookie in (
        "phien=\u00e9\u00ff; csrftoken=<x>",
        "phien=" + "a" * 4000,
        ";;;=",
        "phien=\x01",
    ):
        assert client.get("/dang-nhap/", headers={"cookie": cookie}).status_code == 200
    for host in ("evil.example", "a b", "localhost:x", ""):
        answer = client.get("/", headers={"host": host})
        assert answer.status_code == 400
        assert '<html lang="vi"' in answer.content.decode()


# --- error pages --------------------------------------------------------------------------------
def test_error_pages_stand_without_the_database(settings: Settings) -> None:
    """A connection that is closed for good: whoever asks the database gets an error."""
    from django.db import InterfaceError

    def refuse(*args: object) -> None:
        raise InterfaceError("the database is away")

    client = quiet_client()
    with connection.execute_wrapper(refuse):
        broken = client.get("/huong-dan/")
        missing = client.get("/khong-co/")
        bad = client.get("/tim-kiem/?q=%00")
    for answer, status in ((broken, 500), (missing, 404), (bad, 400)):
        assert answer.status_code == status
        page = answer.content.decode()
        assert '<html lang="vi"' in page
        assert str(status) in page
        assert "Traceback" not in page
        assert "InterfaceError" not in page
        assert not answer.cookies


def test_a_form_that_grew_old_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True).post("/dang-nhap/", {"login": "a", "password": "b"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert '<html lang="vi"' in page
    assert "CSRF" not in page


# --- headers ------------------------------------------------------------------------------------
def test_every_answer_carries_the_headers_that_protect_readers() -> None:
    for address in ("/", "/dang-nhap/", "/khong-co/", "/quan-tri/"):
        headers = Client().get(address).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors" in headers["Content-Security-Policy"]
        assert "Cross-Origin-Opener-Policy" in headers


def test_only_the_admin_may_write_scripts_into_its_pages() -> None:
    client = sign_in(Client(), make_user("editor"))
    inside = client.get("/quan-tri/").headers["Content-Security-Policy"]
    outside = client.get("/bao-mat/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in inside
    assert "unsafe" not in outside
    assert "eval" not in inside


def test_the_language_comes_from_the_path_alone() -> None:
    answer = Client().get("/", headers={"accept-language": "en"})
    assert answer.headers["Content-Language"] == "vi"
    assert "Accept-Language" not in answer.headers.get("Vary", "")


# --- probes and numbers -------------------------------------------------------------------------
def test_probes_answer_and_say_what_is_there() -> None:
    assert Client().get("/healthz").content == b"ok\n"
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert json.loads(answer.content) == {"database": True, "broker": True, "mails_waiting": 0}
    assert "no-store" in answer.headers["Cache-Control"]


def test_without_its_database_the_process_lives_and_is_not_ready() -> None:
    from django.db import OperationalError

    def refuse(*args: object) -> None:
        raise OperationalError("the database is away")

    with connection.execute_wrapper(refuse):
        assert Client().get("/healthz").status_code == 200
        answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["database"] is False


def test_numbers_are_for_this_machine_or_for_who_has_the_token(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert Client(REMOTE_ADDR="127.0.0.1").get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="203.0.113.9").get("/metrics").status_code == 404
    behind = Client(REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": "203.0.113.9"})
    assert behind.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "mot-chuoi-dai"
    assert Client().get("/metrics").status_code == 404
    for said, status in (("Bearer mot-chuoi-dai", 200), ("Bearer khac", 404), ("é", 404)):
        assert Client(headers={"authorization": said}).get("/metrics").status_code == status


def test_numbers_are_in_prometheus_format(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "gauges", [])
    registry.add_gauge("portal_answer", "The answer.", lambda: 42)
    lines = Client().get("/metrics").content.decode().splitlines()
    assert 'portal_mails{state="pending"} 0' in lines
    assert "portal_mail_delay_seconds 0" in lines
    assert (lines[-3:]) == [
        "# HELP portal_answer The answer.",
        "# TYPE portal_answer gauge",
        "portal_answer 42",
    ]


def test_a_public_page_asks_for_nobody(django_assert_num_queries: object) -> None:
    """No session and no user are looked up for a reader, even one who is signed in."""
    article = make_article()
    client = sign_in(Client(), make_user("editor"))
    with connection.execute_wrapper(_forbid("session", "hanoi_portal_user")):
        assert client.get(f"/huong-dan/{article.slug}/").status_code == 200
        assert client.get("/").status_code == 200


def _forbid(*tables: str):  # type: ignore[no-untyped-def]
    def look(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        assert not any(f'"{table}"' in sql or f'"django_{table}"' in sql for table in tables), sql
        return execute(sql, params, many, context)

    return look


# --- what may be kept on the way ----------------------------------------------------------------
@pytest.mark.parametrize("address", ["/khong-co/", "/huong-dan/sap-co/", "/tim-kiem/?q=%00"])
def test_nobody_on_the_way_keeps_that_there_is_nothing(address: str) -> None:
    assert quiet_client().get(address).headers["Cache-Control"] == "no-store"


def test_who_takes_no_gzip_gets_none(client: Client) -> None:
    for value, encoding in (("gzip;q=0, identity", None), ("gzip", "gzip")):
        answer = client.get("/", headers={"accept-encoding": value})
        assert answer.headers.get("Content-Encoding") == encoding
