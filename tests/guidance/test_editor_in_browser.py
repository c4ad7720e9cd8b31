"""CKEditor in a real browser, under the admin's policy: typing, a picture, saving; nothing complains."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import Page

from guidance.models import Article, Category
from tests.factories import make_user, sign_in
from tests.harness.portal import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

# Asked again and again from here: inside the page, asking would need the eval that the policy forbids.
READY = "window.CKEDITOR?.instances.id_body?.status === 'ready'"


def be_an_editor(live_server: Any, page: Page, client: Client) -> None:
    """Sign the browser in."""
    sign_in(client, make_user("editor"))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )


def test_an_editor_writes_and_puts_a_picture_into_the_text(
    live_server: Any, page: Page, client: Client, tmp_path: Path
) -> None:
    category = Category.objects.create(name="Mục", slug="muc")
    be_an_editor(live_server, page, client)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    Image.new("RGB", (60, 30), "#0c4a3a").save(tmp_path / "Hồ Gươm.png")

    page.goto(f"{live_server.url}/quan-tri/guidance/article/add/")
    wait_for(lambda: page.evaluate(READY))
    formats = page.evaluate("CKEDITOR.instances.id_body.lang.format")
    assert formats["tag_h2"] == "Đề mục cấp 1", "as the checklist calls it"
    page.fill("#id_title", "Đường lên mạng")
    page.select_option("#id_category", str(category.pk))
    page.fill("#id_summary", "Tóm tắt.")
    text = page.frame_locator("iframe.cke_wysiwyg_frame").locator("body")
    text.click()
    text.press_sequentially("Chữ sáng <b>thẳng</b>.")
    page.click(".cke_button__image")
    page.click("a.cke_dialog_tab:has-text('Tải lên')")
    frame = page.frame_locator("iframe.cke_dialog_ui_input_file")
    frame.locator("input[type=file]").set_input_files(tmp_path / "Hồ Gươm.png")
    page.click("a.cke_dialog_ui_fileButton")
    inputs = page.locator("input.cke_dialog_ui_input_text:visible")
    inputs.nth(1).fill("Hồ Gươm buổi sáng")
    page.click("a.cke_dialog_ui_button_ok")
    with page.expect_navigation():
        page.click("input[name=_continue]")

    article = Article.objects.get()
    assert article.slug == "duong-len-mang"
    assert article.body.startswith("<p>Chữ sáng &lt;b&gt;thẳng&lt;/b&gt;.")
    assert 'alt="Hồ Gươm buổi sáng"' in article.body
    assert 'src="/tep/public/editor/' in article.body
    assert "style" not in article.body
    assert complaints == []


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_away_when_the_editor_takes_its_place(
    live_server: Any, page: Page, client: Client, width: int
) -> None:
    be_an_editor(live_server, page, client)
    page.set_viewport_size({"width": width, "height": 800})
    where, top = f"{live_server.url}/quan-tri/guidance/article/add/", "#id_author_name"
    page.route("**/ckeditor/ckeditor*.js*", lambda route: route.abort())
    page.goto(where)
    before = page.locator(top).bounding_box()
    page.unroute("**/ckeditor/ckeditor*.js*")
    page.goto(where)
    wait_for(lambda: page.evaluate(READY))
    after = page.locator(top).bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) <= 4
