"""A reader who came by /en/ writes, follows and reports in English: every sentence on the way, and every mistake."""

import re
from html import unescape
from importlib import import_module
from typing import Any

import pytest
from captcha.models import CaptchaStore
from django.apps import apps
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from comments import actions
from comments.house_rules import HOUSE_RULES
from comments.human_check import question
from comments.models import Comment, HouseRule
from deploy.prepare import compile_translations
from hanoi_portal.models import HistoryEntry, OutgoingMail
from hanoi_portal.outbox import deliver_due
from tests.factories import fill_comment, make_article, make_comment, make_user

pytestmark = pytest.mark.django_db

VIETNAMESE = re.compile(r"[À-ỹĐđ]")
LOOK_UP = "/en/binh-luan/tra-cuu/"


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """The catalogues as the portal reads them."""
    compile_translations()


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def left_in_vietnamese(response: Any, *said: str) -> list[str]:
    """Return what stands in the main part in Vietnamese, but for what readers and the city wrote."""
    main = text_of(response).split("<main")[1].split("</main>")[0]
    words = re.sub(r"<(script|style|svg|nav).*?</\1>", " ", main, flags=re.DOTALL)
    spoken = re.findall(r'(?:alt|aria-label|data-left|data-over|value)="([^"]*)"', words)
    lines = [*re.sub(r"<[^>]*>", "\n", words).split("\n"), *spoken]
    for each in said:
        lines = [line.replace(each, "") for line in lines]
    return [line.strip() for line in lines if VIETNAMESE.search(line)]


def test_a_comment_is_written_sent_and_followed_in_english(client: Client) -> None:
    article = make_article(title="Four questions")
    address = f"/en{article.get_absolute_url()}binh-luan/"
    form = client.get(address)
    assert form.headers["Content-Language"] == "en"
    assert left_in_vietnamese(form) == []
    for asked in ("Name", "Phone number", "Respect others and keep the law", "What is"):
        assert asked in text_of(form)
    assert f'action="{address}"' in text_of(form)
    wrong = client.post(address, {"name": "", "phone": "1", "mail": "x", "title": "x" * 200})
    assert left_in_vietnamese(wrong) == []
    for told in ("Please enter your name.", "not a phone number", "not an e-mail", "At most 150"):
        assert told in text_of(wrong)
    filled = fill_comment(form.content.decode(), name="Ann", title="Thanks", content="Good.")
    sent = client.post(address, filled | {"phone": "0912345678", "consent": "on"})
    assert sent.headers["Location"] == "/en/binh-luan/da-gui/"
    page = client.get(sent.headers["Location"])
    assert left_in_vietnamese(page) == []
    assert f'href="{LOOK_UP}"' in text_of(page)
    comment = Comment.objects.get()
    assert comment.consent_text.startswith("I agree")
    code = re.search(r'class="receipt"[^>]*>([^<]+)<', text_of(page))
    assert code is not None
    waiting = client.post(LOOK_UP, {"code": code[1]})
    assert left_in_vietnamese(waiting) == []
    assert "waiting to be read" in text_of(waiting)
    corrected = client.post(LOOK_UP, {"code": code[1], "act": "correct", "title": ""})
    assert left_in_vietnamese(corrected) == []
    actions.decline_comment(
        comment, by=make_user("moderator"), rule=HouseRule.objects.get(number=5), reason="Off."
    )
    declined = client.post(LOOK_UP, {"code": code[1]})
    assert left_in_vietnamese(declined) == []
    assert '<a href="/en/binh-luan/quy-tac/#quy-tac-5">Rule 5: Keep to the article</a>' in (
        text_of(declined)
    )
    for act in ("data", "review", "correct", "erase", "erase", "withdraw"):
        answer = client.post(LOOK_UP, {"code": code[1], "act": act, "text": "Please read again."})
        assert left_in_vietnamese(answer) == [], act
    copy = client.post(LOOK_UP, {"code": code[1], "act": "copy"}).content.decode()
    assert "Phone number: +84912345678" in copy
    assert set(HistoryEntry.objects.filter(actor=None).values_list("actor_name", flat=True)) == {
        "Người gửi"  # staff read the history, in Vietnamese
    }


@pytest.mark.parametrize(
    "address",
    [
        "/en/binh-luan/quy-tac/",
        "/en/binh-luan/so-lieu/",
        "/en/binh-luan/da-gui/",
        LOOK_UP,
        "/en/binh-luan/{comment.pk}/bao-cao/",
        "/en/binh-luan/{comment.pk}/",
        "/en{comment.article.get_absolute_url}binh-luan/?tra-loi={comment.pk}",
        "/en{comment.article.get_absolute_url}binh-luan/tat-ca/",
    ],
)
def test_every_page_on_the_way_is_in_english(client: Client, address: str) -> None:
    article = make_article(title="Four questions")
    comment = make_comment(article, name="Ann", title="A", content="B", state="published")
    address = address.replace("{comment.article.get_absolute_url}", article.get_absolute_url())
    page = client.get(address.format(comment=comment))
    assert page.status_code == 200
    assert left_in_vietnamese(page, "874/QĐ-BTTTT") == []


def test_a_report_is_sent_in_english(client: Client) -> None:
    comment = make_comment(make_article(title="Four questions"), title="A", state="published")
    address = f"/en/binh-luan/{comment.pk}/bao-cao/"
    filled = fill_comment(client.get(address).content.decode())
    filled |= {"rule": str(HouseRule.objects.get(number=1).pk), "text": "Rude."}
    assert "A moderator will read this comment again" in text_of(client.post(address, filled))


