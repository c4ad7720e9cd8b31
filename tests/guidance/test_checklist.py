"""The checklist before publishing: what must hold blocks, what should hold warns; what Word leaves behind."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from guidance import actions
from guidance.checklist import findings
from guidance.demo import read_article_files
from guidance.models import Article, Category
from hanoi_portal.errors import DomainError
from hanoi_portal.html import clean_html
from tests.factories import make_article, make_user, sign_in
from tests.harness.portal import wait_for

LIST = "/quan-tri/guidance/article/"
SUMMARY = "Bốn câu hỏi nên tự trả lời trước khi chia sẻ một tin, để không tiếp tay cho tin sai."
BODY = "<p>Nghĩ trước khi viết, đọc lại trước khi gửi.</p>"

# What Microsoft Word 365 puts on the clipboard for a heading, two list lines, a table cell and a picture, shortened.
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View>
</w:WordDocument></xml><![endif]--><style><!-- p.MsoNormal {mso-style-parent:""; font-size:13.0pt} @list l0:level1
{mso-level-number-format:bullet;} --></style></head><body lang=EN-US style='tab-interval:36.0pt'><!--StartFragment-->
<h2 style='margin-top:12.0pt'><span lang=VI style='font-family:"Times New Roman",serif'>Ứng xử trên mạng<o:p></o:p>
</span>
</h2>
<p class=MsoNormal style='text-align:justify'><b style='mso-bidi-font-weight:normal'><span style='font-size:14.0pt;
color:#C00000'>Nghĩ</span></b><span style='font-size:14.0pt'> trước khi viết.<o:p></o:p></span></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>Việc thứ nhất<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>Việc thứ hai<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p><img width=1 src="file:///C:/Users/me/msohtmlclip1/01/clip_image002.png">
<script>alert(1)</script><!--EndFragment--></body></html>"""


def article(**values: Any) -> Article:
    """An article that nothing is said against, but for `values`; not saved."""
    values.setdefault("title", "Bốn câu hỏi trước khi chia sẻ")
    values.setdefault("summary", SUMMARY)
    values.setdefault("body", BODY)
    values.setdefault("owner_id", 1)
    values.setdefault("review_on", timezone.localdate())
    return Article(category=Category(name="Mục"), slug="a", **values)


def said(**values: Any) -> list[tuple[str, str]]:
    """What is found, each with its level."""
    return [(each.level, each.text) for each in findings(article(**values))]


def test_nothing_is_said_of_an_article_that_is_as_it_should_be() -> None:
    body = (
        "<h2>Một</h2><p>Chữ <b>đậm</b>. <a href='/van-ban/'>Luật An ninh mạng</a>.</p><h3>Hai</h3>"
        "<ul><li>Việc</li></ul><p><img src='/tep/public/a.png' alt='Hồ Gươm'></p><h2>Ba</h2>"
        "<table><tr><th>Năm</th></tr><tr><td>2018</td></tr></table>"
    )
    assert said(body=body) == []


@pytest.mark.parametrize(
    ("values", "level", "words"),
    [
        ({"body": f"{BODY}<p><img src='/tep/public/a.png' alt=' '></p>"}, "must", "mô tả thay thế"),
        ({"summary": " "}, "must", "chưa có tóm tắt"),
        ({"body": "<p> </p>"}, "must", "chưa có tóm tắt hoặc nội dung"),
        ({"title": ""}, "must", "chưa có tiêu đề"),
        ({"body": f"{BODY}<h2></h2>"}, "must", "đề mục trống"),
        ({"body": f"<h3>Sâu quá</h3>{BODY}"}, "should", "Xin bắt đầu từ cấp 1"),
        ({"body": f"<h2>Một</h2><h4>Sâu quá</h4>{BODY}"}, "should", "“Sâu quá” nhảy cấp"),
        ({"title": "Ngắn"}, "should", "Tiêu đề có 4 ký tự"),
        ({"title": "a" * 111}, "should", "111 ký tự; quá 110"),
        ({"summary": "Tóm tắt."}, "should", "Tóm tắt có 8 ký tự"),
        ({"summary": "a" * 351}, "should", "gọn trong 350"),
        ({"owner_id": None}, "should", "người phụ trách"),
        ({"review_on": None}, "should", "ngày xem lại"),
        ({"body": "<p>Xem <a href='/x/'>tại đây.</a></p>"}, "should", "“tại đây.” không nói"),
        (
            {"body": f"{BODY}<table><tr><td>2018</td></tr></table>"},
            "should",
            "hàng hoặc cột tiêu đề",
        ),
        ({"body": "<p>· Một</p><p>· Hai</p>"}, "should", "dấu đầu dòng gõ tay"),
        ({"body": "<p>1. Một</p><p>2. Hai</p><p>3. Ba</p>"}, "should", "đánh số gõ tay"),
        ({"body": f"<p><strong>Đề mục giả</strong></p>{BODY}"}, "should", "“Đề mục giả” trông như"),
        ({"body": "<p>Xem Error! Reference source not found.</p>"}, "should", "mã của Word"),
    ],
)
def test_each_thing_is_found_and_explained(values: dict[str, Any], level: str, words: str) -> None:
    assert [(found, words in text) for found, text in said(**values)] == [(level, True)]


