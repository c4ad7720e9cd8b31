"""A piece of a page is remembered by all that it shows: whatever changes makes another piece."""

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import override

from comments.models import Comment, OfficialAnswer
from hanoi_portal import fragments
from hanoi_portal.fragments import content_of, remembered
from tests.factories import make_article, make_comment, make_user


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """A process that has just begun."""
    fragments.forget()


def test_a_piece_is_rendered_once_for_each_content_and_language() -> None:
    renderings = []

    def render() -> SafeString:
        renderings.append(1)
        return SafeString("<li>")

    assert remembered(("a", 1), render) == remembered(("a", 1), render) == "<li>"
    remembered(("a", 2), render)
    with override("en"):
        remembered(("a", 1), render)
    assert len(renderings) == 3


def test_no_more_is_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "ROOM", 30_000)
    for number in range(25):
        remembered(number, lambda: SafeString("x" * 1000))
    assert 0 < len(fragments._pieces) <= 10


@pytest.mark.django_db
def test_the_content_of_a_row_is_every_column_and_every_row_with_it() -> None:
    comment = make_comment(state="published")
    reply = make_comment(comment.article, state="published", parent=comment)

    def content() -> tuple[object, ...]:
        row = Comment.objects.published().get(pk=comment.pk)
        row.shown_replies = list(
            Comment.objects.published().select_related("parent").filter(parent=comment)
        )
        return content_of(row)

    before = content()
    assert content() == before
    hash(before)
    for field, value in (
        ("title", "Khác"),
        ("state", "published"),
        ("redacted_at", timezone.now()),
    ):
        Comment.objects.filter(pk=comment.pk).update(**{field: value})
    changed = content()
    assert changed != before
    Comment.objects.filter(pk=reply.pk).update(content="Khác hẳn.")
    answered = content()
    assert answered != changed
    OfficialAnswer.objects.create(
        comment=comment, text="Cảm ơn.", signed_as="Sở", written_by=make_user("moderator")
    )
    assert content() != answered


@pytest.mark.django_db
def test_a_page_shows_at_once_what_has_changed_in_a_comment(client: Client) -> None:
    article = make_article()
    comment = make_comment(article, state="published", content="Câu thứ nhất.")
    reply = make_comment(article, state="published", parent=comment, content="Trả lời thứ nhất.")

    def page() -> str:
        return client.get(article.get_absolute_url()).content.decode()

    assert "Câu thứ nhất." in page()
    Comment.objects.filter(pk=comment.pk).update(content="Câu thứ hai.")
    assert "Câu thứ hai." in page()
    Comment.objects.filter(pk=reply.pk).update(content="Trả lời thứ hai.")
    assert "Trả lời thứ hai." in page()
    assert "Trả lời thứ nhất." not in page()
    Comment.objects.filter(pk=reply.pk).update(state="withdrawn")
    assert "Trả lời thứ hai." not in page()
