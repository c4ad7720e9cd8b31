"""Keeping what is typed, and two people at one form: both are told, and neither loses a word."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from guidance import actions
from guidance.models import Article, Autosave
from guidance.tasks import forget_old_words
from hanoi_portal.models import HistoryEntry
from tests.factories import make_article, make_document, make_user, sign_in
from tests.harness.portal import wait_for

LIST = "/quan-tri/guidance/article/"
DOCUMENTS = "/quan-tri/guidance/legaldocument/"


def typed(article: Article, **values: object) -> dict[str, object]:
    """What the form of the article sends."""
    return {
        **{name: getattr(article, name) for name in ("title", "slug", "summary", "body")},
        "category": article.category_id,
        "seen": article.edit_mark,
        **values,
    }


@pytest.mark.django_db
def test_what_is_typed_is_kept_offered_and_taken_up_again(client: Client) -> None:
    editor = make_user("editor")
    article = make_article()
    sign_in(client, editor)
    keep, form = f"{LIST}{article.pk}/tu-luu/", f"{LIST}{article.pk}/change/"
    assert "chưa lưu" not in client.get(form).content.decode()
    answer = client.post(keep, typed(article, title="Đang gõ dở", giu="1", la="không giữ"))
    assert "Đã tự lưu lúc" in answer.json()["told"]
    kept = Autosave.objects.get()
    assert kept.fields["title"] == ["Đang gõ dở"]
    assert not {"csrfmiddlewaretoken", "seen", "la", "giu"} & set(kept.fields)
    page = client.get(form).content.decode()
    assert "ông/bà có chữ chưa lưu" in page
    assert "Đang gõ dở" not in page
    page = client.get(f"{form}?ban-tu-luu=1").content.decode()
    assert 'value="Đang gõ dở"' in page
    assert "Bấm lưu để giữ" in page
    article.refresh_from_db()
    assert article.working is None, "keeping changes nothing"
    assert not HistoryEntry.objects.about(article).exists()
    assert client.post(form, typed(article, title="Đang gõ dở")).status_code == 302
    assert not Autosave.objects.exists()


@pytest.mark.django_db
def test_what_is_typed_in_a_new_form_is_kept_and_can_be_thrown_away(client: Client) -> None:
    sign_in(client, make_user("editor"))
    client.post(f"{LIST}tu-luu/", {"title": "Bài chưa lưu", "category": "", "giu": "1"})
    assert 'value="Bài chưa lưu"' in client.get(f"{LIST}add/?ban-tu-luu=1").content.decode()
    assert client.post(f"{LIST}tu-luu/", {"bo": "1"}).status_code == 302
    assert "chưa lưu" not in client.get(f"{LIST}add/").content.decode()
    client.post(f"{LIST}tu-luu/", {"title": "Bài chưa lưu", "giu": "1"})
    made = typed(make_article(), title="Mới", slug="", seen="")
    assert client.post(f"{LIST}add/", made).status_code == 302
    assert not Autosave.objects.exists()


@pytest.mark.django_db
def test_two_who_have_the_form_open_are_told_of_each_other(client: Client) -> None:
    article = make_article()
    first = make_user("editor", full_name="Lê Thị Một")
    second = make_user("publisher", full_name="Trần Văn Hai")
    keep = f"{LIST}{article.pk}/tu-luu/"
    sign_in(client, first)
    assert client.post(keep, {"seen": article.edit_mark}).json()["told"] == ""
    other = sign_in(Client(), second)
    assert "Lê Thị Một cũng đang mở" in other.get(f"{LIST}{article.pk}/change/").content.decode()
    assert "Lê Thị Một cũng đang mở" in other.post(keep, {"seen": article.edit_mark}).json()["told"]
    assert (
        "Trần Văn Hai cũng đang mở" in client.post(keep, {"seen": article.edit_mark}).json()["told"]
    )
    Autosave.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    assert client.post(keep, {"seen": article.edit_mark}).json()["told"] == ""


@pytest.mark.django_db
def test_who_types_on_an_older_text_is_told_before_saving_and_does_not_overwrite(
    client: Client,
) -> None:
    article = make_article(state="draft", published_at=None)
    sign_in(client, make_user("editor"))
    keep, form = f"{LIST}{article.pk}/tu-luu/", f"{LIST}{article.pk}/change/"
    mine = typed(article, title="Chữ của tôi")
    client.post(keep, {**mine, "giu": "1"})
    other = sign_in(Client(), make_user("editor"))
    other.post(form, typed(article, title="Chữ người kia"))
    assert "Có người vừa lưu bản khác" in client.post(keep, {**mine, "giu": "1"}).json()["told"]
    restored = client.get(f"{form}?ban-tu-luu=1").context["adminform"].form
    assert restored["seen"].value() == mine["seen"], "taken up again it still is the older text"
    answer = client.post(form, mine)
    assert "Có người vừa lưu" in answer.content.decode()
    assert Autosave.objects.get(fields__title=["Chữ của tôi"]), "still kept"


@pytest.mark.django_db
def test_a_document_is_kept_too_and_two_at_once_lose_nothing(client: Client) -> None:
    document = make_document(title="Tên cũ")
    names = ("number", "slug", "kind", "title", "issuer", "issued_on", "status", "abstract")
    data = {name: str(getattr(document, name)) for name in names}
    data |= {"source_url": "", "seen": document.changed_at.isoformat()}
    form = f"{DOCUMENTS}{document.pk}/change/"
    sign_in(client, make_user("publisher"))
    client.post(f"{DOCUMENTS}{document.pk}/tu-luu/", {**data, "title": "Đang gõ", "giu": "1"})
    assert 'value="Đang gõ"' in client.get(f"{form}?ban-tu-luu=1").content.decode()
    assert client.post(form, {**data, "title": "Tên người một"}).status_code == 302
    answer = client.post(form, {**data, "title": "Tên người hai", "status": "ended"})
    page = answer.content.decode()
    assert "Có người vừa lưu" in page
    assert "<del>một</del><ins>hai</ins>" in page
    assert "Hết hiệu lực" in page
    mark = answer.context["adminform"].form["seen"].value()
    assert client.post(form, {**data, "title": "Tên người hai", "seen": mark}).status_code == 302
    document.refresh_from_db()
    assert document.title == "Tên người hai"
    last = HistoryEntry.objects.about(document).last()
    assert last is not None
    assert last.data["before"]["title"] == "Tên người một"


@pytest.mark.django_db
def test_a_form_beyond_measure_is_not_kept(client: Client) -> None:
    article = make_article()
    sign_in(client, make_user("editor"))
    keep = f"{LIST}{article.pk}/tu-luu/"
    answer = client.post(keep, typed(article, body="a" * 1_000_001, giu="1"))
    assert answer.status_code == 413
    assert not Autosave.objects.exists()


@pytest.mark.django_db
def test_what_nobody_touched_for_a_month_is_forgotten(client: Client) -> None:
    article = make_article()
    sign_in(client, make_user("editor"))
    client.post(f"{LIST}{article.pk}/tu-luu/", typed(article, giu="1"))
    assert forget_old_words() == 0
    Autosave.objects.update(seen_at=timezone.now() - timedelta(days=31))
    assert forget_old_words() == 1


@pytest.mark.django_db(transaction=True)
def test_the_browser_keeps_what_is_typed_in_ckeditor(
    live_server: Any, page: Page, client: Client
) -> None:
    article = make_article(state="draft", published_at=None)
    sign_in(client, make_user("editor"))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(f"{live_server.url}{LIST}{article.pk}/change/")
    # The module says first that the form is open; only then does it know what the editor began with.
    wait_for(Autosave.objects.exists)
    text = page.frame_locator("iframe.cke_wysiwyg_frame").locator("body")
    text.click()
    text.press_sequentially("Chữ gõ trong khung soạn thảo. ")
    wait_for(lambda: Autosave.objects.exclude(saved_at=None).exists())
    assert "Chữ gõ trong khung soạn thảo." in Autosave.objects.get().fields["body"][0]
    page.get_by_text("Đã tự lưu lúc").wait_for()
    article.refresh_from_db()
    assert "khung soạn thảo" not in article.body
    assert complaints == []


@pytest.mark.django_db
def test_who_saves_what_has_moved_on_meanwhile_loses_nothing(client: Client) -> None:
    article, editor = make_article(state="draft"), make_user("editor")
    sign_in(client, editor)
    form, keep = f"{LIST}{article.pk}/change/", f"{LIST}{article.pk}/tu-luu/"
    words = typed(article, title="Gõ trong lúc bài được trình duyệt")
    actions.send_for_review(article, by=make_user("editor"))
    assert "chuyển sang bước khác" in client.post(keep, {**words, "giu": "1"}).json()["told"]
    Autosave.objects.all().delete()
    answer = client.post(form, words, follow=True)
    assert answer.status_code == 200
    assert "chuyển sang bước khác nên chưa lưu vào được" in answer.content.decode()
    article.refresh_from_db()
    assert article.title != words["title"]
    actions.take_back(article, by=editor)
    assert "ông/bà có chữ chưa lưu" in client.get(form).content.decode()
    page = client.get(f"{form}?ban-tu-luu=1").content.decode()
    assert 'value="Gõ trong lúc bài được trình duyệt"' in page
    sign_in(client, make_user("moderator"))
    assert client.post(form, words).status_code == 403
    assert client.post(keep, {**words, "giu": "1"}).status_code == 403
    assert Autosave.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_was_signed_out_while_writing_signs_in_beside_it_and_saves(
    live_server: Any, page: Page, client: Client
) -> None:
    article, editor = make_article(state="draft"), make_user("editor")
    name = settings.SESSION_COOKIE_NAME

    def be_signed_in() -> None:
        sign_in(client, editor)
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )

    be_signed_in()
    page.goto(f"{live_server.url}{LIST}{article.pk}/change/")
    wait_for(lambda: page.evaluate("window.CKEDITOR?.instances.id_body?.status === 'ready'"))
    page.fill("#id_title", "Gõ khi phiên đã hết")
    page.context.clear_cookies()  # the form's token goes too
    page.click("input[name=_continue]")
    page.get_by_text("Phiên làm việc đã hết").wait_for()
    assert page.input_value("#id_title") == "Gõ khi phiên đã hết"
    assert not Article.objects.filter(title="Gõ khi phiên đã hết").exists()
    be_signed_in()
    with page.expect_navigation():
        page.click("input[name=_continue]")
    article.refresh_from_db()
    assert article.title == "Gõ khi phiên đã hết"
    assert HistoryEntry.objects.about(article).count() == 1
