"""Searches that found nothing are counted for the editors, and nobody is followed by it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from hanoi_portal.models import EmptySearch
from hanoi_portal.roles import ROLES
from hanoi_portal.search.misses import KEPT_DAYS, MOST_A_DAY, count_miss, forget_old, misses_card
from tests.factories import make_article, make_user, sign_in

pytestmark = pytest.mark.django_db

ADDRESS = "/quan-tri/hanoi_portal/emptysearch/"


def test_a_search_that_finds_nothing_is_counted_by_its_folded_words(client: Client) -> None:
    for query in ("Xe buýt", "xe  BUYT", "xe buýt"):
        client.get("/tim-kiem/", {"q": query})
    row = EmptySearch.objects.get()
    assert (row.folded, row.count, row.day) == ("xe buyt", 3, timezone.localdate())
    # There is no room for anything about who asked.
    assert {each.name for each in EmptySearch._meta.fields} == {"id", "folded", "day", "count"}


@pytest.mark.parametrize("query", ["ứng xử", "", "…", "0912345678", "091 234 5678", "ai@o.example"])
def test_what_was_found_or_could_tell_of_a_person_is_not_counted(
    client: Client, query: str
) -> None:
    make_article(title="Ứng xử")
    client.get("/tim-kiem/", {"q": query})
    assert not EmptySearch.objects.exists()


def test_a_search_that_was_only_narrowed_too_far_is_not_counted(client: Client) -> None:
    make_article(title="Ứng xử")
    client.get("/tim-kiem/", {"q": "ứng xử", "loai": "van-ban"})
    assert not EmptySearch.objects.exists()


def test_a_machine_cannot_fill_the_table() -> None:
    today = timezone.localdate()
    EmptySearch.objects.bulk_create(
        EmptySearch(folded=f"tu {number}", day=today, count=1) for number in range(MOST_A_DAY)
    )
    count_miss("một từ nữa", today)
    count_miss("từ 7", today)
    assert EmptySearch.objects.count() == MOST_A_DAY
    assert EmptySearch.objects.get(folded="tu 7").count == 2


def test_old_counts_are_forgotten() -> None:
    today = timezone.localdate()
    for age in (0, KEPT_DAYS, KEPT_DAYS + 1):
        EmptySearch.objects.create(folded="a", day=today - timedelta(days=age), count=1)
    assert forget_old(today) == 1


def test_a_query_is_one_row_with_its_total() -> None:
    today = timezone.localdate()
    for folded, age, count in (("xe", 0, 2), ("xe", 3, 5), ("xe", 40, 9), ("tau", 1, 4)):
        EmptySearch.objects.create(folded=folded, day=today - timedelta(days=age), count=count)
    totals = EmptySearch.objects.totals(today, 30).order_by("-total")
    assert [(row.folded, row.total, row.day) for row in totals] == [
        ("xe", 7, today),
        ("tau", 4, today - timedelta(days=1)),
    ]


@pytest.mark.parametrize("role", ROLES)
def test_editors_have_a_card_that_leads_to_the_list(client: Client, role: str) -> None:
    EmptySearch.objects.create(folded="xe buyt", day=timezone.localdate(), count=2)
    user = make_user(role)
    card = misses_card(user)
    may_see = role in {"editor", "publisher", "administrator"}
    assert (card is not None) is may_see
    response = sign_in(client, user).get(ADDRESS)
    assert (response.status_code == 200) is may_see
    if may_see:
        assert card is not None
        assert (card.value, card.url) == (1, ADDRESS)
        assert "xe buyt" in card.note
        assert "xe buyt" in response.content.decode()
