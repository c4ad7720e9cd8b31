"""Hints for moderators against words made to be hostile: none is slow, none is loaded by the thousand."""

import time
from typing import Any

import pytest

from comments.hints import count_links, fingerprint, hints_for, personal_data
from comments.models import Comment, WatchedWord
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


def texts(comment: Comment) -> list[str]:
    return [hint.text for hint in hints_for([comment])[comment.pk]]


@pytest.mark.parametrize(
    "piece", ["x", "a-", "a.", "ab", "1 ", "a@", "a@b.- ", "www.", ".-", "đa-", "😀"]
)
def test_words_made_to_be_slow_are_looked_through_at_once(piece: str) -> None:
    text = (piece * 3000)[:3000]
    begun = time.perf_counter()
    count_links(text)
    personal_data(text)
    # Each of these took up to 400 ms, at twenty comments a page.
    assert time.perf_counter() - begun < 0.1


def test_a_flood_of_the_same_text_is_counted_and_not_loaded(
    django_assert_num_queries: Any,
) -> None:
    article, same = make_article(), fingerprint("Mua ngay")
    Comment.objects.bulk_create(
        Comment(
            article=article,
            name="A",
            title="B",
            content="Mua ngay",
            fingerprint=same,
            receipt_hash=f"{number:064d}",
        )
        for number in range(1200)
    )
    first = Comment.objects.first()
    assert first is not None
    with django_assert_num_queries(2):
        (hint,) = hints_for([first])[first.pk]
    newest = Comment.objects.order_by("-pk").values_list("pk", flat=True)[:5]
    assert hint.text == "Cùng lời với 1199 bình luận khác:"
    assert hint.others == tuple(newest)


def test_emoji_alone_are_the_same_only_where_they_are() -> None:
    laughing = make_comment(content="😀😀", fingerprint=fingerprint("😀😀"))
    make_comment(content="🌸", fingerprint=fingerprint("🌸"))
    assert texts(laughing) == []
    make_comment(content="😀😀", fingerprint=fingerprint("😀😀"))
    assert texts(laughing) == ["Cùng lời với 1 bình luận khác:"]


def test_a_watched_emoji_and_a_link_in_the_name_are_seen() -> None:
    WatchedWord.objects.create(word="🖕")
    comment = make_comment(name="www.vi-du.example", content="Này 🖕 nhé")
    assert texts(comment) == ["Liên kết: 1", "Từ cần lưu ý: 🖕"]


@pytest.mark.parametrize(("times", "is_told"), [(2, False), (3, True)])
def test_a_sentence_that_is_repeated_is_told(times: int, is_told: bool) -> None:
    comment = make_comment(content="Bài viết rất có ích. " * times)
    assert ("Một câu lặp nhiều lần" in texts(comment)) is is_told
