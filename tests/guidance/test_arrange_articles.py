"""Tags, audiences, series and what is related: said in the admin, shown to readers, written through actions."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from guidance.actions import arrange_article, order_series, remove_series
from guidance.forms.shelves import ArrangeForm, SeriesForm
from guidance.models import Article, Audience, Series, SeriesPart, Tag
from hanoi_portal.errors import DomainError, NotAllowed
from hanoi_portal.models import HistoryEntry
from hanoi_portal.roles import ADMINISTRATOR, EDITOR, MODERATOR, PUBLISHER, ROLES
from tests.factories import make_article, make_comment, make_document, make_user, sign_in

pytestmark = pytest.mark.django_db

ARRANGE = "/quan-tri/guidance/arrangedarticle/{}/change/"
NO_FILES = {"attachments-TOTAL_FORMS": "0", "attachments-INITIAL_FORMS": "0"}
STAFF = [role for role in ROLES if ROLES[role].is_staff]


def page_of(client: Client, address: str) -> str:
    """The page as text."""
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def part(page: str, label: str) -> str:
    """What follows a heading's id, up to the end of its list."""
    return page.split(f'id="{label}"')[1].split("</ul>")[0].split("</ol>")[0]


def make_series(*articles: Article, **values: Any) -> Series:
    """Make a series of articles, in their order."""
    series = Series(**{"title": "Lên mạng an tâm", "slug": "an-tam", **values})
    order_series(series, articles, by=make_user(EDITOR))
    return series


# --- actions ------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["draft", "published", "withdrawn"])
@pytest.mark.parametrize("role", STAFF)
def test_who_may_write_an_article_may_arrange_it(role: str, state: str) -> None:
    article = make_article(state=state)
    tag = Tag.objects.create(name="Tin giả", slug="tin-gia")
    is_allowed = role == PUBLISHER or (role == EDITOR and state != "published")
    if not is_allowed:
        with pytest.raises(NotAllowed):
            arrange_article(article, by=make_user(role), tags=["tin giả"])
        assert not article.tags.exists()
        return
    arrange_article(article, by=make_user(role), tags=["tin giả"])
    assert list(article.tags.all()) == [tag]
    entry = HistoryEntry.objects.about(article).get()
    assert (entry.verb, entry.data) == ("arrange_article", {"fields": ["tags"]})


def test_arranging_leaves_alone_what_it_was_not_told_and_records_nothing_twice() -> None:
    article, publisher = make_article(), make_user(PUBLISHER)
    document = make_document()
    arrange_article(article, by=publisher, tags=["mật khẩu"], documents=[document])
    arrange_article(article, by=publisher, tags=["Mật khẩu"])
    assert Tag.objects.get().name == "mật khẩu"
    assert list(article.documents.all()) == [document]
    assert HistoryEntry.objects.about(article).count() == 1


def test_an_article_is_not_related_to_itself() -> None:
    article = make_article()
    with pytest.raises(DomainError):
        arrange_article(article, by=make_user(PUBLISHER), related=[article])


def test_an_article_moves_from_one_series_to_another() -> None:
    first, second = make_article(), make_article()
    old = make_series(first, second)
    new = make_series(second, title="Tuyến khác", slug="khac")
    assert list(old.parts.values_list("article", flat=True)) == [first.pk]
    assert SeriesPart.objects.get(article=second).series == new


def test_an_article_stands_once_in_a_series() -> None:
    article = make_article()
    with pytest.raises(DomainError):
        make_series(article, article)
    assert not Series.objects.exists()


@pytest.mark.parametrize("role", STAFF)
def test_editors_order_series_and_only_publishers_remove_them(role: str) -> None:
    series, user = make_series(make_article()), make_user(role)
    for act, allowed in (
        (lambda: order_series(series, [], by=user), {EDITOR, PUBLISHER}),
        (lambda: remove_series(series, by=user), {PUBLISHER}),
    ):
        if role in allowed:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()
    assert Article.objects.count() == 1


