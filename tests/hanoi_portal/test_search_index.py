"""The search index is what readers may see: at once after every change, at any size, on both databases."""

import io
import random
from datetime import date, datetime, timedelta
from importlib import import_module

import pytest
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from django.db.migrations import Migration
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from guidance.models import Article, Category, LegalDocument
from hanoi_portal.models import SearchEntry, SearchWord
from hanoi_portal.search import engine, index
from hanoi_portal.search.find import find
from hanoi_portal.search.query import Query, Term
from hanoi_portal.search.spelling import refresh_words
from hanoi_portal.search.tokens import day_tokens, tokens_of, words_of
from hanoi_portal.tasks import refresh_search, repair_search
from tests.factories import make_article, make_document, make_plan_722

pytestmark = pytest.mark.django_db


def found(query: str, at: datetime | None = None) -> list[str]:
    """The addresses of what a search finds."""
    ids = find(query, at or timezone.now()).ids
    entries = SearchEntry.objects.in_bulk(ids)
    return [entries[each].url for each in ids]


def indexed() -> int:
    """How many rows the index itself has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_search_index")
        return int(cursor.fetchone()[0])


# --- kept by every change -------------------------------------------------------------------------
def test_a_saved_article_is_found_by_its_new_words_and_no_longer_by_its_old() -> None:
    article = make_article(title="Chuyện cũ")
    assert found("chuyện cũ") == [article.get_absolute_url()]
    article.title = "Đề tài mới"
    article.save()
    assert found('"chuyện cũ"') == []
    assert found("đề tài mới") == [article.get_absolute_url()]
    assert indexed() == SearchEntry.objects.count() == 1


def test_a_change_that_is_taken_back_is_taken_back_in_the_index_too() -> None:
    article = make_article(title="Chuyện cũ")
    with transaction.atomic():
        Article.objects.get(pk=article.pk).delete()
        make_article(title="Đề tài mới")
        transaction.set_rollback(True)
    assert found("chuyện cũ") == [article.get_absolute_url()]
    assert found("đề tài mới") == []


def test_deleting_takes_it_out_of_the_index() -> None:
    make_article(title="Chuyện cũ").delete()
    assert found("chuyện cũ") == []
    assert indexed() == SearchEntry.objects.count() == 0


def test_a_scheduled_article_is_found_when_its_hour_has_come() -> None:
    at = timezone.now() + timedelta(hours=2)
    article = make_article(title="Hẹn giờ", published_at=at)
    assert found("hẹn giờ") == []
    assert found("hẹn giờ", at) == [article.get_absolute_url()]


def test_a_category_that_moves_takes_its_articles_along(client: Client) -> None:
    article = make_article(title="Ứng xử")
    Category.objects.filter(pk=article.category_id).update(slug="cho-cu")
    category = Category.objects.get(pk=article.category_id)
    category.slug = "cho-moi"
    category.save()
    page = client.get("/tim-kiem/", {"q": "ứng xử", "chuyen-muc": "cho-moi"}).content.decode()
    assert article.get_absolute_url() in page


def test_a_plan_is_found_by_its_tasks_while_it_is_public() -> None:
    plan = make_plan_722()
    task = plan.tasks.all()[0]
    task.title = "Trồng cây phượng vĩ"
    task.save()
    assert found("phượng vĩ") == [plan.get_absolute_url()]
    plan.is_public = False
    plan.save()
    assert found("phượng vĩ") == []


def test_saving_what_has_not_changed_writes_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    article = make_article(title="Một")
    source = next(each for each in index.registry.search_sources if each.model is Article)
    with django_assert_num_queries(
        5
    ):  # read it, its audiences, its tags; is there one to delete, has it changed
        assert index.refresh(source, [article.pk]) == 0


# --- put right ------------------------------------------------------------------------------------
def test_what_came_in_bulk_is_put_right_and_again_changes_nothing() -> None:
    article, gone = make_article(title="Một"), make_article(title="Hai")
    document = make_document(title="Ba")
    Article.objects.filter(pk=article.pk).update(title="Bốn")
    Article.objects.filter(pk=gone.pk).update(state="withdrawn")
    LegalDocument.objects.filter(pk=document.pk).update(is_public=False)
    assert repair_search() == 3
    assert found("bốn") == [article.get_absolute_url()]
    assert found("hai") == found("ba") == []
    assert repair_search() == 0
    assert indexed() == SearchEntry.objects.count() == 1


def test_the_command_rebuilds_and_says_how_far_it_has_come() -> None:
    make_article(title="Một")
    make_plan_722()
    SearchEntry.objects.all().delete()
    said = io.StringIO()
    call_command("rebuild_search", stdout=said)
    assert "Bài hướng dẫn: 1" in said.getvalue()
    assert "Đã ghi lại 2 mục" in said.getvalue()
    assert indexed() == SearchEntry.objects.count() == 2
    said = io.StringIO()
    call_command("rebuild_search", stdout=said)
    assert "Đã ghi lại 0 mục" in said.getvalue()
    call_command("rebuild_search", "--anew", stdout=said)
    assert found("một")


def test_words_are_counted_as_written_most_often_and_forgotten_with_their_articles() -> None:
    article = make_article(title="Hà Nội", summary="Hà Nội. Ở Hà Nội.", body="<p>hà nội</p>")
    refresh_search()
    assert SearchWord.objects.get(folded="ha noi").written == "Hà Nội"
    assert refresh_words() == SearchWord.objects.count()
    article.title = article.summary = "Sông Hồng"
    article.body = "<p>Sông Hồng.</p>"
    article.save()
    refresh_search()
    assert not SearchWord.objects.filter(folded="ha noi").exists()
    assert SearchWord.objects.get(folded="song hong").entries == 1


# --- at any size ----------------------------------------------------------------------------------
def make_entries(count: int, every: int) -> list[int]:
    """Fill the index with entries of which each so many-eth has the words "tin giả"; return the ids of those."""
    entries = SearchEntry.objects.bulk_create(
        SearchEntry(kind="thu", object_id=number, title="x", url="/", text="", digest="")
        for number in range(count)
    )
    having = tokens_of("tin giả", "", "", None, ())
    other = tokens_of("chuyện khác", "", "", None, ())
    engine.write(
        engine.Row(entry.pk, having if number % every == 0 else other)
        for number, entry in enumerate(entries)
    )
    return [entry.pk for number, entry in enumerate(entries) if number % every == 0]


@pytest.mark.parametrize("every", [1, 7, 100, 3000, 9000])
def test_the_newest_are_found_first_however_rare_the_words_are(every: int) -> None:
    wanted = make_entries(9500, every)[::-1]
    tiers = Query.read("tin giả").together()
    assert engine.find(tiers, 50, timezone.now()) == wanted[:50]
    assert engine.find(tiers, 20_000, timezone.now()) == wanted


def make_scattered() -> dict[int, tuple[set[str], bool]]:
    """Fill many blocks of the index thinly; return what each entry has, and whether readers may see it."""
    chance, now, day = random.Random(722), timezone.now(), timedelta(days=1)
    made: dict[int, tuple[set[str], bool]] = {}
    rows, entries = [], []
    for entry in range(60, 40_000, 60):
        # The rare one stands in the oldest third alone; the second comes and goes.
        shares = {"thuong": 0.9, "luc": 0.5 * (entry // 9000 % 2), "hiem": 0.1 * (entry < 13_000)}
        tokens = {token for token, share in shares.items() if chance.random() < share}
        since, until = chance.choice(
            [(None, None)] * 3 + [(now - day, now + day), (now + day, None), (None, now - day)]
        )
        made[entry] = tokens, (not since or since <= now) and (not until or until > now)
        rows.append(engine.Row(entry, tokens | {"x"}, since, until))
        entries.append(
            SearchEntry(
                pk=entry,
                kind="thu",
                object_id=entry,
                title="x",
                url="/",
                shown_from=since,
                shown_until=until,
            )
        )
    SearchEntry.objects.bulk_create(entries)
    engine.write(rows)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [SearchEntry]):
            cursor.execute(statement)
    return made


def test_the_best_are_found_as_a_look_at_every_entry_would_find_them() -> None:
    made = make_scattered()
    for names in (["hiem", "luc", "thuong"], ["luc", "hiem"], ["khong_co", "thuong"]):
        ranked = [
            entry
            for at, name in enumerate(names)
            for entry in sorted(made, reverse=True)
            if made[entry][1]
            and name in made[entry][0]
            and not made[entry][0].intersection(names[:at])
        ]
        tiers = [[[Term(name)]] for name in names]
        for most in (1, 7, 60, 1000):
            assert engine.find(tiers, most, timezone.now()) == ranked[:most], (names, most)


@pytest.mark.services
def test_postgresql_looks_into_its_index_of_tokens_and_reads_no_texts() -> None:
    for entry in make_entries(200, 1):
        own = {f"chu_{entry}_{number}" for number in range(400)}
        engine.write([engine.Row(entry, own | {f"so_{entry % 5}"})])
    looked = "SELECT pg_stat_get_xact_numscans(%s::regclass)"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE portal_search_index")
        cursor.execute(looked, ["portal_search_index_pkey"])
        before = cursor.fetchone()
        for number in range(10):  # from the sixth on, the plan is a general one
            assert engine.find([[[Term(f"so_{number % 5}")]]], 60, timezone.now())
        cursor.execute(looked, ["portal_search_index_pkey"])
        assert cursor.fetchone() == before


def test_an_index_of_before_learns_when_things_are_shown() -> None:
    at = timezone.now() + timedelta(hours=2)
    article = make_article(title="Hẹn giờ", published_at=at)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for column in ("shown_from", "shown_until"):
                cursor.execute(f"ALTER TABLE portal_search_index DROP COLUMN {column}")
    migration = import_module("hanoi_portal.migrations.0006_search_shown")
    migration.keep_when_shown(None, connection.schema_editor(atomic=False))
    assert found("hẹn giờ") == []
    assert found("hẹn giờ", at) == [article.get_absolute_url()]


def test_a_beginning_and_an_or_are_found_in_the_index() -> None:
    make_entries(3, 1)
    for groups, count in (
        ([[Term("tin_gi", True)]], 3),
        ([[Term("khong_co"), Term("tin")], [Term("gia")]], 3),
        ([[Term("tin")], [Term("khong_co")]], 0),
    ):
        assert len(engine.find([groups], 10, timezone.now())) == count


@pytest.mark.parametrize(
    "text", ["a" * 300, "漢字 và 한국어", "ﷺ", "🙂", "x\u0301\u0302\u0303", "Ⅷ½", "ǆ"]
)
def test_odd_text_is_indexed_and_found_by_itself(text: str) -> None:
    article = make_article(title="Lạ", body=f"<p>Đây {text}</p>")
    assert found(f"đây {text}") == [article.get_absolute_url()]


def test_a_very_long_text_is_indexed() -> None:
    text = " ".join(f"từ{number}" for number in range(60_000))
    article = make_article(title="Sách", body=f"<p>{text}</p>")
    assert found("từ15000 từ15001") == [article.get_absolute_url()]


# --- tokens ---------------------------------------------------------------------------------------
def test_days_are_covered_by_the_fewest_tokens() -> None:
    assert day_tokens(date(2020, 1, 1), date(2021, 12, 31)) == ["y:2020", "y:2021"]
    assert day_tokens(date(2020, 12, 30), date(2021, 2, 1)) == [
        "d:20201230",
        "d:20201231",
        "m:202101",
        "d:20210201",
    ]
    assert day_tokens(date(2020, 2, 2), date(2020, 2, 1)) == []
    assert len(day_tokens(date(1945, 1, 1), date(2100, 12, 31))) == 156


@pytest.mark.parametrize("first", [date(2019, 12, 31), date(2020, 2, 28), date(2020, 3, 1)])
def test_each_day_of_a_span_is_covered_once(first: date) -> None:
    for length in (0, 1, 30, 366, 500):
        last = first + timedelta(days=length)
        tokens = set(day_tokens(first, last))
        for offset in range(-3, length + 4):
            day = first + timedelta(days=offset)
            own = {f"y:{day:%Y}", f"m:{day:%Y%m}", f"d:{day:%Y%m%d}"}
            assert len(own & tokens) == (1 if first <= day <= last else 0)


def test_a_word_has_its_tone_at_its_end() -> None:
    assert [word.written for word in words_of("hoà hòa Đường 05 mang")] == [
        "hoa=1",
        "hoa=1",
        "đương=1",
        "5",
        "mang",
    ]


@pytest.mark.parametrize("made", ["0002_search", "0003_search_tags"])
def test_a_portal_that_had_no_index_gets_one_when_it_is_brought_up_to_date(made: str) -> None:
    article = make_article(title="Có từ trước")
    SearchEntry.objects.all().delete()
    for name, count in (("0001_initial", 0), (made, 1)):
        plan = [(Migration(name, "hanoi_portal"), False)]
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default", plan=plan)
        assert len(found("có từ trước")) == count
    assert found("có từ trước") == [article.get_absolute_url()]
