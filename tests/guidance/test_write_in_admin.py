"""Articles and categories in the admin: who gets in, writing, two editors at once, the two decisions, preview."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from guidance import actions
from guidance.models import Article, Category, Feedback, ViewCount
from hanoi_portal.errors import NotAllowed
from hanoi_portal.models import HistoryEntry
from hanoi_portal.roles import ROLES
from tests.factories import make_article, make_user, sign_in

pytestmark = pytest.mark.django_db

LIST = "/quan-tri/guidance/article/"
ADD = f"{LIST}add/"
FOLLOW_UP = {"owner": "", "review_on": "", "expires_at": "", "successor": ""}


@pytest.fixture
def category() -> Category:
    return Category.objects.create(name="Mục", slug="muc")


def typed(category: Category, **values: object) -> dict[str, object]:
    return {
        "title": "Đầu đề",
        "slug": "",
        "category": category.pk,
        "summary": "Tóm tắt.",
        "body": "<p>Nội dung.</p><script>alert(1)</script>",
        "author_name": "",
        "source_name": "",
        **FOLLOW_UP,
        "seen": "",
        **values,
    }


def change(article: Article) -> str:
    return reverse("admin:guidance_article_change", args=[article.pk])


def typed_again(article: Article, **values: object) -> dict[str, object]:
    return {
        **{name: getattr(article, name) for name in ("title", "slug", "summary", "body")},
        "category": article.category_id,
        "author_name": article.author_name,
        "source_name": article.source_name,
        **FOLLOW_UP,
        "seen": article.edit_mark,
        **values,
    }


@pytest.mark.parametrize("role", [*ROLES, None])
def test_each_page_lets_in_whom_the_rules_let_in(client: Client, role: str | None) -> None:
    draft = make_article(state="draft", published_at=None)
    public = make_article()
    expected = {
        LIST: {"administrator", "editor", "publisher"},
        ADD: {"editor", "publisher"},
        change(draft): {"administrator", "editor", "publisher"},
        f"{LIST}{draft.pk}/xem-truoc/": {"administrator", "editor", "publisher"},
        f"{LIST}{draft.pk}/xuat-ban/": {"publisher"},
        f"{LIST}{public.pk}/rut-bai/": {"publisher"},
        "/quan-tri/guidance/category/add/": {"administrator", "publisher"},
    }
    sign_in(client, make_user(role))
    for address, roles in expected.items():
        status = client.get(address).status_code
        assert (status == 200) is (role in roles), (address, role, status)
        assert status in {200, 302, 403}


def test_anonymous_is_led_to_sign_in(client: Client) -> None:
    article = make_article()
    for end in ("", "add/", f"{article.pk}/change/", f"{article.pk}/rut-bai/"):
        response = client.get(f"{LIST}{end}", follow=True)
        assert response.redirect_chain[-1][0].startswith("/dang-nhap/")


def test_an_editor_writes_a_draft(client: Client, category: Category) -> None:
    editor = make_user("editor")
    sign_in(client, editor)
    response = client.post(ADD, typed(category))
    assert response.status_code == 302
    article = Article.objects.get()
    assert (article.slug, article.state) == ("dau-de", "draft")
    assert article.body == "<p>Nội dung.</p>"
    assert article.created_by == editor
    assert client.get(article.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "\u200b", "tiêu đề"),
        ("title", "a" * 251, "250"),
        ("summary", "a" * 501, "500"),
        ("body", "<p>&nbsp;</p>", "nội dung"),
        ("body", "<script>alert(1)</script>", "nội dung"),
        ("slug", "có dấu", "slug"),
        ("slug", "chuyen-muc", "dành riêng"),
    ],
)
def test_bad_input_is_explained_and_what_was_typed_stays(
    client: Client, category: Category, field: str, value: str, words: str
) -> None:
    sign_in(client, make_user("editor"))
    response = client.post(ADD, typed(category, author_name="Lê Hải", **{field: value}))
    assert response.status_code == 200
    form = response.context["adminform"].form
    assert list(form.errors) == [field]
    assert words.lower() in f"{form.fields[field].label} {form.errors[field]}".lower()
    assert 'value="Lê Hải"' in response.content.decode()
    assert not Article.objects.exists()


def test_an_address_in_use_is_refused(client: Client, category: Category) -> None:
    make_article(slug="da-co")
    sign_in(client, make_user("editor"))
    response = client.post(ADD, typed(category, slug="da-co"))
    assert list(response.context["adminform"].form.errors) == ["slug"]


def test_two_editors_at_once_the_second_is_told_and_keeps_the_words(client: Client) -> None:
    article = make_article(state="draft", published_at=None)
    mine = typed_again(article, title="Tên của tôi")
    sign_in(client, make_user("editor"))
    assert (
        client.post(change(article), typed_again(article, title="Tên người kia")).status_code == 302
    )
    response = client.post(change(article), mine)
    assert response.status_code == 200
    page = response.content.decode()
    assert "Có người vừa lưu" in page
    assert 'value="Tên của tôi"' in page
    for piece in ("<del>người kia</del>", "<ins>của tôi</ins>"):
        assert piece in page, "what differs is shown"
    article.refresh_from_db()
    assert article.title == "Tên người kia"
    assert HistoryEntry.objects.about(article).count() == 1
    mark = response.context["adminform"].form["seen"].value()
    assert client.post(change(article), {**mine, "seen": mark}).status_code == 302
    article.refresh_from_db()
    assert article.title == "Tên của tôi", "saving again is a decision"
    assert article.revisions.filter(title="Tên người kia").exists(), "and nobody's words are lost"


def test_what_readers_see_changes_only_when_it_is_published(client: Client) -> None:
    article = make_article()
    sign_in(client, make_user("editor"))
    assert client.post(change(article), typed_again(article, title="Khác")).status_code == 302
    assert "Khác" not in client.get(article.get_absolute_url()).content.decode()
    assert 'value="Khác"' in client.get(change(article)).content.decode(), "editors go on with it"
    sign_in(client, make_user("publisher"))
    assert "Khác" in client.get(f"{LIST}{article.pk}/xem-truoc/").content.decode()
    client.post(f"{LIST}{article.pk}/xuat-ban/", {"change_note": "Sửa đầu đề."})
    assert "Khác" in client.get(article.get_absolute_url()).content.decode()
    article.refresh_from_db()
    assert (article.change_note, article.working) == ("Sửa đầu đề.", None)


def test_what_stands_beside_the_text_says_that_it_does_not_wait(client: Client) -> None:
    draft, article = make_article(state="draft"), make_article()
    publisher = make_user("publisher")
    sign_in(client, publisher)
    beside = f"/quan-tri/guidance/arrangedarticle/{article.pk}/change/"

    def page(address: str) -> str:
        return client.get(address).content.decode()

    form, other = "Chữ của bài chờ đến khi được đăng", "người đọc thấy mọi điều ở trang này ngay"
    waiting = "dù chữ của bản đang sửa còn chờ"
    assert form not in page(change(draft))
    assert other not in page(f"/quan-tri/guidance/arrangedarticle/{draft.pk}/change/")
    assert form in page(change(article))
    assert other in page(beside)
    assert waiting not in page(beside)
    article.title = "Tên mới"
    actions.write_article(article, by=publisher, changed=["title"])
    said = page(change(article))
    assert form in said.split("Theo dõi")[1].split("</fieldset>")[0]
    assert "Người đọc vẫn thấy bản cũ" in said
    assert waiting in page(beside)
    assert "ngay khi lưu" in page("/quan-tri/guidance/series/add/")


def test_an_editor_does_not_end_what_readers_get(client: Client) -> None:
    article, editor = make_article(), make_user("editor")
    sign_in(client, editor)
    end = "2031-02-01T08:30"
    assert 'name="expires_at"' not in client.get(change(article)).content.decode()
    form = typed_again(article, title="Khác", expires_at=end)
    assert client.post(change(article), form).status_code == 302
    article.refresh_from_db()
    assert article.expires_at is None
    assert article.working is not None
    article.expires_at = timezone.now() + timedelta(hours=1)
    with pytest.raises(NotAllowed):
        actions.write_article(article, by=editor, changed=["expires_at"])
    sign_in(client, make_user("publisher"))
    article = Article.objects.get(pk=article.pk)
    form = typed_again(article, title="Khác", expires_at=end)
    assert client.post(change(article), form).status_code == 302
    article.refresh_from_db()
    assert article.expires_at is not None


def test_editors_see_what_readers_made_of_an_article(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    article, today = make_article(), timezone.localdate()
    sign_in(client, make_user("editor"))
    assert "Người đọc, 90 ngày qua" not in client.get(change(article)).content.decode()
    for answer, count in (("co", 12), ("chua", 3), ("kho-hieu", 1), ("da-cu", 2)):
        Feedback.objects.create(article=article, day=today, answer=answer, count=count)
    Feedback.objects.create(article=article, day=today - timedelta(days=91), answer="co", count=500)
    ViewCount.objects.create(article=article, day=today, count=1234)
    with django_assert_max_num_queries(25):
        page = client.get(change(article)).content.decode()
    assert "1.234 lượt xem; 12 người thấy bài hữu ích, 3 người thấy chưa." in page
    assert "Vì sao chưa: thông tin đã cũ (2), khó hiểu (1)." in " ".join(page.split())


def test_nobody_deletes_an_article(client: Client) -> None:
    article = make_article()
    sign_in(client, make_user("publisher"))
    assert client.post(f"{LIST}{article.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in client.get(LIST).content.decode()


def test_a_publisher_publishes_and_withdraws(client: Client) -> None:
    article = make_article(state="draft", published_at=None)
    sign_in(client, make_user("publisher"))
    publish, withdraw = f"{LIST}{article.pk}/xuat-ban/", f"{LIST}{article.pk}/rut-bai/"
    assert client.get(publish).status_code == 200
    assert client.get(article.get_absolute_url()).status_code == 404, "a GET changes nothing"
    client.post(publish)
    assert client.get(article.get_absolute_url()).status_code == 200
    assert "đang được đăng rồi" in client.post(publish, follow=True).content.decode()
    empty = client.post(withdraw, {"reason": " "})
    assert "reason" in empty.context["form"].errors
    assert client.get(article.get_absolute_url()).status_code == 200
    client.post(withdraw, {"reason": "Số liệu đã cũ."})
    assert client.get(article.get_absolute_url()).status_code == 410
    assert (
        "không có gì để rút" in client.post(withdraw, {"reason": "x"}, follow=True).content.decode()
    )
    assert client.put(publish).status_code == 405


def test_several_are_published_at_once(client: Client) -> None:
    drafts = [make_article(state="draft", published_at=None) for _number in range(3)]
    empty = make_article(state="draft", published_at=None, summary="")
    chosen = [each.pk for each in (*drafts, empty)]
    sign_in(client, make_user("publisher"))
    data = {"action": "publish_selected", "_selected_action": chosen}
    page = client.post(LIST, data, follow=True).content.decode()
    assert "Đã xuất bản 3 bài." in page
    assert "chưa có tóm tắt" in page
    assert Article.objects.filter(state="published").count() == 3
    sign_in(client, make_user("editor"))
    client.post(LIST, {"action": "publish_selected", "_selected_action": [empty.pk]})
    assert Article.objects.filter(state="published").count() == 3


def test_the_preview_is_the_page_as_readers_will_see_it(client: Client) -> None:
    article = make_article(state="draft", published_at=None, body="<p>Chữ của bài.</p>")
    sign_in(client, make_user("editor"))
    response = client.get(f"{LIST}{article.pk}/xem-truoc/")
    page = response.content.decode()
    assert "<p>Chữ của bài.</p>" in page
    assert "Bản xem trước" in page
    assert "noindex" in page
    assert "no-store" in response["Cache-Control"]
    article.refresh_from_db()
    assert article.published_at is None
    assert client.post(f"{LIST}{article.pk}/xem-truoc/").status_code == 405


def test_the_list_searches_without_diacritics_in_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        make_article(title=f"Ứng xử {number}")
    make_article(title="Chuyện khác", body="<p>Không liên quan.</p>", summary="Không.")
    sign_in(client, make_user("publisher"))
    with django_assert_max_num_queries(16):
        page = client.get(LIST, {"q": "ung xu"}).content.decode()
    assert "20 bài hướng dẫn" in page
    assert "Chuyện khác" not in page
    assert "Ứng xử" not in client.get(LIST, {"q": "…"}).content.decode()


def test_a_category_with_articles_is_not_deleted(client: Client) -> None:
    full, empty = make_article().category, Category.objects.create(name="Trống", slug="trong")
    sign_in(client, make_user("publisher"))
    address = "admin:guidance_category_delete"
    assert client.post(reverse(address, args=[full.pk]), {"post": "yes"}).status_code == 403
    assert client.post(reverse(address, args=[empty.pk]), {"post": "yes"}).status_code == 302
    assert list(Category.objects.all()) == [full]


def test_a_category_gets_its_address_from_its_name(client: Client) -> None:
    sign_in(client, make_user("publisher"))
    data = {"name": "Đời sống số", "slug": "", "summary": "", "position": "5"}
    client.post("/quan-tri/guidance/category/add/", data)
    assert Category.objects.get().slug == "doi-song-so"


def test_a_text_that_no_phone_would_open_is_refused_and_kept_on_the_page(client: Client) -> None:
    article = make_article(state="draft")
    sign_in(client, make_user("editor"))
    page = client.post(change(article), typed_again(article, body=f"<p>{'chữ ' * 50_001}</p>"))
    assert "Xin chia thành tuyến bài" in page.content.decode()
    assert "chữ chữ chữ" in page.content.decode()


def test_articles_that_name_no_author_are_found_by_words_too(client: Client) -> None:
    make_article(title="Có tên", author_name="Lê Hải")
    make_article(title="Không tên", author_name="")
    sign_in(client, make_user("editor"))
    page = client.get(LIST).content.decode()
    assert "(không ghi)</a>" in " ".join(page.split())
    page = client.get(f"{LIST}?author_name=").content.decode()
    assert "Không tên" in page
    assert "Có tên" not in page