# --- what readers see ---------------------------------------------------------------------------
def test_an_article_says_whom_it_is_for_and_what_it_is_about(client: Client) -> None:
    article = make_article(slug="bai")
    for name, slug in (("đọc tin", "doc-tin"), ("ảnh giả", "anh-gia"), ("dữ liệu", "du-lieu")):
        article.tags.add(Tag.objects.create(name=name, slug=slug))
    article.audiences.set(Audience.objects.filter(slug__in=["phu-huynh", "hoc-sinh"]))
    page = page_of(client, "/huong-dan/bai/")
    shelves = re.findall(r'href="(/huong-dan/(?:the|danh-cho)/[^"]+)"', page)
    assert shelves == [
        "/huong-dan/danh-cho/hoc-sinh/",
        "/huong-dan/danh-cho/phu-huynh/",
        "/huong-dan/the/anh-gia/",
        "/huong-dan/the/du-lieu/",  # d before đ
        "/huong-dan/the/doc-tin/",
    ]
    for address in shelves:
        assert f'href="{article.get_absolute_url()}"' in page_of(client, address)
        assert "Ở chỗ khác" not in page_of(client, address)


def test_a_shelf_counts_and_lists_only_what_readers_see(client: Client) -> None:
    pupils = Audience.objects.get(slug="hoc-sinh")
    make_article(title="Bài hiện").audiences.add(pupils)
    make_article(title="Bài kín", state="draft").audiences.add(pupils)
    page = page_of(client, "/huong-dan/danh-cho/hoc-sinh/")
    assert "Bài hiện" in page
    assert "Bài kín" not in page
    assert re.search(r'aria-current="page">Học sinh</a> <span class="soft">\(1\)', page)
    assert "/huong-dan/danh-cho/phu-huynh/" not in page


def test_an_article_shows_its_place_in_its_series(client: Client) -> None:
    first, draft, second, third = (
        make_article(slug="mot", title="Bài mở đầu"),
        make_article(slug="kin", title="Bài kín", state="draft"),
        make_article(slug="hai"),
        make_article(slug="ba"),
    )
    make_series(first, draft, second, third)
    page = page_of(client, "/huong-dan/hai/")
    assert "Bài 2 trên 3 của tuyến bài" in page
    parts = part(page, "tuyen-bai")
    assert parts.index("/huong-dan/mot/") < parts.index("aria-current") < parts.index("/ba/")
    assert "Bài kín" not in page
    listed = page_of(client, "/huong-dan/tuyen-bai/an-tam/")
    places = [listed.index(f'href="/huong-dan/{slug}/"') for slug in ("mot", "hai", "ba")]
    assert places == sorted(places)
    assert "Bài kín" not in listed


def test_a_series_without_published_articles_says_so(client: Client) -> None:
    make_series(make_article(state="draft"))
    assert "Chưa có bài nào ở đây" in page_of(client, "/huong-dan/tuyen-bai/an-tam/")


def test_what_is_related_is_linked_both_ways(client: Client) -> None:
    article, other = make_article(slug="mot"), make_article(slug="hai")
    document = make_document(slug="luat", kind="law", number="24/2018/QH14")
    hidden = make_document(slug="kin", is_public=False)
    arrange_article(article, by=make_user(PUBLISHER), related=[other], documents=[document, hidden])
    page = page_of(client, "/huong-dan/mot/")
    assert "/huong-dan/hai/" in part(page, "bai-lien-quan")
    assert "/huong-dan/mot/" in part(page_of(client, "/huong-dan/hai/"), "bai-lien-quan")
    documents = part(page, "van-ban-lien-quan")
    assert f'Luật 24/2018/QH14: <span lang="vi">{document.title}</span>' in documents
    assert "/van-ban/kin/" not in page
    assert "/huong-dan/mot/" in part(page_of(client, "/van-ban/luat/"), "bai-lien-quan")
    Article.objects.filter(pk=article.pk).update(state="draft")
    assert "/huong-dan/mot/" not in page_of(client, "/van-ban/luat/")
    assert 'id="bai-lien-quan"' not in page_of(client, "/huong-dan/hai/")


