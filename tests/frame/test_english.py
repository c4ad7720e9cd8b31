"""English below /en/: the frame is translated in full, the path alone decides, and nothing leaks into Vietnamese."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_script_prefix, reverse
from django.utils.translation.template import templatize

from deploy.prepare import compile_translations
from hanoi_portal import english

TEMPLATES = Path(settings.BASE_DIR, "templates")
CATALOGUE = Path(settings.BASE_DIR, "hanoi_portal", "locale", "en", "LC_MESSAGES", "django.po")
# What a reader of /en/ can come to. A page that is offered in English later adds its template here.
PUBLIC = [
    "base.html",
    "home.html",
    "search.html",
    "hanoi_portal/_search_narrowing.html",
    "components/*.html",
    "errors/*.html",
    "pages/*.html",
    "campaigns/plan_*.html",
    "campaigns/_home_progress.html",
    "guidance/*.html",
    "comments/[cfr]*.html",
    "comments/_[crt]*.html",
    "comments/mail/*",
    "mail/*",
    "captcha/picture.html",
]
QUOTED = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
MARKED = re.compile(rf"(?<!n)gettext\(({QUOTED})\)|ngettext\(({QUOTED}),|\b_\(({QUOTED})\)")
ENTRY = re.compile(
    rf"^msgid ({QUOTED})\n(?:msgid_plural .*\n)?msgstr(?:\[0\])? ({QUOTED})", re.MULTILINE
)


def public_templates() -> list[Path]:
    """The templates of the public frame."""
    return sorted({path for pattern in PUBLIC for path in TEMPLATES.glob(pattern)})


def translated() -> set[str]:
    """What the English catalogue has words for."""
    entries = ENTRY.findall(CATALOGUE.read_text("utf-8"))
    return {ast.literal_eval(said) for said, meant in entries if ast.literal_eval(meant)}


@pytest.fixture(scope="module")
def compiled() -> None:
    """The catalogues as the portal reads them."""
    compile_translations()


@pytest.mark.parametrize("path", public_templates(), ids=lambda path: path.name)
def test_every_string_of_the_public_frame_has_its_english(path: Path) -> None:
    source = templatize(path.read_text("utf-8"), origin=path.name)
    said = {ast.literal_eval(next(filter(None, found))) for found in MARKED.findall(source)}
    assert said - translated() == set()


@pytest.mark.parametrize("path", public_templates(), ids=lambda path: path.name)
def test_no_vietnamese_of_the_public_frame_is_left_unmarked(path: Path) -> None:
    source = path.read_text("utf-8")
    for pattern in (
        r"\{% comment %\}.*?\{% endcomment %\}",
        r"\{#.*?#\}",
        r"\{% blocktranslate.*?\{% endblocktranslate %\}",
        r"\{%.*?%\}",
        r"\{\{.*?\}\}",
    ):
        source = re.sub(pattern, "", source, flags=re.DOTALL)
    assert re.findall(r"[^\s<>]*[À-ỹĐđ][^\s<>]*", source) == []


@pytest.mark.parametrize(
    ("path", "is_there"),
    [
        ("/", True),
        ("/huong-dan/", True),
        ("/huong-dan/bai/", True),
        ("/huong-dan/chuyen-muc/an-toan/", True),
        ("/huong-dan/chuyen-muc/", False),
        ("/huong-dan/bai/binh-luan/", True),
        ("/huong-dan/bai/binh-luan/rss/", False),
        ("/binh-luan/tra-cuu/", True),
        ("/binh-luan/5/bao-cao/", True),
        ("/captcha/refresh/", True),
        ("/ke-hoach/722-kh-stttt", True),
        ("/van-ban/", True),
        ("/van-ban/24-2018-qh14/", True),
        ("/van-ban/24-2018-qh14/tep/", False),
        ("/can-bo/", False),
        ("/quan-tri/", False),
        ("/static/x.css", False),
    ],
)
def test_only_public_pages_are_offered_in_english(path: str, is_there: bool) -> None:
    assert english.is_offered(path) is is_there


@pytest.mark.django_db
def test_the_home_page_below_en_is_english_and_stays_below_en(
    compiled: None, client: Client
) -> None:
    page = client.get("/en/")
    text = page.content.decode()
    assert page.headers["Content-Language"] == "en"
    assert '<html lang="en">' in text
    assert "Five things to do today" in text
    assert "Năm việc nên làm hôm nay" not in text
    assert 'href="/en/ke-hoach/"' in text
    assert 'href="/can-bo/"' in text  # the desk is in Vietnamese only
    assert f'rel="canonical" href="{settings.SITE_URL}/en/"' in text
    assert f'hreflang="vi" href="{settings.SITE_URL}/"' in text
    assert "Cookie" not in page.headers.get("Vary", "")


@pytest.mark.django_db
def test_an_english_answer_leaves_nothing_behind_for_the_next_one(
    compiled: None, client: Client
) -> None:
    client.get("/en/")
    assert get_script_prefix() == "/"
    assert reverse("home") == "/"
    assert "Năm việc nên làm hôm nay" in client.get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/en", "/en/"),
        ("/en/can-bo/", "/can-bo/"),
        ("/en/quan-tri/?a=1", "/quan-tri/?a=1"),
        ("/en/huong-dan/bai/binh-luan/rss/", "/huong-dan/bai/binh-luan/rss/"),
        ("/en//example.org/", "/%2Fexample.org/"),
    ],
)
def test_what_is_not_offered_in_english_leads_to_the_vietnamese(
    path: str, target: str, client: Client
) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"] == target


@pytest.mark.django_db
def test_an_address_that_only_begins_with_en_is_not_english(client: Client) -> None:
    assert client.get("/energy/").status_code == 404
