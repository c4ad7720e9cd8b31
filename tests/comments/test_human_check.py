"""The human check: its codes, picture and sound, and that one answer is good once."""

import io
import itertools
import threading
import wave
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from captcha.models import CaptchaStore
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from comments.forms import CommentForm
from comments.human_check import codes, picture, question, sound, work
from comments.human_check.fields import HumanCheckField
from comments.models import Comment
from comments.tasks import sweep_codes
from tests.factories import fill_comment, make_article


def code_of(key: str) -> str:
    return str(CaptchaStore.objects.get(hashkey=key).response)


@pytest.mark.django_db
def test_a_right_answer_is_good_once() -> None:
    key = codes.issue()
    code = code_of(key)
    assert codes.spend(key, code)
    assert not codes.spend(key, code)


@pytest.mark.django_db
def test_a_wrong_answer_uses_the_code_up() -> None:
    key = codes.issue()
    code = code_of(key)
    assert not codes.spend(key, "00000")
    assert not codes.spend(key, code)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x", "\x00" * 40, "f" * 40, "F" * 40, "f" * 4000])
def test_a_key_nobody_was_given_is_refused(key: str) -> None:
    assert not codes.spend(key, "23456")
    assert codes.find_challenge(key) is None


@pytest.mark.django_db
def test_an_expired_code_is_refused_and_swept() -> None:
    key = codes.issue()
    code = code_of(key)
    other = codes.issue()
    CaptchaStore.objects.filter(hashkey=key).update(
        expiration=timezone.now() - timedelta(seconds=1)
    )
    assert not codes.spend(key, code)
    assert sweep_codes() == 1
    assert CaptchaStore.objects.get().hashkey == other


@pytest.mark.django_db
def test_codes_are_digits_that_cannot_be_confused_and_differ() -> None:
    made = [codes.issue() for _ in range(50)]
    answers = [code_of(key) for key in made]
    assert len(set(answers)) > 40
    assert all(len(each) == 5 and set(each) <= set("23456789") for each in answers)


@pytest.mark.django_db
def test_a_form_that_nobody_draws_makes_no_code(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        CommentForm()
        CommentForm({"name": "A"}).is_valid()
        HumanCheckField()
    assert not CaptchaStore.objects.exists()


@pytest.mark.django_db
def test_a_page_with_the_form_makes_one_code(client: Client) -> None:
    client.get(f"/huong-dan/{make_article().slug}/binh-luan/")
    assert CaptchaStore.objects.count() == 1


@pytest.mark.django_db
def test_an_answer_may_be_typed_with_spaces_or_full_width_digits(client: Client) -> None:
    address = f"/huong-dan/{make_article().slug}/binh-luan/"
    filled = fill_comment(client.get(address).content.decode())
    wide = " ".join(chr(ord(char) - ord("0") + 0xFF10) for char in filled["captcha_1"])
    assert client.post(address, filled | {"captcha_1": f" {wide} "}).status_code == 303


# --- the question and the work ------------------------------------------------------------------
def question_of(key: str) -> tuple[str, int]:
    """Return a key's question and its answer, worked out from the words as a reader does."""
    asked = question.ask(key, code_of(key))
    words = asked.removesuffix(" bằng mấy?").lower().split(" cộng ")
    numbers = {question.say(number): number for number in range(100)}
    return asked, sum(numbers[word] for word in words)


def worked(key: str) -> str:
    return next(str(number) for number in itertools.count() if work.is_done(key, str(number)))


@pytest.mark.django_db
def test_the_plain_question_can_be_answered_instead_in_digits_or_words() -> None:
    for write in (
        str,
        question.say,
        lambda total: question.say(total).replace("mươi ", "").upper(),
    ):
        key = codes.issue()
        _asked, total = question_of(key)
        assert codes.spend(key, write(total)), (total, write(total))
        assert not codes.spend(key, write(total))


@pytest.mark.django_db
def test_a_wrong_answer_to_the_question_uses_the_code_up() -> None:
    key = codes.issue()
    _asked, total = question_of(key)
    assert not codes.spend(key, str(total + 1))
    assert not codes.spend(key, str(total))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (10, "mười"),
        (11, "mười một"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (65, "sáu mươi lăm"),
        (34, "ba mươi bốn"),
    ],
)
def test_numbers_are_said_as_vietnamese_say_them(number: int, words: str) -> None:
    assert question.say(number) == words