def test_what_an_editor_chose_comes_before_what_only_shares_tags(client: Client) -> None:
    tags = [Tag.objects.create(name=name, slug=name) for name in ("a", "b")]
    article, chosen, near, far, apart = (make_article() for _number in range(5))
    article.tags.set(tags)
    near.tags.set(tags)
    far.tags.set(tags[:1])
    article.related.add(chosen)
    related = part(page_of(client, article.get_absolute_url()), "bai-lien-quan")
    places = [related.index(each.get_absolute_url()) for each in (chosen, near, far)]
    assert places == sorted(places)
    assert apart.get_absolute_url() not in related


def test_a_full_page_takes_five_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    article = make_article(slug="bai")
    others = [
        make_article(published_at=timezone.now() - timedelta(days=day)) for day in range(1, 20)
    ]
    for number in range(12):
        article.tags.add(Tag.objects.create(name=f"thẻ {number}", slug=f"the-{number}"))
        article.documents.add(make_document())
        make_comment(article, state="published")
    article.audiences.set(Audience.objects.all())
    article.related.set(others)
    make_series(*others[:5], article, *others[5:])
    with django_assert_max_num_queries(5):
        page = page_of(client, "/huong-dan/bai/")
    assert "Bài 6 trên 20" in page
    assert part(page, "bai-lien-quan").count("<li>") == 5
    assert part(page, "van-ban-lien-quan").count("<li>") == 12


@pytest.mark.parametrize("place", ["the/tin-gia", "danh-cho/hoc-sinh", "tuyen-bai/an-tam"])
def test_a_shelf_takes_few_queries_whatever_its_length(
    client: Client, place: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    articles = [make_article() for _number in range(15)]
    Tag.objects.create(name="tin giả", slug="tin-gia").articles.set(articles)
    Audience.objects.get(slug="hoc-sinh").articles.set(articles)
    make_series(*articles)
    with django_assert_max_num_queries(5):
        page_of(client, f"/huong-dan/{place}/")


@pytest.mark.parametrize("place", ["the", "danh-cho", "tuyen-bai"])
def test_a_shelf_that_is_not_there_is_not_found(client: Client, place: str) -> None:
    assert client.get(f"/huong-dan/{place}/khong-co/").status_code == 404


def test_the_six_audiences_are_there_from_the_start() -> None:
    names = list(Audience.objects.values_list("name", flat=True))
    assert names == [
        *("Học sinh", "Phụ huynh", "Người cao tuổi"),
        *("Cán bộ", "Doanh nghiệp", "Báo chí"),
    ]


def test_words_typed_into_tags_and_series_are_escaped(client: Client) -> None:
    article = make_article(slug="bai")
    article.tags.add(Tag.objects.create(name="<b>x</b>", slug="x"))
    make_series(article, title="<b>y</b>", summary="<i>z</i>")
    for address in ("/huong-dan/bai/", "/huong-dan/the/x/", "/huong-dan/tuyen-bai/an-tam/"):
        page = page_of(client, address)
        assert "<b>" not in page
        assert "<i>" not in page


# --- in the admin -------------------------------------------------------------------------------
def test_an_editor_arranges_a_draft_on_its_own_page(client: Client) -> None:
    article = make_article(state="draft")
    law = make_document(number="24/2018/QH14", slug="luat")
    decree, other = make_document(slug="nghi-dinh"), make_article(slug="bai-kia")
    pupils = Audience.objects.get(slug="hoc-sinh")
    sign_in(client, make_user(EDITOR))
    address = ARRANGE.format(article.pk)
    assert f'href="{address}"' in page_of(
        client, f"/quan-tri/guidance/article/{article.pk}/change/"
    )
    typed = {
        "audiences": [pupils.pk],
        "tags": " tin giả,Tin Giả , mật khẩu,",
        "documents": "24/2018/QH14\r\n\r\nhttp://localhost:8000/van-ban/nghi-dinh/?a=1#b",
        "related": "/huong-dan/bai-kia/",
        "seen": ArrangeForm.mark_of(article),
        **NO_FILES,
    }
    assert client.post(address, typed).status_code == 302
    assert list(article.audiences.all()) == [pupils]
    assert [tag.slug for tag in article.tags.all()] == ["mat-khau", "tin-gia"]
    assert set(article.documents.all()) == {law, decree}
    assert list(other.related.all()) == [article]
    assert HistoryEntry.objects.about(article).get().verb == "arrange_article"
    page = page_of(client, address)
    assert "<h1>Xếp bài</h1>" in page
    for shown in ("mật khẩu, Tin Giả", "/van-ban/luat/", "/huong-dan/bai-kia/"):
        assert shown in page


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("related", "/huong-dan/bai/", "Bài không tự liên quan đến chính nó."),
        ("related", "/huong-dan/khong-co/", "Không có trên cổng: “/huong-dan/khong-co/”."),
        ("related", "http://[", "Không có trên cổng: “http://[”."),
        ("documents", "1/2/3", "Không có trên cổng: “1/2/3”."),
        ("tags", "a" * 61, "Mỗi tên dài tối đa 60 ký tự."),
    ],
)
def test_an_editor_is_told_what_is_wrong_and_nothing_is_lost(
    client: Client, field: str, typed: str, told: str
) -> None:
    article = make_article(slug="bai", state="draft")
    sign_in(client, make_user(EDITOR))
    posted = {field: typed, "seen": ArrangeForm.mark_of(article), **NO_FILES}
    answer = client.post(ARRANGE.format(article.pk), posted)
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert typed in answer.content.decode()


