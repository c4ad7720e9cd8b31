"""A prepared question gives what its queryset gives, whatever the values, in one query."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment, OfficialAnswer, ThreadSetting
from comments.threads import newest_threads, setting_of
from guidance.models import Article
from guidance.views import READABLE
from hanoi_portal.prepared import Prepared, PreparedInsert
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db


def shown(comments: list[Comment]) -> list[tuple[object, ...]]:
    """What a page shows of comments, in their order."""
    return [
        (
            each.pk,
            each.content,
            each.created_at,
            each.reply_count,  # type: ignore[attr-defined]
            each.thread_total,  # type: ignore[attr-defined]
            getattr(getattr(each, "official_answer", None), "text", None),
        )
        for each in comments
    ]


def test_the_threads_of_each_article_are_those_of_the_queryset() -> None:
    articles = [make_article() for _each in range(3)]
    for number, article in enumerate(articles):
        for _each in range(number * 2):
            parent = make_comment(article, state="published")
            make_comment(article, state="published", parent=parent)
            make_comment(article)
    gone = make_comment(articles[1], state="withdrawn")
    make_comment(articles[1], state="published", parent=gone)
    OfficialAnswer.objects.create(
        comment=Comment.objects.published().first(),
        text="Cảm ơn ông/bà.",
        signed_as="Sở",
        written_by=make_user("moderator"),
    )
    for article in [*articles, *articles]:
        with CaptureQueriesContext(connection) as queries:
            comments = newest_threads(article)
            assert shown(comments) == shown(comments)
        assert len(queries) == 1, "phones stay in the database, answers come along"
        assert shown(comments) == shown(list(Comment.objects.threads(article)[:51]))


def test_how_an_article_takes_comments_is_read_each_time() -> None:
    first, second = make_article(), make_article()
    setting = ThreadSetting.objects.create(article=second, mode=ThreadSetting.Mode.CLOSED)
    assert setting_of(first) is None
    assert setting_of(second) == setting
    setting.delete()
    assert setting_of(second) is None


def test_an_article_is_found_by_its_address_at_each_moment() -> None:
    now = timezone.now()
    soon = make_article(published_at=now + timedelta(hours=1))
    withdrawn = make_article(state=Article.State.WITHDRAWN, withdrawn_reason="Sai.")
    make_article(state=Article.State.DRAFT)
    for at in (now, now + timedelta(hours=2), now.astimezone(UTC)):
        for slug in (*Article.objects.values_list("slug", flat=True), "khong-co", "?"):
            expected = list(Article.objects.readable(at).filter(slug=slug))
            assert READABLE.ask(at, slug) == expected
    assert READABLE.ask(now, soon.slug) == []
    [found] = READABLE.ask(now, withdrawn.slug)
    with CaptureQueriesContext(connection) as queries:
        assert found.category.name
        assert found.published_at == withdrawn.published_at
    assert not queries


def test_a_value_that_does_not_stand_in_the_question_is_a_mistake() -> None:
    def build(pk: int) -> QuerySet[Article]:
        return Article.objects.all()

    with pytest.raises(AssertionError, match="do not stand"):
        Prepared(build, -1).ask(1)


def test_moments_of_both_databases_are_given_as_they_want_them() -> None:
    article = make_article()
    assert article.published_at is not None
    since = Prepared(
        lambda at: Article.objects.filter(published_at__gte=at), datetime(1, 1, 2, tzinfo=UTC)
    )
    assert since.ask(article.published_at) == [article]
    assert since.ask(article.published_at + timedelta(seconds=1)) == []


def kept_values(comment: Comment) -> dict[str, object]:
    """What the database gives back of a comment, its key aside."""
    stored = Comment.objects.get(pk=comment.pk)
    return {
        field.attname: getattr(stored, field.attname)
        for field in Comment._meta.concrete_fields
        if not field.primary_key
    }


def test_a_prepared_row_is_kept_as_django_keeps_it() -> None:
    article = make_article()
    parent = make_comment(article, state="published")
    comments = PreparedInsert(Comment)

    def written(number: int) -> list[Comment]:
        return [
            Comment(
                article=article,
                parent=parent if number % 2 else None,
                name=f"Nguyễn Thị Hoa {number}",
                title="50% 'dấu nháy'",
                content="Dòng một\nDòng hai",
                phone="+84912345678" if number else None,
                consent_version="1" if number else "",
                receipt_hash=f"{way}{number}",
                created_at=timezone.now() - timedelta(days=number),
                corrections=number,
            )
            for way in ("django", "prepared")
        ]

    for number in range(3):
        plain, prepared = written(number)
        prepared.created_at = plain.created_at
        plain.save(force_insert=True)
        with CaptureQueriesContext(connection) as queries:
            comments.add(prepared)
        assert len(queries) == 1
        assert prepared.pk != plain.pk
        assert not prepared._state.adding
        expected = kept_values(plain) | {"receipt_hash": f"prepared{number}"}
        assert kept_values(prepared) == expected
        prepared.title = "Sửa"
        prepared.save()
    assert Comment.objects.filter(title="Sửa").count() == 3


def test_phones_of_prepared_rows_are_encrypted() -> None:
    comment = Comment(
        article=make_article(), phone="+84912345678", consent_version="1", receipt_hash="một"
    )
    PreparedInsert(Comment).add(comment)
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM comments_comment WHERE id = %s", [comment.pk])
        (stored,) = cursor.fetchone()
    assert stored.startswith("gAAAA")