def test_the_question_cannot_be_computed_from_the_public_key(settings: Any) -> None:
    keys = [f"{each:040x}" for each in range(20)]
    before = [question.ask(key, "23456") for key in keys]
    assert len(set(before)) > 10
    settings.SECRET_KEY = "another secret of the server, long enough for everybody"
    assert [question.ask(key, "23456") for key in keys] != before


@pytest.mark.django_db
def test_the_page_asks_the_question_of_its_key(client: Client) -> None:
    page = client.get(f"/huong-dan/{make_article().slug}/binh-luan/").content.decode()
    asked, _total = question_of(CaptchaStore.objects.get().hashkey)
    assert asked in unescape(page)
    fresh = client.get("/captcha/refresh/").json()
    assert fresh["question"] == question_of(fresh["key"])[0]


@pytest.mark.django_db
def test_work_is_accepted_without_a_code_and_once(client: Client, settings: Any) -> None:
    settings.COMMENT_WORK_BITS = 8
    address = f"/huong-dan/{make_article().slug}/binh-luan/"
    filled = fill_comment(client.get(address).content.decode(), captcha_1="")
    filled["captcha_2"] = worked(filled["captcha_0"])
    assert client.post(address, filled).status_code == 303
    assert client.post(address, filled).status_code == 200
    assert Comment.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["", "x", "-1", "1" * 13, "\x00", "٣", " 1"])
def test_what_is_no_work_is_refused(number: str, settings: Any) -> None:
    settings.COMMENT_WORK_BITS = 0 if not number.isascii() or not number.isdigit() else 40
    assert not work.is_done("a" * 40, number)
    assert not codes.spend(codes.issue(), "", number)


def test_work_for_one_key_is_none_for_another(settings: Any) -> None:
    settings.COMMENT_WORK_BITS = 12
    number = worked("a" * 40)
    assert not work.is_done("b" * 40, number)
    settings.COMMENT_WORK_BITS = 60
    assert not work.is_done("a" * 40, number)


@pytest.mark.django_db
def test_work_survives_a_mistake_in_another_field(client: Client, settings: Any) -> None:
    settings.COMMENT_WORK_BITS = 8
    address = f"/huong-dan/{make_article().slug}/binh-luan/"
    filled = fill_comment(client.get(address).content.decode(), captcha_1="", title="")
    filled["captcha_2"] = worked(filled["captcha_0"])
    page = client.post(address, filled).content.decode()
    assert f'name="captcha_2" value="{filled["captcha_2"]}"' in page
    assert filled["captcha_0"] in page
    assert client.post(address, filled | {"title": "Có tiêu đề"}).status_code == 303


# --- picture and sound --------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_picture_is_the_same_again_and_never_stored_on_the_way(client: Client) -> None:
    key = codes.issue()
    first, second = (client.get(f"/captcha/image/{key}/") for _ in range(2))
    assert first.status_code == 200
    assert first.headers["Content-Type"] == "image/png"
    assert "no-store" in first.headers["Cache-Control"]
    assert first.content == second.content
    assert not first.cookies
    with Image.open(io.BytesIO(first.content)) as image:
        assert image.size == (picture.WIDTH * picture.SCALE, picture.HEIGHT * picture.SCALE)
    assert len(first.content) < 8000


def test_the_noise_cannot_be_computed_from_the_public_key(settings: Any) -> None:
    before = picture.draw("a" * 40, "23456")
    settings.SECRET_KEY = "another secret of the server, long enough for everybody"
    assert picture.draw("a" * 40, "23456") != before


@pytest.mark.django_db
def test_a_picture_that_is_asked_for_again_is_not_drawn_again(client: Client) -> None:
    address = f"/captcha/image/{codes.issue()}/"
    before = picture.draw_once.cache_info().misses
    for _ in range(5):
        assert client.get(address).status_code == 200
    assert picture.draw_once.cache_info().misses == before + 1