def test_an_editor_makes_a_series_and_moves_its_articles_about(client: Client) -> None:
    first, second, third = make_article(), make_article(), make_article()
    sign_in(client, make_user(EDITOR))

    def lines(*articles: Article) -> str:
        return "\r\n".join(each.get_absolute_url() for each in articles)

    data = {"title": "Lên mạng  an tâm", "articles": lines(second, first)}
    assert client.post("/quan-tri/guidance/series/add/", data).status_code == 302
    series = Series.objects.get(slug="len-mang-an-tam")
    assert [part.article for part in series.parts.all()] == [second, first]
    address = f"/quan-tri/guidance/series/{series.pk}/change/"
    assert f"{second.get_absolute_url()}\n{first.get_absolute_url()}" in page_of(client, address)
    data |= {"articles": lines(third, second, third), "seen": SeriesForm.mark_of(series)}
    assert client.post(address, data).status_code == 302
    assert [part.article for part in series.parts.all()] == [third, second]
    assert HistoryEntry.objects.about(series).count() == 2


def test_who_arranges_second_is_told_what_differs_and_decides(client: Client) -> None:
    article, first, second = make_article(), make_user(PUBLISHER), make_user(PUBLISHER)
    sign_in(client, first)
    opened = {"seen": ArrangeForm.mark_of(article), **NO_FILES}
    arrange_article(article, by=second, tags=["tin giả"])
    answer = client.post(ARRANGE.format(article.pk), {**opened, "tags": "mật khẩu"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Có người vừa lưu sau khi ông/bà mở trang này" in page
    assert "<del>tin giả</del><ins>mật khẩu</ins>" in page
    assert 'value="mật khẩu"' in page
    assert [tag.name for tag in article.tags.all()] == ["tin giả"]
    carried = answer.context["adminform"].form["seen"].value()
    again = {**opened, "seen": carried, "tags": "mật khẩu, tin giả"}
    assert client.post(ARRANGE.format(article.pk), again).status_code == 302
    assert article.tags.count() == 2


def test_who_orders_a_series_second_is_told_what_differs(client: Client) -> None:
    one, two, three = make_article(), make_article(), make_article(title="Mật khẩu mạnh")
    series = make_series(one, two)
    sign_in(client, make_user(EDITOR))
    seen = SeriesForm.mark_of(series)
    order_series(series, [two, one], by=make_user(EDITOR))
    typed = {"title": series.title, "slug": series.slug, "articles": three.get_absolute_url()}
    address = f"/quan-tri/guidance/series/{series.pk}/change/"
    answer = client.post(address, {**typed, "seen": seen})
    assert f"<ins>{three.title}</ins>" in answer.content.decode()
    assert [part.article for part in series.parts.all()] == [two, one]
    again = {**typed, "seen": SeriesForm.mark_of(series)}
    assert client.post(address, again).status_code == 302
    assert [part.article for part in series.parts.all()] == [three]


def test_who_may_only_look_sees_what_is_arranged(client: Client) -> None:
    article = make_article()
    series = make_series(article)
    sign_in(client, make_user(ADMINISTRATOR))
    assert series.title in page_of(client, f"/quan-tri/guidance/series/{series.pk}/change/")
    assert article.title in page_of(client, ARRANGE.format(article.pk))


def test_a_publisher_removes_a_series_and_its_articles_stay(client: Client) -> None:
    article = make_article()
    series = make_series(article)
    sign_in(client, make_user(PUBLISHER))
    answer = client.post(f"/quan-tri/guidance/series/{series.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 302
    assert not Series.objects.exists()
    assert Article.objects.filter(pk=article.pk).exists()


def test_a_tag_without_an_address_gets_one_and_only_an_empty_one_goes(client: Client) -> None:
    sign_in(client, make_user(PUBLISHER))
    assert client.post("/quan-tri/guidance/tag/add/", {"name": "Tin đồn"}).status_code == 302
    tag = Tag.objects.get(slug="tin-don")
    tag.articles.add(make_article())
    address = f"/quan-tri/guidance/tag/{tag.pk}/delete/"
    assert client.post(address, {"post": "yes"}).status_code == 403
    tag.articles.clear()
    assert client.post(address, {"post": "yes"}).status_code == 302


@pytest.mark.parametrize("name", ["tin giả", "Tin giả", "Tin Gia", "中文"])
def test_a_tag_is_found_by_its_name_whatever_its_address_has_become(name: str) -> None:
    article, publisher = make_article(), make_user(PUBLISHER)
    tag = Tag.objects.create(name="中文" if name == "中文" else "tin giả", slug="dia-chi-khac")
    Tag.objects.create(name="tin gia", slug="tin-gia")
    arrange_article(article, by=publisher, tags=[name])
    found = article.tags.get()
    assert found == (tag if name != "Tin Gia" else Tag.objects.get(slug="tin-gia"))
    arrange_article(article, by=publisher, tags=["日本"])
    assert Tag.objects.count() == 3


def test_two_tags_do_not_differ_in_capital_letters_alone(client: Client) -> None:
    sign_in(client, make_user(PUBLISHER))
    tag = Tag.objects.create(name="Tin giả", slug="tin-gia")
    answer = client.post("/quan-tri/guidance/tag/add/", {"name": "tin giả"})
    assert "Đã có thẻ “Tin giả”." in answer.content.decode()
    assert "tin giả" in answer.content.decode()
    page = f"/quan-tri/guidance/tag/{tag.pk}/change/"
    assert client.post(page, {"name": "tin Giả", "slug": "tin-gia"}).status_code == 302
    assert Tag.objects.get().name == "tin Giả"


def test_a_moderator_has_no_business_there(client: Client) -> None:
    article = make_article()
    sign_in(client, make_user(MODERATOR))
    for address in (
        ARRANGE.format(article.pk),
        "/quan-tri/guidance/series/",
        "/quan-tri/guidance/tag/",
    ):
        assert client.get(address).status_code == 403
