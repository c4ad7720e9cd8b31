"""Pages of the admin and mails leave readers' phones encrypted in the database unless somebody asks for one."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments import actions
from comments.actions.tell import render_decision
from comments.models import Comment
from tests.factories import make_appeal, make_article, make_comment, make_user, sign_in

pytestmark = pytest.mark.django_db

ADMIN = "/quan-tri/comments"


@pytest.fixture
def pages() -> list[str]:
    """The pages on which moderators meet a comment whose writer left a phone."""
    contact: dict[str, Any] = {"phone": "+84912345678", "mail": "hoa@vidu.example"}
    article = make_article()
    parent = make_comment(article, state=Comment.State.PUBLISHED, **contact)
    reply = make_comment(article, parent=parent, **contact)
    declined = make_comment(article, state=Comment.State.DECLINED, **contact)
    appeal, erasure = make_appeal(declined), actions.ask_for_erasure(reply)
    return [
        f"{ADMIN}/comment/?state=all",
        f"{ADMIN}/comment/{reply.pk}/change/",
        f"{ADMIN}/comment/hang-cho/",
        f"{ADMIN}/appeal/",
        f"{ADMIN}/appeal/{appeal.pk}/change/",
        f"{ADMIN}/datarequest/",
        f"{ADMIN}/datarequest/{erasure.pk}/change/",
    ]


def test_no_page_of_the_admin_fetches_a_phone_by_itself(client: Client, pages: list[str]) -> None:
    sign_in(client, make_user("moderator"))
    for page in pages:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200, page
        fetched = [
            query["sql"]
            for query in asked
            if '."phone",' in query["sql"] or '."mail",' in query["sql"]
        ]
        assert fetched == [], page


def test_a_mail_about_a_decision_fetches_the_address_and_not_the_phone() -> None:
    comment = make_comment(phone="+84912345678", mail="hoa@vidu.example")
    with CaptureQueriesContext(connection) as asked:
        assert render_decision(comment.pk).to == ("hoa@vidu.example",)
    assert not any('"phone"' in query["sql"] for query in asked)