def test_a_rule_that_staff_reworded_is_shown_as_they_wrote_it(client: Client) -> None:
    HouseRule.objects.filter(number=1).update(title="Lịch sự")
    page = text_of(client.get("/en/binh-luan/quy-tac/"))
    assert "1. Lịch sự" in page
    assert "2. Keep it decent" in page
    assert HOUSE_RULES[1][1] in text_of(client.get("/binh-luan/quy-tac/"))


def test_the_question_is_asked_in_english_and_answered_in_either_language() -> None:
    key, challenge = "a" * 40, "23456"
    with override("en"):
        asked = question.ask(key, challenge)
    assert not VIETNAMESE.search(asked)
    total = sum(question._numbers(key, challenge))
    for answer in (str(total), question.say(total), question.say_in_english(total)):
        assert question.is_right(key, challenge, answer)
    assert not question.is_right(key, challenge, question.say_in_english(total + 1))


@pytest.mark.parametrize(
    ("number", "words"), [(4, "four"), (13, "thirteen"), (20, "twenty"), (47, "forty-seven")]
)
def test_numbers_are_said_in_english(number: int, words: str) -> None:
    assert question.say_in_english(number) == words


def test_the_code_is_spoken_in_the_language_of_the_page(client: Client) -> None:
    form = client.get(f"/en{make_article().get_absolute_url()}binh-luan/").content.decode()
    source = re.search(r'<audio[^>]*src="([^"]+)"', form)
    assert source is not None
    assert source[1].startswith("/en/captcha/audio/")
    english = b"".join(client.get(source[1]).streaming_content)  # type: ignore[attr-defined]
    other = client.get(source[1].removeprefix("/en"))
    assert english != b"".join(other.streaming_content)  # type: ignore[attr-defined]
    assert english.startswith(b"RIFF")


def test_another_code_is_asked_for_in_english(client: Client) -> None:
    fresh = client.get("/en/captcha/refresh/").json()
    assert fresh["question"].startswith("What is ")
    assert CaptchaStore.objects.filter(hashkey=fresh["key"]).exists()


# --- the mail -----------------------------------------------------------------------------------
def decided_mail(comment: Comment, mailoutbox: Any) -> tuple[str, str, str]:
    """Let the mail about the decision go out; return its subject, text and HTML."""
    OutgoingMail.objects.update(due_at=timezone.now())
    deliver_due()
    message = mailoutbox[-1]
    assert message.to == [comment.mail]
    return message.subject, message.body, message.alternatives[0][0]


def write(client: Client, prefix: str, **typed: str) -> Comment:
    article = make_article(title="Four questions")
    address = f"{prefix}{article.get_absolute_url()}binh-luan/"
    filled = fill_comment(client.get(address).content.decode(), mail="ann@example.com", **typed)
    assert client.post(address, filled | {"consent": "on"}).status_code == 303
    return Comment.objects.latest("pk")


@pytest.fixture
def memory_mail(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.mark.usefixtures("memory_mail")
def test_who_wrote_in_english_is_told_each_decision_in_english(
    client: Client, mailoutbox: Any
) -> None:
    comment = write(client, "/en")
    rule = HouseRule.objects.get(number=5)
    actions.decline_comment(comment, by=make_user("moderator"), rule=rule, reason="Off.")
    for mail in (decided_mail(comment, mailoutbox), appealed_mail(comment, mailoutbox)):
        subject, text, html = mail
        assert subject == "Your comment has been decided on"
        words = text + re.sub(r"<[^>]*>", " ", html)
        assert not VIETNAMESE.search(words.replace("Hà Nội", ""))
        assert '<html lang="en">' in html
        for part in (text, html):
            assert f"{LOOK_UP}" in part
    assert len(mailoutbox) == 2


def appealed_mail(comment: Comment, mailoutbox: Any) -> tuple[str, str, str]:
    comment.refresh_from_db()
    appeal = actions.ask_for_review(comment, text="Please read it again.")
    actions.answer_appeal(
        appeal, by=make_user("moderator"), is_overturned=True, answer="Published."
    )
    return decided_mail(comment, mailoutbox)


@pytest.mark.usefixtures("memory_mail")
def test_who_wrote_in_vietnamese_is_told_in_vietnamese(client: Client, mailoutbox: Any) -> None:
    comment = write(client, "")
    actions.publish_comment(comment, by=make_user("moderator"))
    subject, text, html = decided_mail(comment, mailoutbox)
    assert subject == "Bình luận của ông/bà đã được xem xét"
    assert "/en/" not in text
    assert '<html lang="vi">' in html


def test_an_address_left_later_is_written_to_in_the_language_of_its_consent(client: Client) -> None:
    comment = make_comment()
    with override("en"):
        actions.correct_contact(comment, phone="", mail="ann@example.com", has_consented=True)
    comment.refresh_from_db()
    assert comment.language == "en"
    with override("en"):
        assert actions.give_copy(comment)["Language"] == "English"


def test_the_language_of_older_comments_is_told_from_their_consent() -> None:
    migration = import_module("comments.migrations.0006_comment_language")
    english = make_comment(mail="ann@example.com", consent_text="I agree that the authority …")
    others = [make_comment(mail="hoa@vidu.example", consent_text="Tôi đồng ý …"), make_comment()]
    migration.tell_from_consent(apps, None)
    assert Comment.objects.get(pk=english.pk).language == "en"
    assert {Comment.objects.get(pk=each.pk).language for each in others} == {"vi"}
