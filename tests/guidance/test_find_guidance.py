"""What is done to articles and documents is what search finds at once: published, changed, withdrawn, ended, hidden."""

from datetime import timedelta

import pytest
from django.utils import timezone

from guidance import actions, document_actions
from guidance.actions.end import expire_due
from guidance.models import Article, Audience
from guidance.search import find_articles
from hanoi_portal.models import SearchEntry
from hanoi_portal.registry import registry
from hanoi_portal.roles import PUBLISHER
from hanoi_portal.search.find import Narrowing, find
from hanoi_portal.search.forms import PARAMETERS
from tests.factories import make_article, make_document, make_user

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
    assert {facet.name for facet in registry.search_facets} <= set(PARAMETERS)
