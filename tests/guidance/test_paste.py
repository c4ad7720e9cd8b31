"""Pasting whole texts from Word and Google Docs: what the editor takes, and what is stored of it."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from guidance.models import Article
from hanoi_portal.html import clean_html
from tests.factories import make_article, make_user, sign_in
from tests.guidance.test_checklist import said
from tests.harness.portal import wait_for

PASTED = Path(__file__).with_name("pasted")
# What both programs put on the clipboard for a heading, a list, a table, a link; Word also a footnote, a picture, and a
# change that it tracks.
WORD, GOOGLE = "word.html", "google-docs.html"
LEFTOVERS = (
    "Mso",
    "mso-",
    "style",
    "<o:p",
    "<span",
    "docs-internal",
    "file:",
    "[if",
    "xml",
    "#_ftn",
)
BODY = "CKEDITOR.instances.id_body.getData()"


def pasted(name: str) -> str:
    """What is on the clipboard."""
    return (PASTED / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [WORD, GOOGLE])
def test_what_is_sent_past_the_editor_is_stored_as_words_and_structure(name: str) -> None:
    stored = clean_html(pasted(name))
    for leftover in LEFTOVERS:
        assert leftover not in stored, leftover
    assert clean_html(stored) == stored, "nothing changes when it is saved again"


def test_a_heading_of_the_first_level_goes_below_the_title_and_the_others_with_it() -> None:
    assert "<h2>Phần một: Nguyên tắc</h2>" in clean_html(pasted(WORD))
    levels = "<h1>a</h1><h2>b</h2><H3>c</H3><h4>d</h4><h6>e</h6>"
    assert clean_html(levels) == "<h2>a</h2><h3>b</h3><h4>c</h4><h4>d</h4><h4>e</h4>"
    assert clean_html("<h2>a</h2><h5>b</h5>") == "<h2>a</h2><h4>b</h4>"


def test_what_its_author_took_out_in_word_stays_out() -> None:
    stored = clean_html(pasted(WORD))
    assert "Chữ chèn theo dõi." in stored
    assert "Chữ đã xóa" not in stored


def test_what_google_docs_wraps_around_all_is_not_bold() -> None:
    assert "<b>" not in clean_html(pasted(GOOGLE))


def test_a_link_that_leads_nowhere_is_words() -> None:
    assert (
        clean_html('<p><a name="x"></a>a<a href="#_ftn1" title="x>y">[1]</a></p>') == "<p>a[1]</p>"
    )
    there = '<p><a href="https://hanoi.gov.vn/" rel="noopener noreferrer">Trang</a></p>'
    assert clean_html(there) == there
    assert "#_ftn" not in clean_html('<p><a href="https://a.vn/add/#_ftn1">[1]</a></p>')


def test_a_picture_that_did_not_come_along_holds_publishing_back_and_says_why() -> None:
    stored = clean_html('<p>Chữ.</p><p><img src="https://noi.khac/a.png" alt="Hồ Gươm"></p>')
    blocking = [text for level, text in said(body=stored) if level == "must"]
    assert len(blocking) == 1
    assert blocking[0].startswith("1 ảnh chép từ Word hoặc trang khác không theo vào được.")
    kept = '<p>Chữ.</p><p><img src="/tep/public/editor/a.png" alt="Hồ Gươm"></p>'
    assert not [text for level, text in said(body=kept) if level == "must"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (WORD, ("<h2>Phần một: Nguyên tắc</h2>", "<li>Không xúc phạm người khác.</li>")),
        (GOOGLE, ("<h2>Quy tắc ứng xử</h2>", "<strong>tôn trọng</strong>", "<li>Hai việc<ul>")),
    ],
)
def test_the_editor_takes_the_whole_text_with_its_headings_and_lists(
    live_server: Any, page: Page, client: Client, name: str, expected: tuple[str, ...]
) -> None:
    category = make_article().category
    sign_in(client, make_user("editor"))
    cookie = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": cookie, "value": client.cookies[cookie].value, "url": live_server.url}]
    )
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{live_server.url}/quan-tri/guidance/article/add/")
    wait_for(lambda: page.evaluate("window.CKEDITOR?.instances.id_body?.status === 'ready'"))
    page.evaluate(
        """(html) => {
            const editor = CKEDITOR.instances.id_body;
            editor.focus();
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/html", html);
            const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            editor.editable().$.dispatchEvent(paste);
        }""",
        pasted(name),
    )
    wait_for(lambda: "</table>" in page.evaluate(BODY))
    page.fill("#id_title", "Dán cả bài")
    page.select_option("#id_category", str(category.pk))
    page.fill("#id_summary", "Tóm tắt.")
    with page.expect_navigation():
        page.click("input[name=_continue]")
    stored = "".join(map(str.strip, Article.objects.get(title="Dán cả bài").body.splitlines()))
    for words in expected:
        assert words in stored
    for leftover in (*LEFTOVERS, "Chữ đã xóa"):
        assert leftover not in stored, leftover
    assert faults == []
