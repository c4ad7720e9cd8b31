"""What is gone: what was being changed of it goes on, its explanation keeps its words, readers are led on."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from guidance import actions, rules
from guidance.models import Article
from guidance.tasks import turn_articles
from tests.factories import make_article, make_user, sign_in

pytestmark = pytest.mark.django_db
LIST = "/quan-tri/guidance/article/"


def reworked(**values: Any) -> Article:
    """A published article of which an editor is changing the text."""
    article = make_article(state="draft", **values)
    actions.publish_article(article, by=make_user("publisher"))
    article.title, article.slug = "Tên mới", "ten-moi"
    actions.write_article(article, by=make_user("editor"), changed=["title", "slug"])
    return Article.objects.get(pk=article.pk)


@pytest.mark.parametrize("way", ["withdrawn", "expired"])
def test_what_was_being_changed_goes_on_after_the_end_and_is_what_is_published_again(
    client: Client, way: str
) -> None:
    article, publisher = reworked(slug="bai"), make_user("publisher")
    if way == "withdrawn":
        actions.withdraw_article(article, by=publisher, reason="Cũ.")
    else:
        Article.objects.filter(pk=article.pk).update(expires_at=timezone.now())
        assert turn_articles() == 1
    article = Article.objects.get(pk=article.pk)
    assert (article.state, article.stage, article.text()["title"]) == (way, "writing", "Tên mới")
    assert "Tên mới" not in client.get("/huong-dan/bai/").content.decode()
    Article.objects.filter(pk=article.pk).update(expires_at=None)
    actions.publish_article(Article.objects.get(pk=article.pk), by=publisher)
    assert "Tên mới" in client.get("/huong-dan/ten-moi/").content.decode()
    assert client.get("/huong-dan/bai/").status_code == 301
    shown = article.revisions.filter(shown_at__isnull=False).first()
    assert shown is not None
    assert shown.title == "Tên mới"


def test_writing_on_after_the_end_changes_nothing_of_what_readers_are_told(client: Client) -> None:
    article, editor = make_article(slug="bai", title="Tên cũ"), make_user("editor")
    actions.withdraw_article(article, by=make_user("publisher"), reason="Luật vừa đổi.")
    article.title, article.slug = "Bản nháp tiếp", "khac"
    actions.write_article(article, by=editor, changed=["title", "slug"])
    answer = client.get("/huong-dan/bai/")
    assert answer.status_code == 410
    assert "Tên cũ" in answer.content.decode()
    assert "Bản nháp tiếp" not in answer.content.decode()
    sign_in(client, editor)
    form = client.get(f"{LIST}{article.pk}/change/").content.decode()
    assert "Bản nháp tiếp" in form
    assert "Lời giải thích cho người đọc giữ tiêu đề cũ" in form
    article = Article.objects.get(pk=article.pk)
    assert rules.can_discard(editor, article)
    actions.discard_changes(article, by=editor)
    assert Article.objects.get(pk=article.pk).text()["title"] == "Tên cũ"
    shown = article.revisions.order_by("-shown_at").exclude(shown_at=None).first()
    assert shown == article.revisions.first(), "what is told to be shown is the newest"


def test_readers_are_led_past_what_is_gone_too_and_never_in_a_circle(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first, second, third = (make_article(title=f"Bài số {n}") for n in "123")
    publisher = make_user("publisher")
    actions.withdraw_article(first, by=publisher, reason="Cũ.", successor=second)
    actions.withdraw_article(second, by=publisher, reason="Cũ.", successor=third)
    with django_assert_max_num_queries(5):
        page = client.get(first.get_absolute_url()).content.decode()
    assert third.get_absolute_url() in page
    assert second.get_absolute_url() not in page
    actions.withdraw_article(third, by=publisher, reason="Cũ.", successor=first)
    with django_assert_max_num_queries(5):
        page = client.get(first.get_absolute_url()).content.decode()
    assert "Xin đọc bài thay thế" not in page


def test_a_successor_is_said_by_its_address_and_kept_while_it_is_not_shown(client: Client) -> None:
    article, after = make_article(state="draft"), make_article(slug="bai-kia", state="draft")
    sign_in(client, make_user("editor"))
    form = f"{LIST}{article.pk}/change/"
    typed = {
        **{name: getattr(article, name) for name in ("title", "slug", "summary", "body")},
        "category": article.category_id,
        "seen": article.edit_mark,
        "successor": "http://localhost:8000/huong-dan/bai-kia/",
    }
    assert client.post(form, typed).status_code == 302
    article.refresh_from_db()
    assert article.successor == after
    page = client.get(form).content.decode()
    assert 'value="/huong-dan/bai-kia/"' in page
    again = {**typed, "seen": article.edit_mark, "successor": "/huong-dan/bai-kia/"}
    assert client.post(form, {**again, "title": "Tên khác"}).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.successor) == ("Tên khác", after)
    own = {**again, "seen": article.edit_mark, "successor": article.get_absolute_url()}
    assert "Bài không tự thay thế chính nó" in client.post(form, own).content.decode()


def test_the_note_of_an_hour_goes_with_the_hour(client: Client) -> None:
    article, publisher = reworked(), make_user("publisher")
    at = timezone.now() + timedelta(days=1)
    actions.schedule_article(article, by=publisher, at=at, change_note="Thêm số liệu.")
    sign_in(client, publisher)
    for address in ("hen-gio", "xuat-ban"):
        page = client.get(f"{LIST}{article.pk}/{address}/").content.decode()
        assert 'value="Thêm số liệu."' in page, address
    asked = client.get(f"{LIST}{article.pk}/hen-gio/").content.decode()
    assert f'value="{timezone.localtime(at):%Y-%m-%dT%H:%M}"' in asked
    actions.send_back(article, by=publisher, reason="Chờ thêm.")
    actions.publish_article(Article.objects.get(pk=article.pk), by=publisher)
    article.refresh_from_db()
    assert (article.change_note, article.pending_note) == ("", "")


def test_a_note_that_was_taken_out_before_publishing_is_not_told(client: Client) -> None:
    article, publisher = reworked(), make_user("publisher")
    at = timezone.now() + timedelta(days=1)
    actions.schedule_article(article, by=publisher, at=at, change_note="Thêm số liệu.")
    sign_in(client, publisher)
    page = f"{LIST}{article.pk}/xuat-ban/"
    assert client.post(page, {"change_note": ""}).status_code == 302
    article.refresh_from_db()
    assert (article.state, article.change_note) == ("published", "")


def test_a_day_of_review_that_is_set_is_still_to_come(client: Client) -> None:
    article = make_article(state="draft")
    sign_in(client, make_user("editor"))
    typed = {"seen": article.edit_mark, "review_on": "0001-01-01"}
    answer = client.post(f"{LIST}{article.pk}/change/", typed)
    assert "review_on" in answer.context["adminform"].form.errors
