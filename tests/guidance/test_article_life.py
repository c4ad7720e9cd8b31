"""An article's life: review, four eyes, a set hour, an end, looking again; who may what in every state and stage."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from guidance import actions, cards, mails, rules
from guidance.models import Article
from guidance.tasks import remind_reviews, turn_articles
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail, User
from hanoi_portal.roles import ROLES
from tests.factories import make_article, make_user, sign_in

pytestmark = pytest.mark.django_db

State, Stage = Article.State, Article.Stage
LIST = "/quan-tri/guidance/article/"
EVERY_STATE = [
    (state, stage, is_reworked)
    for state in State
    for stage in Stage
    for is_reworked in ((False, True) if state == State.PUBLISHED else (False,))
    if state != State.PUBLISHED or is_reworked or stage == Stage.WRITING
]


def unseen(state: str, is_reworked: bool) -> bool:
    """Whether readers do not get the text."""
    return state != State.PUBLISHED or is_reworked


# Who may do a verb at all, and when: (state, stage, is a published text being changed).
TABLE: dict[str, tuple[Any, set[str], Any]] = {
    "send_for_review": (
        rules.can_send_for_review,
        {"editor", "publisher"},
        lambda state, stage, rework: stage == Stage.WRITING and unseen(state, rework),
    ),
    "take_back": (
        rules.can_take_back,
        {"editor", "publisher"},
        lambda state, stage, rework: stage == Stage.IN_REVIEW,
    ),
    "send_back": (
        rules.can_send_back,
        {"publisher"},
        lambda state, stage, rework: stage != Stage.WRITING,
    ),
    "approve": (
        rules.can_approve,
        {"publisher"},
        lambda state, stage, rework: stage == Stage.IN_REVIEW,
    ),
    "publish": (
        rules.can_publish,
        {"publisher"},
        lambda state, stage, rework: unseen(state, rework),
    ),
    "withdraw": (
        rules.can_withdraw,
        {"publisher"},
        lambda state, stage, rework: state == State.PUBLISHED,
    ),
    "confirm": (
        rules.can_confirm,
        {"editor", "publisher"},
        lambda state, stage, rework: state == State.PUBLISHED,
    ),
    "discard": (
        rules.can_discard,
        {"editor", "publisher"},
        lambda state, stage, rework: rework and stage == Stage.WRITING,
    ),
    "remark": (rules.can_remark, {"editor", "publisher"}, lambda state, stage, rework: True),
    "write_as_editor": (
        lambda user, article: rules.can_write(user, article) and not rules.is_publisher(user),
        {"editor"},
        lambda state, stage, rework: stage == Stage.WRITING,
    ),
    "write_as_publisher": (
        lambda user, article: rules.can_write(user, article) and rules.is_publisher(user),
        {"publisher"},
        lambda state, stage, rework: stage in {Stage.WRITING, Stage.IN_REVIEW},
    ),
}


@pytest.mark.parametrize("verb", TABLE)
def test_every_role_may_in_every_state_what_the_table_says(verb: str) -> None:
    can, roles, when = TABLE[verb]
    wrong = []
    for role in ROLES:
        user = make_user(role)
        for state, stage, is_reworked in EVERY_STATE:
            article = Article(state=state, stage=stage, working_id=1 if is_reworked else None)
            expected = role in roles and when(state, stage, is_reworked)
            if bool(can(user, article)) is not expected:
                wrong.append(f"{role} {state} {stage} {is_reworked}: {not expected}")
    assert not wrong, "\n".join(wrong)


def written(by: User, **values: Any) -> Article:
    """A draft that somebody wrote through the action."""
    made = make_article()
    article = Article(
        title="Bài mới",
        slug=f"moi-{made.pk}",
        category=made.category,
        summary="Tóm tắt.",
        body="<p>Chữ.</p>",
        **values,
    )
    actions.write_article(article, by=by)
    return article


def told() -> list[tuple[str, str]]:
    """Which verb each queued mail is about, and to whom."""
    return [
        (HistoryEntry.objects.get(pk=mail.about_id).verb, mail.recipients[0])
        for mail in OutgoingMail.objects.filter(kind=mails.EDITORIAL).order_by("pk")
    ]


def verbs(article: Article) -> list[tuple[str, str, str]]:
    """What the history of an article says."""
    return [(e.verb, e.from_state, e.to_state) for e in HistoryEntry.objects.about(article)]


def test_a_text_is_sent_for_review_remarked_on_sent_back_and_approved() -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    article = written(editor)
    actions.send_for_review(article, by=editor, note="Gấp.")
    actions.remark(article, by=publisher, text="Nguồn số liệu ở đâu?")
    actions.send_back(article, by=publisher, reason="Thiếu nguồn.")
    article.summary = "Tóm tắt, có nguồn."
    actions.write_article(article, by=editor, changed=["summary"])
    actions.send_for_review(article, by=editor)
    actions.approve_article(article, by=publisher)
    actions.publish_article(article, by=publisher)
    article.refresh_from_db()
    assert (article.state, article.stage) == (State.PUBLISHED, Stage.WRITING)
    assert verbs(article) == [
        ("write_article", "", "draft"),
        ("send_for_review", "writing", "in_review"),
        ("remark", "", ""),
        ("send_back", "in_review", "writing"),
        ("change_article", "", ""),
        ("send_for_review", "writing", "in_review"),
        ("approve_article", "in_review", "approved"),
        ("publish_article", "draft", "published"),
    ]
    assert told() == [
        ("send_for_review", publisher.email),
        ("remark", editor.email),
        ("send_back", editor.email),
        ("send_for_review", publisher.email),
        ("approve_article", editor.email),
    ]


def test_the_mail_says_what_is_asked_and_leads_to_the_article() -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    article = written(editor)
    actions.send_for_review(article, by=editor, note="Gấp.")
    row = OutgoingMail.objects.get(kind=mails.EDITORIAL)
    assert row.recipients == [publisher.email]
    letter = mails.render(row.about_id or 0)
    assert letter.subject == "Chờ duyệt: Bài mới"
    for part in (letter.text, letter.html):
        assert str(editor) in part
        assert "Gấp." in part
        assert f"/quan-tri/guidance/article/{article.pk}/change/" in part
    assert sent.outbox == []


def test_a_text_under_review_is_the_publishers_and_an_approved_one_nobodys() -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    article = written(editor)
    actions.send_for_review(article, by=editor)
    article.title = "Khác"
    with pytest.raises(NotAllowed):
        actions.write_article(article, by=editor, changed=["title"])
    actions.write_article(article, by=publisher, changed=["title"])
    actions.take_back(article, by=editor)
    actions.write_article(article, by=editor, changed=["title"])
    actions.send_for_review(article, by=editor)
    actions.approve_article(article, by=publisher)
    for person in (editor, publisher):
        with pytest.raises(NotAllowed):
            actions.write_article(article, by=person, changed=["title"])


def test_under_the_four_eyes_rule_who_wrote_neither_approves_nor_publishes(
    settings: Settings,
) -> None:
    editor, first, second = make_user("editor"), make_user("publisher"), make_user("publisher")
    article = written(editor)
    actions.send_for_review(article, by=editor)
    article.title = "Chữ của người duyệt"
    actions.write_article(article, by=first, changed=["title"])
    settings.GUIDANCE_FOUR_EYES = True
    for act in (actions.approve_article, actions.publish_article):
        with pytest.raises(DomainError, match="người khác"):
            act(article, by=first)
    assert article.stage == Stage.IN_REVIEW
    actions.approve_article(article, by=second)
    actions.publish_article(article, by=first)  # what another has approved
    article.title = "Sửa sau khi đăng"
    actions.write_article(article, by=second, changed=["title"])
    article = Article.objects.get(pk=article.pk)
    with pytest.raises(DomainError, match="người khác"):
        actions.publish_article(article, by=second)
    actions.publish_article(article, by=first)  # wrote nothing of what readers did not get yet
    settings.GUIDANCE_FOUR_EYES = False
    own = written(first)
    actions.publish_article(own, by=first)
    assert own.state == State.PUBLISHED


def test_what_was_thrown_away_does_not_count_as_written(settings: Settings) -> None:
    settings.GUIDANCE_FOUR_EYES = True
    first, second = make_user("publisher"), make_user("publisher")
    article = written(make_user("editor"))
    actions.publish_article(article, by=first)
    article.title = "Bản hỏng"
    actions.write_article(article, by=first, changed=["title"])
    article = Article.objects.get(pk=article.pk)
    actions.discard_changes(article, by=first)
    article.refresh_from_db()
    assert (article.title, article.working, article.writers()) == ("Bài mới", None, set())
    assert article.revisions.filter(title="Bản hỏng").exists()
    article.title = "Bản tốt"
    actions.write_article(article, by=second, changed=["title"])
    actions.publish_article(Article.objects.get(pk=article.pk), by=first)


def test_an_hour_is_set_and_the_beat_publishes_once() -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    article = written(editor)
    at = timezone.now() + timedelta(hours=2)
    with pytest.raises(DomainError, match="sau lúc này"):
        actions.schedule_article(article, by=publisher, at=timezone.now() - timedelta(minutes=1))
    actions.schedule_article(article, by=publisher, at=at)
    assert article.stage == Stage.SCHEDULED
    assert actions.publish_due(at - timedelta(minutes=1)) == 0
    assert actions.publish_due(at) == 1
    assert actions.publish_due(at) == 0
    article.refresh_from_db()
    assert (article.state, article.stage, article.published_at) == (State.PUBLISHED, "writing", at)
    assert article.publish_at is None
    assert article.revisions.get().shown_at is not None
    last = HistoryEntry.objects.about(article).last()
    assert last is not None
    assert (last.verb, last.via, last.actor) == ("publish_article", "system", None)


def test_a_change_is_scheduled_with_its_note_and_keeps_the_first_day() -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    article = written(editor)
    actions.publish_article(article, by=publisher)
    first = article.published_at
    article.title = "Mới hơn"
    actions.write_article(article, by=editor, changed=["title"])
    article = Article.objects.get(pk=article.pk)
    at = timezone.now() + timedelta(days=1)
    actions.schedule_article(article, by=publisher, at=at, change_note="Thêm số liệu.")
    assert actions.publish_due(at) == 1
    article.refresh_from_db()
    assert (article.title, article.published_at) == ("Mới hơn", first)
    assert (article.change_note, article.pending_note) == ("Thêm số liệu.", "")


def test_what_cannot_be_published_at_its_hour_goes_back_and_its_writer_is_told() -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    article = written(editor)
    at = timezone.now() + timedelta(hours=1)
    actions.schedule_article(article, by=publisher, at=at)
    Article.objects.filter(pk=article.pk).update(summary="")
    assert actions.publish_due(at) == 0
    article.refresh_from_db()
    assert (article.state, article.stage, article.publish_at) == (State.DRAFT, "writing", None)
    assert told() == [("miss_schedule", editor.email)]


def test_sending_back_takes_the_hour_away() -> None:
    publisher = make_user("publisher")
    article = written(make_user("editor"))
    at = timezone.now() + timedelta(hours=1)
    actions.schedule_article(article, by=publisher, at=at)
    actions.send_back(article, by=publisher, reason="Chờ thêm.")
    assert actions.publish_due(at) == 0


def test_an_article_ends_at_its_hour_and_its_address_says_so_and_leads_on(client: Client) -> None:
    article, after = make_article(), make_article(title="Bài thay thế")
    end = timezone.now() - timedelta(minutes=1)
    Article.objects.filter(pk=article.pk).update(expires_at=end, successor=after)
    assert turn_articles() == 1
    assert turn_articles() == 0
    answer = client.get(article.get_absolute_url())
    page = answer.content.decode()
    assert answer.status_code == 410
    assert "Bài này đã hết hạn" in page
    assert after.get_absolute_url() in page
    assert article.title not in client.get("/huong-dan/").content.decode()
    assert ("expire_article", "published", "expired") in verbs(article)


def test_withdrawing_leads_readers_to_the_successor_while_it_is_there(client: Client) -> None:
    publisher = make_user("publisher")
    article, after = make_article(), make_article(title="Bài thay thế")
    with pytest.raises(DomainError, match="chính nó"):
        actions.withdraw_article(article, by=publisher, reason="Cũ.", successor=article)
    actions.withdraw_article(article, by=publisher, reason="Cũ.", successor=after)
    assert "Bài thay thế" in client.get(article.get_absolute_url()).content.decode()
    actions.withdraw_article(after, by=publisher, reason="Cũ.")
    assert "Bài thay thế" not in client.get(article.get_absolute_url()).content.decode()


def test_an_article_whose_time_is_over_is_not_published() -> None:
    article = make_article(state="expired", expires_at=timezone.now() - timedelta(days=1))
    with pytest.raises(DomainError, match="hết hạn"):
        actions.publish_article(article, by=make_user("publisher"))


def test_the_owner_is_reminded_a_week_before_and_on_the_day_each_once() -> None:
    owner, other = make_user("editor"), make_user("editor")
    day = date(2026, 9, 20)
    article = make_article(owner=owner, created_by=other, review_on=day)
    make_article(state="draft", published_at=None, owner=owner, review_on=day)
    reminded = [
        actions.remind_reviews(day + timedelta(days=number)) for number in (-8, -7, -7, -3, 0, 0, 5)
    ]
    assert reminded == [0, 1, 0, 0, 1, 0, 0]
    assert told() == [("remind_review", owner.email)] * 2
    assert article.is_due_for_review(day)
    assert not article.is_due_for_review(day - timedelta(days=1))


def test_confirming_sets_the_next_day_and_reminds_again_for_it() -> None:
    editor = make_user("editor")
    today = timezone.localdate()
    article = make_article(owner=editor, review_on=today)
    assert remind_reviews() == 1
    with pytest.raises(DomainError):
        actions.confirm_review(article, by=editor, next_on=today)
    actions.confirm_review(article, by=editor, next_on=today + timedelta(days=30))
    assert remind_reviews() == 0
    assert actions.remind_reviews(today + timedelta(days=30)) == 1


def test_without_an_owner_who_is_still_there_the_publishers_are_reminded() -> None:
    publisher = make_user("publisher")
    gone = make_user("editor", is_active=False)
    make_article(owner=gone, review_on=timezone.localdate())
    remind_reviews()
    assert told() == [("remind_review", publisher.email)]


def test_two_who_decide_at_once_the_second_is_told() -> None:
    publisher = make_user("publisher")
    article = written(make_user("editor"))
    actions.send_for_review(article, by=publisher)
    seen_before = Article.objects.get(pk=article.pk)
    actions.send_back(article, by=publisher, reason="Thiếu nguồn.")
    with pytest.raises(StaleState):
        actions.approve_article(seen_before, by=publisher)
    reworked = make_article()
    reworked.title = "Một"
    actions.write_article(reworked, by=publisher, changed=["title"])
    seen_before = Article.objects.get(pk=reworked.pk)
    reworked.title = "Hai"
    actions.write_article(reworked, by=publisher, changed=["title"])
    with pytest.raises(StaleState):  # what would be published is not what was seen
        actions.publish_article(seen_before, by=publisher)


def test_each_decision_has_its_page_that_asks_and_does(client: Client) -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    article = written(editor)
    at = timezone.localtime(timezone.now() + timedelta(days=2))
    steps: list[tuple[User, str, dict[str, str], str]] = [
        (editor, "trinh-duyet", {"note": "Gấp."}, "Người duyệt được báo"),
        (editor, "lay-lai", {}, "trở lại bước soạn"),
        (editor, "trinh-duyet", {}, "Người duyệt được báo"),
        (publisher, "nhan-xet", {"text": "Câu hai dài quá."}, "Đã lưu nhận xét"),
        (publisher, "duyet", {}, "đã được duyệt"),
        (publisher, "tra-lai", {"reason": "Chờ số liệu."}, "Đã trả lại"),
        (publisher, "hen-gio", {"at": at.strftime("%Y-%m-%dT%H:%M")}, "Đến giờ bài tự đăng"),
        (publisher, "xuat-ban", {}, "đã được xuất bản"),
        (editor, "da-xem-lai", {"next_on": at.date().isoformat()}, "ngày xem lại lần sau"),
        (publisher, "rut-bai", {"reason": "Cũ."}, "đã được rút"),
    ]
    for person, address, data, words in steps:
        sign_in(client, person)
        page = f"{LIST}{article.pk}/{address}/"
        form = f"{LIST}{article.pk}/change/"
        assert page in client.get(form).content.decode(), address
        assert client.get(page).status_code == 200
        assert words in client.post(page, data, follow=True).content.decode(), address
    assert "Câu hai dài quá." in client.get(form).content.decode()


@pytest.mark.parametrize(
    ("address", "data", "field"),
    [
        ("tra-lai", {"reason": " "}, "reason"),
        ("nhan-xet", {"text": "\u200b"}, "text"),
        ("hen-gio", {"at": "2020-01-01T08:00"}, "at"),
        ("hen-gio", {"at": "mai"}, "at"),
        ("rut-bai", {"reason": "Cũ.", "successor": "/huong-dan/khong-co/"}, "successor"),
        ("da-xem-lai", {"next_on": "2020-01-01"}, "next_on"),
    ],
)
def test_a_decision_typed_wrongly_is_explained_beside_the_field(
    client: Client, address: str, data: dict[str, str], field: str
) -> None:
    article = make_article()
    sign_in(client, make_user("publisher"))
    answer = client.post(f"{LIST}{article.pk}/{address}/", data)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("tra-lai", {"reason": "Thiếu nguồn của con số thứ hai."}),
        ("duyet", {"note": "Bài viết rất dễ hiểu."}),
        ("rut-bai", {"reason": "Luật vừa đổi."}),
    ],
)
def test_what_was_typed_stays_when_somebody_else_was_faster(
    client: Client, address: str, typed: dict[str, str]
) -> None:
    article = written(make_user("editor"))  # neither under review nor shown: it was taken back
    sign_in(client, make_user("publisher"))
    answer = client.post(f"{LIST}{article.pk}/{address}/", typed)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert next(iter(typed.values())) in page
    assert "Bài này hiện không" in page
    assert not HistoryEntry.objects.about(article).exclude(verb="write_article").exists()


def test_a_successor_that_was_taken_away_is_no_longer_led_to(client: Client) -> None:
    article, before = make_article(), make_article()
    Article.objects.filter(pk=article.pk).update(successor=before)
    sign_in(client, make_user("publisher"))
    page = f"{LIST}{article.pk}/rut-bai/"
    assert client.post(page, {"reason": "Cũ.", "successor": ""}).status_code == 302
    assert before.get_absolute_url() not in client.get(article.get_absolute_url()).content.decode()


def test_an_end_is_typed_in_the_form_and_must_be_to_come(client: Client) -> None:
    article = make_article(state="draft", published_at=None)
    sign_in(client, make_user("editor"))
    owner = make_user("publisher")
    data = {
        **{name: getattr(article, name) for name in ("title", "slug", "summary", "body")},
        "category": article.category_id,
        "owner": owner.pk,
        "review_on": "2030-01-31",
        "expires_at": "2020-01-01T08:00",
        "seen": article.edit_mark,
    }
    page = f"{LIST}{article.pk}/change/"
    assert list(client.post(page, data).context["adminform"].form.errors) == ["expires_at"]
    assert client.post(page, {**data, "expires_at": "2030-02-01T08:30"}).status_code == 302
    article.refresh_from_db()
    assert (article.owner, article.review_on) == (owner, date(2030, 1, 31))
    at = article.expires_at
    assert at is not None
    assert timezone.localtime(at).isoformat() == "2030-02-01T08:30:00+07:00"


# --- cards on the first page ---------------------------------------------------------------------
def test_cards_tell_each_what_is_theirs(client: Client) -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    empty = cards.mine(editor)
    assert empty is not None
    assert empty.value == 0
    article = written(editor)
    mine = cards.mine(editor)
    assert mine is not None
    assert mine.value == 1
    assert cards.waiting(editor) is None
    actions.send_for_review(article, by=editor)
    sent_on = cards.mine(editor)
    assert sent_on is not None
    assert (sent_on.value, sent_on.note) == (0, "1 bài khác đang chờ duyệt, chờ đăng.")
    waiting = cards.waiting(publisher)
    assert waiting is not None
    assert waiting.value == 1
    make_article(owner=editor, review_on=timezone.localdate())
    due = cards.due_for_review(editor)
    assert due is not None
    assert due.value == 1
    assert cards.due_for_review(make_user("editor")) is None, "somebody else's"
    make_article(created_by=editor)  # published, nothing to do
    sign_in(client, publisher)
    assert "1 bài hướng dẫn" in client.get(waiting.url).content.decode()
    assert "1 bài hướng dẫn" in client.get(f"{LIST}?buoc=in_review").content.decode()
    assert "0 bài hướng dẫn" in client.get(f"{LIST}?buoc=writing").content.decode()
    sign_in(client, editor)
    assert "1 bài hướng dẫn" in client.get(due.url).content.decode()
    assert "0 bài hướng dẫn" in client.get(mine.url).content.decode(), "it is under review now"
    for card_of in (cards.mine, cards.waiting, cards.due_for_review):
        assert card_of(make_user("coordinator")) is None


def test_a_text_waits_since_it_was_sent_and_not_since_it_was_written() -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    long_ago = timezone.now() - timedelta(days=40)
    draft, shown = written(editor), make_article()
    shown.title = "Tên mới"
    actions.write_article(shown, by=editor, changed=["title"])
    Article.objects.update(changed_at=long_ago, stage_since=long_ago)
    for article in (shown, draft):
        actions.send_for_review(Article.objects.get(pk=article.pk), by=editor)
    assert list(Article.objects.waiting()) == [shown, draft]
    card = cards.waiting(publisher)
    assert card is not None
    assert not card.is_urgent
    assert timezone.localdate().strftime("%d/%m/%Y") in card.note
    Article.objects.update(stage_since=long_ago)
    late = cards.waiting(publisher)
    assert late is not None
    assert late.is_urgent


def test_the_reads_of_the_database_agree_with_the_model() -> None:
    today = timezone.localdate()
    for state in State:
        make_article(state=state, review_on=today, published_at=timezone.now())
    reworked = make_article()
    reworked.title = "Khác"
    actions.write_article(reworked, by=make_user("editor"), changed=["title"])
    everything = list(Article.objects.all())
    assert {a.pk for a in everything if a.has_unseen_text} == {
        a.pk for a in Article.objects.unseen()
    }
    assert {a.pk for a in everything if a.is_due_for_review(today)} == {
        a.pk for a in Article.objects.due_for_review(today)
    }
