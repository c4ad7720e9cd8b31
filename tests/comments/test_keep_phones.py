"""For how many days phones are kept: staff set it, pages say it, nobody's phone is kept longer than was agreed."""

from datetime import timedelta
from html import unescape
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from comments.actions import correct_contact, phones_past, set_phone_days
from comments.models import Comment, PhoneKeeping
from comments.phone_clock import days_in_force, read_clock
from comments.tasks import erase_old_phones
from hanoi_portal.errors import DomainError, NotAllowed
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.roles import ROLES
from tests.factories import fill_comment, make_article, make_comment, make_user, sign_in
from tests.page_cache.test_purging import is_purged_by

pytestmark = pytest.mark.django_db

PHONE = "+84912345678"
LIST = "/quan-tri/comments/phonekeeping/"
ADD = f"{LIST}add/"
PRIVACY = "/quyen-rieng-tu/"


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def make_old(days: float, **values: Any) -> Comment:
    return make_comment(phone=PHONE, created_at=timezone.now() - timedelta(days=days), **values)


def has_phone(comment: Comment) -> bool:
    return Comment.objects.filter(pk=comment.pk, phone__isnull=False).exists()


@pytest.fixture
def administrator() -> User:
    return make_user("administrator")


@pytest.fixture
def staff(client: Client, administrator: User) -> Client:
    return sign_in(client, administrator)


# --- the rule -----------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [None, *ROLES])
def test_only_who_runs_the_portal_sets_the_days(role: str | None) -> None:
    user = make_user(role)
    if role == "administrator":
        set_phone_days(60, by=user)
        return
    with pytest.raises(NotAllowed):
        set_phone_days(60, by=user)
    assert days_in_force() == 90


