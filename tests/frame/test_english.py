"""English below /en/: the frame is translated in full, the path alone decides, and nothing leaks into Vietnamese."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation.template import templatize

from deploy.prepare import compile_translations
from guidance.actions import order_series
from guidance.models import Article, Audience, Category, Series, Tag
from hanoi_portal import english
from tests.factories import make_article, make_document, make_user

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


class Read(HTMLParser):
    """Reads a page aloud: in which language each piece of text would be spoken."""

    NO_END = frozenset({"meta", "link", "img", "input", "br", "hr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.spoken: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without a language of its own has that of what it stands in."""
        language = dict(attrs).get("lang") or (self._open[-1][1] if self._open else "")
        if tag not in self.NO_END:
            self._open.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Drawings say nothing."""

    def handle_endtag(self, tag: str) -> None:
        """Close what is open."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Note what is said. A title and a choice cannot change their language halfway."""
        if self._open and self._open[-1][0] not in {"title", "option"} and data.strip():
            self.spoken.append((self._open[-1][1], data.strip()))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/huong-dan/",
        "/huong-dan/chuyen-muc/muc/",
        "/huong-dan/the/the/",
        "/huong-dan/danh-cho/hoc-sinh/",
        "/huong-dan/tuyen-bai/tuyen/",
        "/huong-dan/bai/",
        "/huong-dan/da-rut/",
        "/van-ban/",
        "/van-ban/luat/",
        "/tim-kiem/?q=ruột",
        "/tim-kiem/?q=ruôt+gà",
    ],
)
def test_what_editors_wrote_is_read_aloud_in_vietnamese_and_the_frame_in_english(
    compiled: None, client: Client, path: str
) -> None:
    words = "Ruột để ngoài da"  # in every text that an editor writes
    category = Category.objects.create(name=words, slug="muc", summary=words)
    article = make_article(slug="bai", title=words, summary=words, body=f"<p>{words}</p>")
    Article.objects.filter(pk=article.pk).update(
        category=category, author_name=words, change_note=words, text_changed_at=timezone.now()
    )
    for state, slug in (("published", "bai-2"), ("withdrawn", "da-rut")):
        other = make_article(slug=slug, title=words, category=category, state=state)
        Article.objects.filter(pk=other.pk).update(withdrawn_reason=words, successor=article)
        article.related.add(other)
    document = make_document(slug="luat", number="1/QH", title=words, issuer=words, abstract=words)
    article.documents.add(document)
    article.tags.add(Tag.objects.create(name=words, slug="the"))
    article.audiences.add(Audience.objects.get(slug="hoc-sinh"))
    order_series(
        Series(title=words, slug="tuyen", summary=words), [article], by=make_user("editor")
    )
    spoken = Read(client.get(f"/en{path}").content.decode()).spoken
    assert [text for language, text in spoken if language != "vi" and words in text] == []
    frame = "Documents"
    assert ("en", frame) in spoken
    vietnamese = [text for language, text in spoken if language == "vi"]
    for said in ("Print", "Text size", "views", "Was this page useful?", "Update", "Part 1"):
        assert not any(said in text for text in vietnamese), said


@pytest.mark.django_db
def test_an_address_that_only_begins_with_en_is_not_english(client: Client) -> None:
    assert client.get("/energy/").status_code == 404
