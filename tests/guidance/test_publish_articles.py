"""Writing, publishing and withdrawing: every role in every state, history, two people at once."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from guidance import rules
from guidance.actions import publish_article, withdraw_article, write_article
from guidance.models import Article, Category, free_slug
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry
from hanoi_portal.roles import ROLES
from tests.factories import make_article, make_user

DRAFT, PUBLISHED, WITHDRAWN = Article.State.DRAFT, Article.State.PUBLISHED, Article.State.WITHDRAWN
MAY = {
    "write": {
        "editor": {None, DRAFT, PUBLISHED, WITHDRAWN},
        "publisher": {None, DRAFT, PUBLISHED, WITHDRAWN},
    },
    "publish": {"publisher": {DRAFT, WITHDRAWN}},
    "withdraw": {"publisher": {PUBLISHED}},
    "preview": {
        role: {DRAFT, PUBLISHED, WITHDRAWN} for role in ("administrator", "editor", "publisher")
    },
}
ALLOWED = {
    "write": rules.can_write,
    "publish": rules.can_publish,
    "withdraw": rules.can_withdraw,
    "preview": rules.can_preview,
}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", MAY)
@pytest.mark.parametrize("role", [*ROLES, None])
def test_a_rule_allows_what_the_table_says(verb: str, role: str | None) -> None:
    user = make_user(role)
    states = (
        [DRAFT, PUBLISHED, WITHDRAWN] if verb != "write" else [None, DRAFT, PUBLISHED, WITHDRAWN]
    )
    for state in states:
        article = None if state is None else Article(state=state)
        expected = state in MAY[verb].get(role or "", set())
        assert ALLOWED[verb](user, article) is expected, (verb, role, state)  # type: ignore[operator]
        assert not ALLOWED[verb](AnonymousUser(), article)  # type: ignore[operator]


@pytest.mark.django_db
def test_somebody_switched_off_may_do_nothing() -> None:
    user = make_user("publisher", is_active=False)
    assert not rules.can_write(user)
    assert not rules.can_publish(user, Article(state=DRAFT))
    assert not rules.can_upload_picture(user)


@pytest.mark.django_db
def test_an_article_lives_from_draft_to_withdrawn_and_back() -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    category = Category.objects.create(name="Mục", slug="muc")
    article = Article(title="A", slug="a", category=category, summary="b", body="<p>c</p>")
    write_article(article, by=editor)
    article.title = "Đầu đề"
    write_article(article, by=editor, changed=["title"])
    publish_article(article, by=publisher)
    first = article.published_at
    assert first is not None
    assert abs(first - timezone.now()) < timedelta(minutes=1)
    withdraw_article(article, by=publisher, reason="Số liệu đã cũ.")
    publish_article(article, by=publisher)
    article.refresh_from_db()
    assert (article.state, article.published_at) == (PUBLISHED, first)
    assert article.withdrawn_reason == ""
    assert article.search_text == " dau de b c "
    entries = HistoryEntry.objects.about(article)
    assert [(each.verb, each.actor, each.from_state, each.to_state) for each in entries] == [
        ("write_article", editor, "", "draft"),
        ("change_article", editor, "", ""),
        ("publish_article", publisher, "draft", "published"),
        ("withdraw_article", publisher, "published", "withdrawn"),
        ("publish_article", publisher, "withdrawn", "published"),
    ]
    assert entries[3].note == "Số liệu đã cũ."


@pytest.mark.django_db
def test_who_may_not_is_refused_and_nothing_changes() -> None:
    editor = make_user("editor")
    draft = make_article(state="draft", published_at=None)
    public = make_article()
    with pytest.raises(NotAllowed):
        publish_article(draft, by=editor)
    with pytest.raises(NotAllowed):
        withdraw_article(public, by=editor, reason="x")
    with pytest.raises(NotAllowed):
        write_article(public, by=make_user("coordinator"), changed=["title"])
    with pytest.raises(NotAllowed):
        write_article(Article(title="A"), by=make_user("moderator"))
    draft.refresh_from_db()
    assert draft.state == DRAFT
    assert not HistoryEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("values", [{"summary": " "}, {"body": ""}, {"body": "<p>&nbsp;</p>"}])
def test_an_empty_article_is_not_published(values: dict[str, str]) -> None:
    article = make_article(state="draft", published_at=None, **values)
    with pytest.raises(DomainError):
        publish_article(article, by=make_user("publisher"))


@pytest.mark.django_db
def test_withdrawing_needs_a_reason() -> None:
    with pytest.raises(DomainError):
        withdraw_article(make_article(), by=make_user("publisher"), reason=" \n")


@pytest.mark.django_db
def test_publishing_twice_publishes_once() -> None:
    publisher = make_user("publisher")
    article = make_article(state="draft", published_at=None)
    seen_before = Article.objects.get(pk=article.pk)
    publish_article(article, by=publisher)
    for again in (article, seen_before):
        with pytest.raises(StaleState):
            publish_article(again, by=publisher)
    assert HistoryEntry.objects.about(article).count() == 1


@pytest.mark.django_db
def test_saving_text_does_not_undo_a_publication_that_came_between() -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    article = make_article(state="draft", published_at=None)
    draft_title = article.title
    opened = Article.objects.get(pk=article.pk)
    publish_article(article, by=publisher)
    opened.title = "Tên mới"
    write_article(opened, by=editor, changed=["title"])
    article.refresh_from_db()
    assert (article.state, article.title) == (PUBLISHED, draft_title), "readers keep what they got"
    assert article.text()["title"] == "Tên mới", "and the words are not lost"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_eight_publishers_at_once_publish_once() -> None:
    publisher = make_user("publisher")
    article = make_article(state="draft", published_at=None)
    start, done = threading.Barrier(8), []

    def press() -> None:
        mine = Article.objects.get(pk=article.pk)
        start.wait()
        try:
            publish_article(mine, by=publisher)
            done.append("published")
        except StaleState:
            done.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["published"] + ["refused"] * 7
    assert HistoryEntry.objects.about(article).count() == 1


@pytest.mark.django_db
def test_addresses_fold_d_and_stay_unique() -> None:
    assert free_slug(Article, "Đường đi đúng") == "duong-di-dung"
    make_article(slug="duong-di-dung")
    assert free_slug(Article, "Đường đi đúng") == "duong-di-dung-2"
    assert free_slug(Article, "Chuyên mục") == "chuyen-muc-2"
    assert free_slug(Article, "…") == "bai"
