"""What is said about published comments: the Sở's answers, readers' reports, the order, the feed; the demonstration."""

import csv
import io
import re
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from comments import actions, rules
from comments.blocks import reports_card
from comments.demo import write_comments
from comments.models import Comment, CommentReport, HouseRule, OfficialAnswer
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.roles import ROLES
from tests.factories import (
    allow,
    fill_comment,
    make_article,
    make_comment,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

State = Comment.State
QUEUE = "/quan-tri/comments/comment/hang-cho/"
SIGNED = "Sở Thông tin và Truyền thông Hà Nội"


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def make_published(**values: Any) -> Comment:
    return make_comment(state=State.PUBLISHED, **values)


# --- official answers ---------------------------------------------------------------------------
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("role", [None, *ROLES])
def test_who_speaks_for_the_department_answers_what_is_published(
    role: str | None, state: State
) -> None:
    comment = make_comment(state=state)
    may = role == "moderator" and state == State.PUBLISHED
    assert rules.can_answer_officially(make_user(role), comment) == may


def test_moderating_alone_is_not_speaking_for_the_department() -> None:
    user = allow(make_user(is_staff=True), "comments.moderate_comment")
    comment = make_published()
    assert not rules.can_answer_officially(user, comment)
    with pytest.raises(NotAllowed):
        actions.answer_officially(comment, by=user, text="Vâng.", signed_as=SIGNED)


def test_an_answer_stands_marked_and_signed_below_the_comment(client: Client) -> None:
    comment = make_published()
    by = make_user("moderator")
    sign_in(client, by)
    review = f"/quan-tri/comments/comment/{comment.pk}/change/"
    wrong = client.post(review, {"decision": "answer", "text": " ", "signed_as": SIGNED})
    assert "Xin nhập nội dung trả lời." in text_of(wrong)
    client.post(review, {"decision": "answer", "text": "Xin cảm ơn.", "signed_as": SIGNED})
    page = text_of(Client().get(comment.article.get_absolute_url()))
    assert "Trả lời chính thức" in page
    assert "Xin cảm ơn." in page
    assert SIGNED in page
    client.post(review, {"decision": "answer", "text": "Xin chân thành.", "signed_as": SIGNED})
    assert OfficialAnswer.objects.get().text == "Xin chân thành."
    notes = [entry.note for entry in HistoryEntry.objects.about(comment)]
    assert notes == ["Xin cảm ơn.", "Xin chân thành."]
    assert "Xin chân thành." in text_of(client.get(review))


# --- reports ------------------------------------------------------------------------------------
def report_address(comment: Comment) -> str:
    return f"/binh-luan/{comment.pk}/bao-cao/"


def fill_report(page: str, **changed: str) -> dict[str, str]:
    filled = fill_comment(page)
    return {
        "captcha_0": filled["captcha_0"],
        "captcha_1": filled["captcha_1"],
        "rule": str(HouseRule.objects.get(number=1).pk),
        "text": "Có lời xúc phạm ở câu đầu.",
        **changed,
    }


def test_a_reader_reports_a_comment_and_nothing_else_happens(client: Client) -> None:
    comment = make_published()
    assert report_address(comment) in text_of(client.get(comment.article.get_absolute_url()))
    page = client.get(report_address(comment)).content.decode()
    filled = fill_report(page)
    response = client.post(report_address(comment), filled)
    assert "Đã nhận" in text_of(response)
    assert not response.cookies
    assert CommentReport.objects.get().text == "Có lời xúc phạm ở câu đầu."
    assert Comment.objects.get().state == State.PUBLISHED
    client.post(report_address(comment), filled)  # the answer of the check is spent
    assert CommentReport.objects.count() == 1


@pytest.mark.parametrize(
    "changed", [{"rule": ""}, {"rule": "x"}, {"text": "\u200b"}, {"captcha_1": ""}]
)
def test_a_wrong_report_is_explained_and_stays_typed(
    client: Client, changed: dict[str, str]
) -> None:
    comment = make_published()
    page = client.get(report_address(comment)).content.decode()
    response = client.post(report_address(comment), fill_report(page, **changed))
    assert "error-summary" in text_of(response)
    assert changed.get("text", "Có lời xúc phạm ở câu đầu.").strip("\u200b") in text_of(response)
    assert not CommentReport.objects.exists()


def test_another_code_keeps_what_was_typed(client: Client) -> None:
    comment = make_published()
    response = client.post(report_address(comment), {"refresh": "1", "text": "Giữ lời này"})
    assert "Giữ lời này" in text_of(response)


@pytest.mark.parametrize("state", [state for state in State if state != State.PUBLISHED])
def test_only_what_stands_on_the_page_is_reported(client: Client, state: State) -> None:
    comment = make_comment(state=state)
    assert client.get(report_address(comment)).status_code == 404
    assert client.get("/binh-luan/99999999999999999999999/bao-cao/").status_code == 404
    with pytest.raises(StaleState):
        actions.report_comment(comment, rule=HouseRule.objects.get(number=1), text="Vì.")


def test_reports_are_limited(client: Client, settings: Any) -> None:
    comment = make_published()
    settings.COMMENT_LIMITS = settings.COMMENT_LIMITS | {"posts": 0, "codes": 0}
    for response in (client.get(report_address(comment)), client.post(report_address(comment), {})):
        assert response.status_code == 429
        assert "Retry-After" in response.headers


def test_over_the_limit_a_report_stays_typed(client: Client, settings: Any) -> None:
    comment = make_published()
    page = client.get(report_address(comment)).content.decode()
    settings.COMMENT_LIMITS = settings.COMMENT_LIMITS | {"posts": 0}
    response = client.post(report_address(comment), fill_report(page))
    assert response.status_code == 429
    assert "Có lời xúc phạm ở câu đầu." in text_of(response)
    assert "Xin gửi lại sau" in text_of(response)
    assert re.search(r'<option value="[0-9]+" selected', text_of(response))


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_a_comment_under_an_article_that_nobody_sees_is_not_shown_for_reporting(
    client: Client, state: str
) -> None:
    comment = make_comment(make_article(state=state), state=State.PUBLISHED)
    assert client.get(report_address(comment)).status_code == 404
    assert client.post(report_address(comment), {"text": "x"}).status_code == 404


def make_reported() -> tuple[Comment, User]:
    comment = make_published(title="Bị báo")
    rule = HouseRule.objects.get(number=1)
    for _time in range(2):
        actions.report_comment(comment, rule=rule, text="Có lời xúc phạm.")
    return comment, make_user("moderator")


def test_a_moderator_keeps_what_was_reported(client: Client) -> None:
    comment, by = make_reported()
    card = reports_card(by)
    assert card is not None
    assert card.value == 1
    assert reports_card(make_user("editor")) is None
    sign_in(client, by)
    assert text_of(client.get(QUEUE)).count("Có lời xúc phạm.") == 2
    client.post(QUEUE, {"keep": f"{comment.pk}:{comment.version}"})
    assert Comment.objects.get().state == State.PUBLISHED
    assert not Comment.objects.reported().exists()
    assert reports_card(by) is None
    assert HistoryEntry.objects.about(comment).get().data == {"reports": 2}
    with pytest.raises(StaleState):
        actions.keep_reported(comment, by=by)
    with pytest.raises(NotAllowed):
        actions.keep_reported(comment, by=make_user("editor"))


def test_taking_a_reported_comment_down_closes_its_reports() -> None:
    comment, by = make_reported()
    rule = HouseRule.objects.get(number=1)
    actions.decline_comment(comment, by=by, rule=rule, reason="Có lời xúc phạm.")
    assert not CommentReport.objects.filter(closed_at=None).exists()
    assert set(CommentReport.objects.values_list("closed_by", flat=True)) == {by.pk}


# --- order and feed -----------------------------------------------------------------------------
def test_the_list_of_all_can_be_turned_round(client: Client) -> None:
    article = make_article()
    for title in ("Một", "Hai"):
        make_published(article=article, title=f"Ý kiến {title}")
    address = f"{article.get_absolute_url()}binh-luan/tat-ca/"
    newest, oldest = (text_of(client.get(address, {"thu-tu": how})) for how in ("moi", "cu"))
    assert newest.index("Ý kiến Hai") < newest.index("Ý kiến Một")
    assert oldest.index("Ý kiến Một") < oldest.index("Ý kiến Hai")


def test_the_pages_of_the_turned_list_stay_turned(client: Client) -> None:
    article = make_article()
    for _each in range(51):
        make_published(article=article)
    page = text_of(client.get(f"{article.get_absolute_url()}binh-luan/tat-ca/?thu-tu=cu"))
    assert 'href="?thu-tu=cu&trang=2"' in page


def test_an_articles_comments_have_a_feed(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    article = make_article(title="Bài <một>")
    for each in range(31):
        newest = make_published(article=article, title=f"Ý kiến {each}", content="a < b & c")
    make_comment(article, title="Chờ duyệt")
    address = f"{article.get_absolute_url()}binh-luan/rss/"
    with django_assert_max_num_queries(2):
        response = client.get(address)
    assert not response.cookies
    items = ElementTree.fromstring(response.content).findall("channel/item")
    assert len(items) == 30
    assert items[0].findtext("title") == "Ý kiến 30"
    assert items[0].findtext("description") == "a < b & c"
    assert (items[0].findtext("link") or "").endswith(f"/binh-luan/{newest.pk}/")
    page = text_of(client.get(f"{article.get_absolute_url()}binh-luan/tat-ca/"))
    assert page.count(f'href="{address}"') == 2  # for readers, and in the head for their programs
    assert client.get("/huong-dan/khong-co/binh-luan/rss/").status_code == 404


# --- export -------------------------------------------------------------------------------------
def test_moderators_export_without_contacts_and_without_formulas(client: Client) -> None:
    comment = make_published(title="=1+1", content="+84 gọi", phone="+84912345678", mail="a@b.vn")
    sign_in(client, make_user("moderator"))
    response = client.post(
        "/quan-tri/comments/comment/?state=all",
        {"action": "export_selected", "_selected_action": [str(comment.pk)]},
    )
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    head, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert len(head) == len(row) == 11
    assert (row[4], row[5]) == ("'=1+1", "'+84 gọi")
    assert "912345678" not in response.content.decode()
    assert "a@b.vn" not in response.content.decode()


# --- the demonstration --------------------------------------------------------------------------
class Context:
    """A demonstration that makes people without a password."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def accounts(
        self, username: str, full_name: str, role: str, *, email: str | None = None
    ) -> User:
        found = User.objects.filter(username=username).first()
        return found or make_user(role, username=username, full_name=full_name)


def test_the_demonstration_has_comments_in_every_stage_and_only_once() -> None:
    make_article()
    context = Context()
    for _time in range(2):
        write_comments(context)
    states = sorted(Comment.objects.values_list("state", flat=True))
    assert states == ["declined", *["published"] * 3, "waiting", "waiting"]
    assert OfficialAnswer.objects.count() == 1
    assert User.objects.filter(groups__name=ROLES["moderator"].group).count() == 2
    assert len(context.said) == 1