def test_what_blocks_comes_first() -> None:
    levels = [level for level, _text in said(owner_id=None, summary="")]
    assert levels == ["must", "should"]


def test_the_articles_that_come_with_the_portal_may_be_published() -> None:
    for file in read_article_files():
        given = {"title": file.title, "summary": file.summary, "body": clean_html(file.body)}
        assert not [text for level, text in said(**given) if level == "must"], file.slug


@pytest.mark.django_db
def test_what_must_be_put_right_holds_publishing_back_and_warnings_do_not(client: Client) -> None:
    publisher = make_user("publisher")
    silent = make_article(
        state="draft", published_at=None, body=f"{BODY}<p><img src='/tep/public/a.png' alt=''></p>"
    )
    with pytest.raises(DomainError, match="mô tả thay thế"):
        actions.publish_article(silent, by=publisher)
    at = timezone.now() + timedelta(hours=1)
    with pytest.raises(DomainError, match="mô tả thay thế"):
        actions.schedule_article(silent, by=publisher, at=at)
    sign_in(client, publisher)
    page = client.get(f"{LIST}{silent.pk}/xuat-ban/").content.decode()
    assert "Phải sửa:" in page
    assert "Xuất bản bài này" not in page
    assert "mô tả thay thế" in client.get(f"{LIST}{silent.pk}/change/").content.decode()
    warned = make_article(state="draft", published_at=None)
    page = client.get(f"{LIST}{warned.pk}/xuat-ban/").content.decode()
    assert "Nên sửa:" in page
    assert "Xuất bản bài này" in page
    actions.publish_article(warned, by=publisher)


@pytest.mark.django_db
def test_the_checklist_looks_at_the_working_copy() -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    shown = make_article()
    shown.body = f"{BODY}<p><img src='/tep/public/a.png' alt=''></p>"
    actions.write_article(shown, by=editor, changed=["body"])
    with pytest.raises(DomainError, match="mô tả thay thế"):
        actions.publish_article(Article.objects.get(pk=shown.pk), by=publisher)


# --- from Word -------------------------------------------------------------------------------------
def test_what_is_stored_of_words_clipboard_is_words_and_structure_alone() -> None:
    cleaned = clean_html(WORD)
    assert "<h2>Ứng xử trên mạng" in cleaned
    assert "<b>Nghĩ</b> trước khi viết." in cleaned
    for leftover in (
        "Mso",
        "mso-",
        "style",
        "<o:p",
        "<span",
        "font",
        "script",
        "file:",
        "[if",
        "xml",
    ):
        assert leftover not in cleaned, leftover
    assert [text for level, text in said(body=cleaned) if "gõ tay" in text]


@pytest.mark.django_db(transaction=True)
def test_pasting_from_word_into_the_editor_makes_real_lists(
    live_server: Any, page: Page, client: Client
) -> None:
    category = Category.objects.create(name="Mục", slug="muc")
    sign_in(client, make_user("editor"))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}{LIST}add/")
    wait_for(lambda: page.evaluate("window.CKEDITOR?.instances.id_body?.status === 'ready'"))
    page.evaluate(
        """(html) => CKEDITOR.instances.id_body.fire("paste", {
            type: "auto", method: "paste", dataValue: html,
            dataTransfer: new CKEDITOR.plugins.clipboard.dataTransfer(),
        })""",
        WORD,
    )
    text = "CKEDITOR.instances.id_body.getData()"
    wait_for(lambda: "Việc thứ hai" in page.evaluate(text))
    page.fill("#id_title", "Dán từ Word")
    page.select_option("#id_category", str(category.pk))
    page.fill("#id_summary", "Tóm tắt.")
    with page.expect_navigation():
        page.click("input[name=_continue]")
    stored = Article.objects.get().body
    flat = "".join(line.strip() for line in stored.splitlines())
    assert "<ul><li>Việc thứ nhất</li><li>Việc thứ hai</li></ul>" in flat
    assert "<h2>Ứng xử trên mạng</h2>" in flat
    for leftover in ("Mso", "style", "span", "·", "file:"):
        assert leftover not in flat, leftover
