"""The arithmetic of the public figures, against months made by hand; how long a reader waited, whatever came later."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments import actions
from comments.figures import count_months
from comments.models import Appeal, Comment, HouseRule
from comments.waiting import usual_wait
from tests.factories import make_appeal, make_article, make_comment, make_user

pytestmark = pytest.mark.django_db

State = Comment.State


def local(*parts: int) -> datetime:
    """A moment in Hà Nội."""
    return datetime(*parts, tzinfo=timezone.get_default_timezone())


def make_decided(sent: datetime, *, hours: int, **values: Any) -> Comment:
    decided = sent + timedelta(hours=hours)
    return make_comment(created_at=sent, decided_at=decided, **values)


def test_months_made_by_hand_are_counted_right() -> None:
    rules = {rule.number: rule for rule in HouseRule.objects.all()}
    make_comment(
        created_at=local(2025, 3, 31, 23, 59, 59)
    )  # a second before the first of twelve months
    make_comment(created_at=local(2025, 4, 1))
    sent = local(2026, 2, 28, 23, 30)
    make_decided(sent, hours=1, state=State.PUBLISHED)  # decided in the next month
    overturned = make_decided(sent, hours=2, state=State.PUBLISHED)
    Comment.objects.filter(pk=overturned.pk).update(decided_at=sent + timedelta(days=9))
    upheld = make_decided(sent, hours=3, state=State.DECLINED, rule=rules[5])
    for comment, state in ((overturned, Appeal.State.OVERTURNED), (upheld, Appeal.State.UPHELD)):
        Appeal.objects.create(
            comment=comment, text="Xin xem lại.", state=state, answer="Đã xem.", answered_at=sent
        )
    make_decided(sent, hours=40, state=State.DECLINED, rule=rules[2])
    make_decided(sent, hours=50, state=State.DECLINED, rule=rules[5])
    make_comment(created_at=sent, state=State.WITHDRAWN)
    make_comment(created_at=sent)
    make_decided(sent, hours=900, state=State.PUBLISHED, old_number="cu-1")  # came to the old site
    make_comment(created_at=local(2026, 3, 1))

    months = count_months(local(2026, 3, 15, 12))
    assert [month.first for month in months] == [
        *(date(2026, number, 1) for number in (3, 2, 1)),
        *(date(2025, number, 1) for number in range(12, 3, -1)),
    ]
    assert [month.received for month in months] == [1, 7, *[0] * 9, 1]
    february = months[1]
    assert (february.published, february.declined) == (2, 3)
    assert (february.withdrawn, february.waiting) == (1, 1)
    assert february.by_rule == [(2, 1), (5, 2)]
    assert (february.appealed, february.overturned) == (2, 1)
    assert february.usual_wait == "khoảng 3 giờ"  # of 1, 2, 3, 40 and 50
    assert (months[0].usual_wait, months[0].waiting) == ("", 1)


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ((2026, 1, 1, 0, 0, 0), date(2025, 2, 1)),
        ((2025, 12, 31, 23, 59, 59), date(2025, 1, 1)),
        ((2028, 2, 29, 12), date(2027, 3, 1)),
    ],
)
def test_twelve_months_are_twelve_at_the_turn_of_the_year_and_in_a_leap_year(
    now: tuple[int, ...], first: date
) -> None:
    article = make_article()
    make_comment(article, created_at=local(first.year, first.month, 1))
    make_comment(article, created_at=local(first.year, first.month, 1) - timedelta(seconds=1))
    make_comment(article, created_at=local(*now))
    months = count_months(local(*now))
    assert len(months) == 12
    assert months[-1].first == first
    assert (months[-1].received, months[0].received) == (1, 1)


def test_a_wait_ends_with_the_first_decision() -> None:
    by, other, rule = (
        make_user("moderator"),
        make_user("moderator"),
        HouseRule.objects.get(number=1),
    )
    comment = make_comment(created_at=timezone.now() - timedelta(hours=3))
    actions.publish_comment(comment, by=by)
    actions.undo_decision(comment, by=by)
    assert Comment.objects.get().first_decided_at is None
    comment = Comment.objects.get()
    actions.decline_comment(comment, by=by, rule=rule, reason="Có lời xúc phạm.")
    first = Comment.objects.get().first_decided_at
    assert first == Comment.objects.get().decided_at
    appeal = make_appeal(Comment.objects.get())
    actions.answer_appeal(appeal, by=other, is_overturned=True, answer="Đúng.")
    actions.decline_comment(Comment.objects.get(), by=other, rule=rule, reason="Xem lại.")
    stored = Comment.objects.get()
    assert stored.first_decided_at == first
    assert stored.decided_at is not None
    assert stored.decided_at > stored.first_decided_at


def test_taking_old_comments_down_does_not_lengthen_what_readers_are_told() -> None:
    by, rule = make_user("moderator"), HouseRule.objects.get(number=1)
    sent = timezone.now() - timedelta(days=300)
    for _each in range(5):
        comment = make_decided(sent, hours=2, state=State.PUBLISHED)
        actions.decline_comment(comment, by=by, rule=rule, reason="Có lời xúc phạm.")
    assert usual_wait() == timedelta(hours=2)


def test_a_month_in_which_nothing_came_is_shown(client: Client) -> None:
    now = timezone.localtime()
    make_comment(created_at=now)
    make_comment(created_at=now.replace(day=1) - timedelta(days=40))  # the month before the last
    page = client.get("/binh-luan/so-lieu/").content.decode()
    assert page.count('<th scope="row">') == 3