@pytest.mark.django_db
def test_a_spent_code_has_no_picture_and_no_sound(client: Client) -> None:
    key = codes.issue()
    codes.spend(key, code_of(key))
    assert client.get(f"/captcha/image/{key}/").status_code == 410
    assert client.get(f"/captcha/audio/{key}.wav").status_code == 410


@pytest.mark.django_db
def test_the_code_is_spoken_and_can_be_fetched_in_parts(client: Client) -> None:
    key, before = codes.issue(), sound.speak_once.cache_info().misses
    whole = client.get(f"/captcha/audio/{key}.wav")
    spoken = b"".join(whole.streaming_content)  # type: ignore[attr-defined]
    assert whole.headers["Content-Type"] == "audio/wav"
    with wave.open(io.BytesIO(spoken)) as source:
        assert 1.5 < source.getnframes() / source.getframerate() < 10
    part = client.get(f"/captcha/audio/{key}.wav", headers={"Range": "bytes=0-1"})
    assert part.status_code == 206
    assert b"".join(part.streaming_content) == spoken[:2]  # type: ignore[attr-defined]
    assert sound.speak_once.cache_info().misses == before + 1  # the voice is started once


@pytest.mark.django_db
def test_a_voice_that_failed_once_is_tried_again(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "espeak-ng"
    broken.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    broken.chmod(0o755)
    address = f"/captcha/audio/{codes.issue()}.wav"
    with monkeypatch.context() as patch:
        patch.setattr(sound, "espeak", lambda: str(broken))
        assert client.get(address).status_code == 404
    assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_speaking_is_limited(client: Client, settings: Any) -> None:
    settings.COMMENT_LIMITS = settings.COMMENT_LIMITS | {"sounds": 1}
    key = codes.issue()
    assert client.get(f"/captcha/audio/{key}.wav").status_code == 200
    refused = client.get(f"/captcha/audio/{key}.wav")
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers


@pytest.mark.django_db
def test_where_the_machine_cannot_speak_the_page_does_not_offer_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    sound.espeak.cache_clear()
    try:
        page = client.get(f"/huong-dan/{make_article().slug}/binh-luan/").content.decode()
        assert "<audio" not in page
        assert client.get("/captcha/refresh/").json()["audio_url"] is None
        key = codes.issue()
        assert client.get(f"/captcha/audio/{key}.wav").status_code == 404
    finally:
        monkeypatch.undo()
        sound.espeak.cache_clear()


@pytest.mark.django_db
def test_another_code_is_told_with_its_picture(client: Client) -> None:
    answer = client.get("/captcha/refresh/")
    fresh = answer.json()
    assert not answer.cookies
    assert code_of(fresh["key"])
    assert client.get(fresh["image_url"]).status_code == 200


@pytest.mark.django_db
def test_asking_for_codes_is_limited(client: Client, settings: Any) -> None:
    settings.COMMENT_LIMITS = settings.COMMENT_LIMITS | {"codes": 2}
    assert [client.get("/captcha/refresh/").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.django_db
def test_the_addresses_of_the_check_are_only_read(client: Client) -> None:
    key = codes.issue()
    for address in (f"/captcha/image/{key}/", f"/captcha/audio/{key}.wav", "/captcha/refresh/"):
        assert client.post(address).status_code == 405


# --- at once ------------------------------------------------------------------------------------
def post_at_once(address: str, bodies: list[dict[str, str]]) -> list[int]:
    """Post all bodies at the same moment, each over a connection of its own; return the statuses."""
    gate = threading.Barrier(len(bodies))
    statuses: list[int] = []

    def post(body: dict[str, str]) -> None:
        client = Client(raise_request_exception=True)
        gate.wait()
        try:
            statuses.append(client.post(address, body).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[body]) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


@pytest.mark.django_db(transaction=True)
def test_one_answer_is_good_once_for_sixteen_simultaneous_posts(client: Client) -> None:
    """On whatever database the run uses: SQLite in the embedded run, PostgreSQL in the full one."""
    address = f"/huong-dan/{make_article().slug}/binh-luan/"
    for _ in range(3):
        Comment.objects.all().delete()
        filled = fill_comment(client.get(address).content.decode())
        statuses = post_at_once(address, [filled] * 16)
        assert sorted(statuses) == [200] * 15 + [303]
        assert Comment.objects.count() == 1
