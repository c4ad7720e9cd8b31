"""What is done to articles and documents is what search finds at once: published, changed, withdrawn, ended, hidden."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from guidance import actions, document_actions
from guidance.actions.end import expire_due
from guidance.models import Article, Audience, Tag
from guidance.search import MOST_TAGS, find_articles, tag_choices
from hanoi_portal.models import SearchEntry
from hanoi_portal.registry import registry
from hanoi_portal.roles import PUBLISHER
from hanoi_portal.search.find import Narrowing, find
from hanoi_portal.search.forms import PARAMETERS
from hanoi_portal.search.spelling import refresh_words
from hanoi_portal.text import slugify
from tests.factories import make_article, make_document, make_user, sign_in

pytestmark = pytest.mark.django_db


def is_found(words: str) -> bool:
    """Whether readers find anything by the words, all in their place."""
    return bool(find(f'"{words}"', timezone.now()).ids)


def test_withdrawing_takes_an_article_out_of_the_search() -> None:
    article = make_article(title="Chuyện đã rút")
    assert is_found("chuyện đã rút")
    actions.withdraw_article(article, by=make_user(PUBLISHER), reason="Đã cũ.")
    assert not is_found("chuyện đã rút")
    assert not SearchEntry.objects.exists()


def test_an_article_whose_time_is_over_is_not_found_even_before_it_is_taken_away() -> None:
    now = timezone.now()
    make_article(title="Có hạn", expires_at=now + timedelta(minutes=5))
    assert find("có hạn", now).ids
    assert not find("có hạn", now + timedelta(minutes=6)).ids
    Article.objects.update(expires_at=now)
    expire_due(now)
    assert not SearchEntry.objects.exists()


def test_documents_are_found_while_they_are_public() -> None:
    publisher, document = (
        make_user(PUBLISHER),
        make_document(title="Quy tắc chung", is_public=False),
    )
    assert not is_found("quy tắc chung")
    document_actions.publish_document(document, by=publisher)
    assert is_found("quy tắc chung")
    document_actions.hide_document(document, by=publisher)
    assert not is_found("quy tắc chung")


def test_articles_are_found_for_others_in_order_and_no_more_than_asked_for() -> None:
    make_document(title="Tin giả")
    beside, first = (
        make_article(title="Thứ hai", body="<p>Tin giả.</p>"),
        make_article(title="Tin giả"),
    )
    assert find_articles("tin gia", 5) == [first, beside]
    assert find_articles("tin gia", 1) == [first]
    assert find_articles("", 5) == []


def test_articles_are_narrowed_by_whom_they_are_for_and_by_no_parameter_the_page_cache_does_not_know() -> (
    None
):
    pupils = Audience.objects.get(slug="hoc-sinh")
    article, _other = make_article(title="Ứng xử"), make_article(title="Ứng xử")
    article.audiences.add(pupils)
    wanted = Narrowing([("doi-tuong", "hoc-sinh")])
    entry = SearchEntry.objects.get(kind="bai", object_id=article.pk)
    assert find("ứng xử", timezone.now(), wanted).ids == [entry.pk]
    article.audiences.clear()
    assert find("ứng xử", timezone.now(), wanted).ids == []
    tag = Tag.objects.create(name="Văn hóa", slug="van-hoa")
    article.tags.add(tag)
    assert find("ứng xử", timezone.now(), Narrowing([("the", "van-hoa")])).ids == [entry.pk]
    article.tags.clear()
    assert find("ứng xử", timezone.now(), Narrowing([("the", "van-hoa")])).ids == []
    assert {facet.name for facet in registry.search_facets} <= set(PARAMETERS)


# --- tags -----------------------------------------------------------------------------------------
def found(query: str) -> list[str]:
    """The titles that a search finds, in order."""
    ids = find(query, timezone.now()).ids
    entries = SearchEntry.objects.in_bulk(ids)
    return [entries[each].title for each in ids]


def make_tag(name: str, *articles: Article) -> Tag:
    """Make a tag of articles."""
    tag = Tag.objects.create(name=name, slug=slugify(name, 70))
    for article in articles:
        article.tags.add(tag)
    return tag


@pytest.mark.parametrize(
    "query", ["lừa đảo", "lua dao", '"lừa đảo qua mạng"', "lừa đảo qua", "đảo"]
)
def test_an_article_is_found_by_its_tags_and_the_page_says_by_which(
    client: Client, query: str
) -> None:
    make_tag("lừa đảo qua mạng", make_article(title="Cuộc gọi lạ"))
    make_article(title="Bài khác")
    assert found(query) == ["Cuộc gọi lạ"]
    page = client.get("/tim-kiem/", {"q": query}).content.decode()
    assert re.search(r'Thẻ: <span lang="vi">[^\n]*<mark>', page)


def test_tags_come_after_the_same_words_in_a_title_and_before_those_in_a_text() -> None:
    make_article(title="Thứ ba", body="<p>Nói về tin giả.</p>")
    make_tag("tin giả", make_article(title="Thứ hai"))
    make_article(title="Tin giả")
    make_article(title="Thứ tư", body="<p>Lại nói về tin giả.</p>")
    assert found("tin giả") == ["Tin giả", "Thứ hai", "Thứ tư", "Thứ ba"]


def test_two_tags_do_not_make_one_phrase() -> None:
    article = make_article(title="Một", body="<p>Hai.</p>")
    make_tag("an toàn", article)
    make_tag("thông tin", article)
    assert found('"toàn thông"') == []
    assert found('"an toàn thông tin"') == []


def test_renaming_and_taking_away_a_tag_is_found_at_once(client: Client) -> None:
    tag = make_tag("bịa đặt", make_article(title="Một"), make_article(title="Hai"))
    sign_in(client, make_user(PUBLISHER))
    address = f"/quan-tri/guidance/tag/{tag.pk}/change/"
    assert client.post(address, {"name": "tin đồn", "slug": "tin-don"}).status_code == 302
    assert found("bịa đặt") == []
    assert found("tin đồn") == ["Hai", "Một"]
    assert {each.title for each in narrowed("tin-don")} == {"Một", "Hai"}
    assert narrowed("bia-dat") == []


def narrowed(slug: str) -> list[SearchEntry]:
    """What a tag leaves of everything."""
    ids = find("một hai", timezone.now(), Narrowing([("the", slug)])).ids
    ids = [*ids, *find("một", timezone.now(), Narrowing([("the", slug)])).ids]
    ids = [*ids, *find("hai", timezone.now(), Narrowing([("the", slug)])).ids]
    return list(SearchEntry.objects.filter(pk__in=ids))


def test_results_are_narrowed_by_the_tags_that_most_articles_have(client: Client) -> None:
    article, other = make_article(title="Ứng xử"), make_article(title="Ứng xử")
    draft = make_article(title="Ứng xử", state="draft")
    make_tag("mật khẩu", article)
    make_tag("ảnh giả", article, other)
    make_tag("kín", draft)
    assert tag_choices() == [("anh-gia", "ảnh giả"), ("mat-khau", "mật khẩu")]
    page = client.get("/tim-kiem/", {"q": "ứng xử", "the": "mat-khau"}).content.decode()
    assert article.get_absolute_url() in page
    assert other.get_absolute_url() not in page
    for number in range(MOST_TAGS):
        make_tag(f"thẻ {number}", article, other)
    assert len(tag_choices()) == MOST_TAGS
    assert ("mat-khau", "mật khẩu") not in tag_choices()


def test_what_is_only_tagged_so_is_not_offered_as_a_title(client: Client) -> None:
    make_tag("lừa đảo", make_article(title="Cuộc gọi lạ"))
    make_article(title="Lừa đảo qua mạng")
    offered = client.get("/tim-kiem/goi-y/", {"q": "lừa đ"}).json()["offered"]
    assert "Lừa đảo qua mạng" in offered
    assert "Cuộc gọi lạ" not in offered


def test_words_of_tags_are_offered_and_put_right(client: Client) -> None:
    make_tag("lừa đảo", make_article(title="Cuộc gọi lạ"), make_article(title="Tin nhắn lạ"))
    refresh_words()
    assert "lừa đảo" in client.get("/tim-kiem/goi-y/", {"q": "lừa đ"}).json()["offered"]
    assert found("lừa đaor") == ["Tin nhắn lạ", "Cuộc gọi lạ"]
