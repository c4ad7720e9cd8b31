"""Revisions: every save is kept, what changed is shown in words, an old text is taken up again; the working copy."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from guidance import actions
from guidance.differences import ADDED, REMOVED, SAME, differences, readable
from guidance.models import Article
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry
from tests.factories import make_article, make_revision, make_user, sign_in

LIST = "/quan-tri/guidance/article/"


def of(pk: int) -> Article:
    """The article as its row has it now."""
    return Article.objects.get(pk=pk)


def change(article: Article, *, by: object, **text: object) -> Article:
    """Change some fields through the action; return the article as its row has it now."""
    actions.write_article(article.take_text(text), by=by, changed=list(text))  # type: ignore[arg-type]
    return of(article.pk)


# --- differences ---------------------------------------------------------------------------------
def test_html_is_read_as_words_with_pictures_and_where_links_lead() -> None:
    html = (
        '<h2>Đầu</h2><p>Xem <a href="https://ha-noi.example/" rel="x">trang này</a>.</p>'
        '<ul><li>Một</li></ul><p><img src="/tep/public/a.png" alt="Hồ Gươm"></p>'
        '<p><a href="https://a.example/">https://a.example/</a></p>'
    )
    assert readable(html).split("\n") == [
        "## Đầu",
        "Xem trang này (https://ha-noi.example/).",
        "• Một",
        "[Ảnh: Hồ Gươm]",
        "https://a.example/",
    ]


def test_a_change_of_a_few_words_marks_those_words_alone() -> None:
    old = {"title": "A", "body": "<p>Nghĩ <b>trước</b> khi viết ra.</p><p>Câu hai.</p>"}
    new = {"title": "A", "body": "<p>Nghĩ kỹ trước khi nói ra.</p><p><i>Câu hai.</i></p>"}
    (field,) = differences(old, new)
    assert field.name == "body"
    first, second = field.paragraphs
    assert [(piece.kind, piece.text.strip()) for piece in first.pieces] == [
        (SAME, "Nghĩ"),
        (ADDED, "kỹ"),
        (SAME, "trước khi"),
        (REMOVED, "viết"),
        (ADDED, "nói"),
        (SAME, "ra."),
    ]
    assert second.kind == SAME, "a change of the HTML alone is no change of the words"


def test_paragraphs_come_and_go_whole_and_what_did_not_change_is_left_out() -> None:
    same = "".join(f"<p>Đoạn số {number} giữ nguyên.</p>" for number in range(20))
    old = {"body": f"{same}<p>Đoạn bỏ đi hẳn.</p>"}
    new = {"body": f"<p>Mở đầu hoàn toàn mới mẻ.</p>{same}"}
    (field,) = differences(old, new)
    kinds = [paragraph.kind for paragraph in field.paragraphs]
    assert kinds == [ADDED, SAME, "skipped", SAME, REMOVED]
    assert differences(old, old) == []


def test_words_that_look_like_html_are_shown_as_words(client: Client, db: None) -> None:
    article = make_article()
    make_revision(article)
    changed = make_revision(article, title="<script>alert(1)</script>")
    sign_in(client, make_user("editor"))
    page = client.get(f"{LIST}{article.pk}/phien-ban/{changed.pk}/").content.decode()
    assert "<ins>&lt;script&gt;alert(1)&lt;/script&gt;</ins>" in page


# --- saving and taking up again -------------------------------------------------------------------
@pytest.mark.django_db
def test_every_save_is_a_revision_with_its_writer() -> None:
    first, second = make_user("editor"), make_user("editor")
    made = make_article(state="draft", published_at=None)
    article = Article(title="Một", slug="mot", category=made.category, summary="b", body="<p>c</p>")
    actions.write_article(article, by=first)
    article = change(article, by=second, title="Hai")
    article = change(article, by=first, body='<p onclick="x">Ba</p>')
    saved = article.revisions.order_by("pk")
    assert [(r.title, r.body, r.saved_by) for r in saved] == [
        ("Một", "<p>c</p>", first),
        ("Hai", "<p>c</p>", second),
        ("Hai", "<p>Ba</p>", first),
    ]
    assert (article.title, article.body) == ("Hai", "<p>Ba</p>")


@pytest.mark.django_db
def test_readers_keep_the_old_text_until_the_new_one_is_published(client: Client) -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    article = make_article(title="Cũ", body="<p>Chữ cũ.</p>")
    before = client.get(article.get_absolute_url()).content
    article = change(article, by=editor, title="Mới", slug="dia-chi-moi")
    article = change(article, by=editor, body="<p>Chữ mới.</p>")
    assert client.get(article.get_absolute_url()).content == before, "byte for byte"
    assert article.text()["title"] == "Mới", "the second save goes on from the first"
    assert "Mới" not in client.get("/tim-kiem/?q=chu+cu").content.decode()
    actions.publish_article(article, by=publisher, change_note="Viết lại.")
    page = client.get("/huong-dan/dia-chi-moi/").content.decode()
    assert "Chữ mới." in page
    assert of(article.pk).search_text.startswith(" moi ")


@pytest.mark.django_db
def test_an_old_text_is_taken_up_again_as_the_newest_revision() -> None:
    editor = make_user("editor")
    article = make_article(state="draft", published_at=None, title="Một")
    first = make_revision(article, by=editor)
    article = change(article, by=editor, title="Hai")
    actions.restore_revision(article, first, by=editor)
    assert of(article.pk).title == "Một"
    assert article.revisions.count() == 3
    with pytest.raises(StaleState):
        actions.restore_revision(of(article.pk), first, by=editor)
    with pytest.raises(NotAllowed):
        actions.restore_revision(of(article.pk), first, by=make_user("coordinator"))
    assert HistoryEntry.objects.about(article).filter(verb="restore_revision").count() == 1


@pytest.mark.django_db
def test_taking_up_an_old_text_of_a_published_article_changes_nothing_for_readers() -> None:
    editor = make_user("editor")
    article = make_article(title="Đang đăng")
    old = make_revision(article, by=editor, title="Cũ hơn")
    actions.restore_revision(article, old, by=editor)
    now = of(article.pk)
    assert (now.title, now.text()["title"]) == ("Đang đăng", "Cũ hơn")


@pytest.mark.django_db
def test_an_old_text_keeps_the_address_of_today_where_its_own_is_taken() -> None:
    editor = make_user("editor")
    article = make_article(state="draft", slug="dia-chi-cu", title="Tên cũ")
    first = make_revision(article)
    article = change(article, by=editor, slug="dia-chi-moi", title="Tên mới")
    make_article(slug="dia-chi-cu")
    actions.restore_revision(article, first, by=editor)
    article = of(article.pk)
    assert (article.title, article.slug) == ("Tên cũ", "dia-chi-moi")


@pytest.mark.django_db
def test_a_working_copy_brings_its_article_to_the_top_of_the_list() -> None:
    article, other = make_article(), make_article()
    assert other.changed_at > article.changed_at
    article = change(article, by=make_user("editor"), title="Tên mới")
    assert article.changed_at > other.changed_at


@pytest.mark.django_db
def test_a_revision_outlives_its_category() -> None:
    article = make_article(state="draft", published_at=None)
    old = make_revision(article, title="Cũ")
    gone, editor = article.category, make_user("editor")
    article = change(article, by=editor, category=make_article().category)
    gone.delete()
    old.refresh_from_db()
    actions.restore_revision(article, old, by=editor)
    assert (of(article.pk).title, of(article.pk).category) == ("Cũ", article.category)


# --- the pages -------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_list_of_revisions_costs_the_same_however_long_it_is(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    article = make_article()
    for number in range(60):
        make_revision(article, by=make_user("editor"), title=f"Lần {number}")
    sign_in(client, make_user("editor"))
    with django_assert_max_num_queries(12):
        page = client.get(f"{LIST}{article.pk}/phien-ban/").content.decode()
    assert page.count("xem thay đổi") == 50
    assert client.get(f"{LIST}{article.pk}/phien-ban/?trang=2").status_code == 200


@pytest.mark.django_db
def test_a_revision_is_compared_with_the_one_before_or_another_and_restored(client: Client) -> None:
    editor = make_user("editor")
    article = make_article(title="Một")
    first = make_revision(article, by=editor)
    second = make_revision(article, by=editor, title="Hai")
    third = make_revision(article, by=editor, title="Hai", summary="Tóm tắt khác hẳn.")
    other = make_revision(make_article())
    sign_in(client, editor)
    base = f"{LIST}{article.pk}/phien-ban/"
    assert "phiên bản đầu tiên" in client.get(f"{base}{first.pk}/").content.decode()
    page = client.get(f"{base}{third.pk}/").content.decode()
    assert "Tóm tắt" in page
    assert "<del>Một</del>" not in page
    assert (
        "<del>Một</del><ins>Hai</ins>"
        in client.get(f"{base}{third.pk}/?voi={first.pk}").content.decode()
    )
    for odd in ("x", "99999999999999999999", other.pk):
        assert client.get(f"{base}{third.pk}/?voi={odd}").status_code == 200
    assert client.get(f"{base}{other.pk}/").status_code == 404
    assert "Lấy lại phiên bản này" not in client.get(f"{base}{first.pk}/").content.decode()
    assert client.get(f"{base}{second.pk}/lay-lai/").status_code == 405
    answer = client.post(f"{base}{second.pk}/lay-lai/", follow=True).content.decode()
    assert f"Đã lấy lại phiên bản {second.pk}" in answer
    assert 'value="Hai"' in answer
