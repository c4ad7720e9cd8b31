"""Hints for moderators against words made to be hostile: none is slow, none is loaded by the thousand."""

import time
from typing import Any

import pytest
from django.test import Client

from comments import actions
from comments.hints import count_links, fingerprint, hints_for, personal_data
from comments.models import Comment, WatchedWord
from hanoi_portal.errors import NotAllowed
from hanoi_portal.models import HistoryEntry
from tests.factories import make_article, make_comment, make_user, sign_in

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


def test_every_word_that_staff_watch_is_on_record(client: Client) -> None:
    user = make_user("moderator")
    sign_in(client, user)
    page = "/quan-tri/comments/watchedword/"
    assert client.post(f"{page}add/", {"word": " cá\u200b  độ "}).status_code == 302
    word = WatchedWord.objects.get()
    assert word.word == "cá độ"
    for _time in range(2):  # the second changes nothing
        client.post(f"{page}{word.pk}/change/", {"word": "cá cược"})
    client.post(f"{page}{word.pk}/delete/", {"post": "yes"})
    assert not WatchedWord.objects.exists()
    entries = HistoryEntry.objects.about(word)
    assert [(entry.verb, entry.subject_name, entry.note, entry.actor) for entry in entries] == [
        ("add_word", "cá độ", "", user),
        ("change_word", "cá cược", "cá độ", user),
        ("remove_word", "cá cược", "", user),
    ]
    assert client.post(f"{page}add/", {"word": "\u200b\u3164"}).status_code == 200
    with pytest.raises(NotAllowed):
        actions.save_watched_word(WatchedWord(word="x"), by=make_user("editor"))


@pytest.mark.parametrize(("times", "is_told"), [(2, False), (3, True)])
def test_a_sentence_that_is_repeated_is_told(times: int, is_told: bool) -> None:
    comment = make_comment(content="Bài viết rất có ích. " * times)
    assert ("Một câu lặp nhiều lần" in texts(comment)) is is_told