@pytest.mark.parametrize("days", [-1, 0, 6, 366])
def test_days_out_of_bounds_are_refused_in_words_and_by_the_database(
    administrator: User, days: int
) -> None:
    with pytest.raises(DomainError, match="từ 7 đến 365 ngày"):
        set_phone_days(days, by=administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        PhoneKeeping.objects.create(days=days)


def test_a_change_is_on_record_with_the_number_before(administrator: User) -> None:
    keeping = set_phone_days(60, by=administrator)
    entry = HistoryEntry.objects.about(keeping).get()
    assert (entry.verb, entry.from_state, entry.to_state, entry.actor) == (
        "set_phone_days",
        "90",
        "60",
        administrator,
    )
    with pytest.raises(DomainError, match="đang là 60 ngày"):
        set_phone_days(60, by=administrator)


# --- erasing ------------------------------------------------------------------------------------
def test_fewer_days_hold_at_once_for_phones_that_are_kept_already(administrator: User) -> None:
    older, younger = make_old(31), make_old(29)
    assert phones_past(30) == 1
    assert erase_old_phones() == 0
    set_phone_days(30, by=administrator)
    assert erase_old_phones() == 1
    assert (has_phone(older), has_phone(younger)) == (False, True)


def test_more_days_never_keep_a_phone_longer_than_its_owner_was_told(administrator: User) -> None:
    before = make_old(91)
    set_phone_days(365, by=administrator)
    after = make_comment(phone=PHONE)
    at = timezone.now() + timedelta(days=91)
    assert read_clock().is_over(before.created_at, timezone.now())
    assert not read_clock().is_over(after.created_at, at)
    assert erase_old_phones() == 1
    assert (has_phone(before), has_phone(after)) == (False, True)


def test_the_clock_says_in_sql_what_it_says_in_python() -> None:
    now = timezone.now()
    for days_ago, days in ((200, 30), (150, 120), (100, 300), (20, 60)):
        PhoneKeeping.objects.create(days=days, since=now - timedelta(days=days_ago))
    ages = [0, 19, 21, 29, 31, 59, 61, 89, 91, 99, 101, 119, 121, 149, 151, 199, 201, 400]
    made = {make_old(age): age for age in ages}
    clock = read_clock()
    over = set(Comment.objects.filter(clock.over(now)).values_list("pk", flat=True))
    assert over == {each.pk for each in made if clock.is_over(each.created_at, now)}
    assert {made[each] for each in made if each.pk in over} == {age for age in ages if age > 60}


def test_a_number_that_came_back_after_a_rise_does_not_lengthen_a_promise() -> None:
    now = timezone.now()
    spans = [(50, 30), (10, 300)]
    for days_ago, days in spans:
        PhoneKeeping.objects.create(days=days, since=now - timedelta(days=days_ago))
    assert read_clock().days == 300
    promised_thirty, promised_more = make_old(31), make_old(9)
    assert erase_old_phones() == 1
    assert (has_phone(promised_thirty), has_phone(promised_more)) == (False, True)


def test_a_phone_cannot_be_left_again_when_its_time_is_over(administrator: User) -> None:
    comment = make_old(40)
    correct_contact(comment, phone=PHONE, mail="", has_consented=True)
    set_phone_days(30, by=administrator)
    with pytest.raises(DomainError, match="quá thời gian lưu"):
        correct_contact(comment, phone=PHONE, mail="", has_consented=True)


# --- what readers are told ----------------------------------------------------------------------
def test_form_and_privacy_page_say_the_number_in_force_and_the_comment_keeps_it(
    client: Client, administrator: User
) -> None:
    assert "90 ngày sau khi gửi" in text_of(client.get(PRIVACY))
    set_phone_days(45, by=administrator)
    assert "45 ngày sau khi gửi" in text_of(client.get(PRIVACY))
    assert "30 ngày sau khi có kết quả" in text_of(client.get(PRIVACY))
    address = f"{make_article().get_absolute_url()}binh-luan/"
    page = client.get(address).content.decode()
    assert "xóa sau 45 ngày" in unescape(page)
    filled = fill_comment(page, phone="0912345678", consent="on")
    assert client.post(address, filled).status_code == 303
    assert "xóa sau 45 ngày" in Comment.objects.get().consent_text


def test_another_number_gives_up_the_copies_of_the_privacy_page(administrator: User) -> None:
    assert is_purged_by(lambda: set_phone_days(45, by=administrator))


# --- in the admin -------------------------------------------------------------------------------
def test_an_administrator_sets_the_days_and_sees_which_hold(staff: Client) -> None:
    assert 'value="90"' in staff.get(ADD).content.decode()
    assert staff.post(ADD, {"days": "120"}).status_code == 302
    assert days_in_force() == 120
    page = text_of(staff.get(LIST))
    assert "120 ngày" in page
    assert page.count("icon-yes") == 1
    assert PhoneKeeping.objects.get().set_by == User.objects.get(groups__name="Quản trị")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Xin nhập số ngày."),
        ("ba mươi", "Xin nhập một số nguyên"),
        ("6", "Ít nhất 7 ngày"),
        ("366", "Nhiều nhất 365 ngày"),
        ("90", "đang là 90 ngày"),
    ],
)
def test_a_number_that_cannot_be_is_told_beside_the_field(
    staff: Client, typed: str, told: str
) -> None:
    page = text_of(staff.post(ADD, {"days": typed}))
    assert told in page
    assert f'value="{typed}"' in page or not typed
    assert not PhoneKeeping.objects.exists()


def test_phones_that_would_go_are_counted_and_agreed_to_first(staff: Client) -> None:
    make_old(31)
    page = text_of(staff.post(ADD, {"days": "30"}))
    assert "1 số đã giữ lâu hơn sẽ bị xóa" in page
    assert days_in_force() == 90
    assert staff.post(ADD, {"days": "30", "is_sure": "on"}).status_code == 302
    assert days_in_force() == 30


def test_nothing_needs_agreeing_to_where_no_phone_goes(staff: Client) -> None:
    assert staff.post(ADD, {"days": "30"}).status_code == 302


def test_the_list_asks_as_much_for_many_rows_as_for_one(
    staff: Client, administrator: User, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    for number in range(20):
        PhoneKeeping.objects.create(
            days=30 + number, since=now - timedelta(days=number), set_by=administrator
        )
    staff.get(LIST)
    with django_assert_max_num_queries(8):
        assert text_of(staff.get(LIST)).count("icon-yes") == 1


# --- what the environment said until now --------------------------------------------------------
@pytest.mark.parametrize(
    ("named", "days"), [("", 90), ("90", 90), ("30", 30), ("3", 7), ("1000", 365), ("x", 90)]
)
def test_what_the_environment_said_stays_in_force(
    monkeypatch: pytest.MonkeyPatch, named: str, days: int
) -> None:
    monkeypatch.setenv("COMMENT_PHONE_DAYS", named)
    migration = import_module("comments.migrations.0005_phone_keeping")
    migration.keep_days_of_environment(apps, None)
    assert read_clock().days == days
    old = make_old(1000)
    assert read_clock().is_over(old.created_at, timezone.now())
