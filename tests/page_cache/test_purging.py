"""Whatever readers may see, and whoever writes it: the copies are given up once it is committed, and not before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone

from campaigns.actions.acknowledge import acknowledge
from campaigns.actions.recall import recall
from campaigns.models import Assignment, Unit
from comments import actions as comment_actions
from comments.models import Comment, HouseRule, ThreadSetting
from guidance.actions import publish_article, withdraw_article, write_article
from guidance.document_actions import hide_document, publish_document
from guidance.models import Article, Category
from hanoi_portal.models import HistoryEntry, OutgoingMail
from hanoi_portal.page_cache import purging, store
from hanoi_portal.registry import registry
from tests.factories import (
    fill_comment,
    make_article,
    make_comment,
    make_document,
    make_issued_plan_722,
    make_officer,
    make_user,
    sign_in,
)

# Of these no public page shows anything. Whoever adds a table to the list answers for that; whoever adds a table to
# the portal and not to the list has the copies given up when it is written, which is never wrong.
UNSEEN = {
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "campaigns_calendarfeed",
    "campaigns_draftfile",
    "campaigns_extensionrequest",
    "campaigns_membership",
    "campaigns_notice",
    "campaigns_notice_assignments",
    "campaigns_remark",
    "campaigns_reminder",
    "campaigns_reportdraft",
    "campaigns_unitcontact",
    "captcha_captchastore",
    "comments_appeal",
    "comments_commentreport",
    "comments_datarequest",
    "comments_watchedword",
    "django_admin_log",
    "django_content_type",
    "django_session",
    "guidance_autosave",
    "guidance_feedback",
    "guidance_previewlink",
    "guidance_remark",
    "guidance_revision",
    "guidance_viewcount",
    "hanoi_portal_emptysearch",
    "hanoi_portal_historyentry",
    "hanoi_portal_importrun",
    "hanoi_portal_outgoingmail",
    "hanoi_portal_searchword",
    "hanoi_portal_user",
    "hanoi_portal_user_groups",
    "hanoi_portal_user_user_permissions",
    "mfa_authenticator",
}


@contextmanager
def watched() -> Iterator[list[bool]]:
    """Tell afterwards whether the copies would be given up once this is committed."""
    connection.run_on_commit.clear()
    told: list[bool] = []
    yield told
    told.append(any(waiting[1] is purging.purge for waiting in connection.run_on_commit))


def is_purged_by(act: Callable[[], object]) -> bool:
    """Whether an act gives the copies up."""
    with watched() as told:
        act()
    return told[0]


# --- every write --------------------------------------------------------------------------------
def test_every_table_is_seen_unless_it_is_on_the_list() -> None:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    unseen = {table for table in tables if registry.is_unseen("UPDATE", table, ())}
    assert unseen == UNSEEN


@pytest.mark.django_db
def test_every_way_of_writing_a_seen_table_is_noticed() -> None:
    number = iter(range(100))

    def new() -> Category:
        each = next(number)
        return Category(name=f"Mục {each}", slug=f"muc-{each}")

    category = new()
    assert is_purged_by(category.save)
    assert is_purged_by(category.save)
    assert is_purged_by(lambda: Category.objects.bulk_create([new(), new()]))
    assert is_purged_by(lambda: Category.objects.bulk_create([new()], ignore_conflicts=True))
    assert is_purged_by(lambda: Category.objects.update(position=F("position") + 1))
    assert is_purged_by(lambda: Category.objects.bulk_update([category], ["name"]))
    assert is_purged_by(lambda: Category.objects.get_or_create(name="Khác", slug="khac"))
    assert is_purged_by(lambda: Category.objects.filter(slug="khac").delete())
    assert is_purged_by(category.delete)
    article, document = make_article(), make_document()
    assert is_purged_by(lambda: document.amends.add(make_document()))

    def raw() -> None:
        with connection.cursor() as cursor:
            cursor.execute("update guidance_article set title = %s", ["Khác"])

    assert is_purged_by(raw)

    def many() -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE guidance_article SET title = %s WHERE id = %s", [["Khác", article.pk]]
            )

    assert is_purged_by(many)


@pytest.mark.django_db
def test_reading_and_writing_nothing_give_up_nothing() -> None:
    make_article()
    assert not is_purged_by(lambda: list(Article.objects.select_for_update()))
    assert not is_purged_by(lambda: Article.objects.filter(slug="khong-co").update(title="Khác"))
    assert not is_purged_by(lambda: Article.objects.filter(slug="khong-co").delete())


@pytest.mark.parametrize(
    ("statement", "is_seen"),
    [
        ('INSERT OR IGNORE INTO "guidance_article" ("id") VALUES (1)', True),
        ('  delete from only "guidance_article"', True),
        ("TRUNCATE TABLE guidance_article", True),
        ('WITH old AS (SELECT 1) DELETE FROM "guidance_article"', True),
        ('WITH old AS (SELECT 1) SELECT * FROM "guidance_article"', False),
        ('SELECT * FROM "guidance_article" FOR UPDATE', False),
        ('SAVEPOINT "s1"', False),
        ('UPDATE "django_session" SET "session_data" = %s', False),
        ('UPDATE "a_table_of_tomorrow" SET "a" = 1', True),
    ],
)
def test_a_statement_is_told_by_its_verb_and_its_table(statement: str, is_seen: bool) -> None:
    assert purging.is_seen(statement) is is_seen


# --- when ---------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_the_copies_are_given_up_after_the_commit_and_not_before() -> None:
    before = store.find("/?").generation
    with transaction.atomic():
        Category.objects.create(name="Mới", slug="moi")
        assert store.find("/?").generation == before
    after = store.find("/?").generation
    assert after != before
    with transaction.atomic():
        Category.objects.create(name="Khác", slug="khac")
        transaction.set_rollback(True)
    assert store.find("/?").generation == after


@pytest.mark.django_db(transaction=True)
def test_what_a_savepoint_takes_back_is_forgotten_and_what_follows_is_not() -> None:
    before = store.find("/?").generation
    with transaction.atomic():
        with transaction.atomic():
            Category.objects.create(name="Một", slug="mot")
            transaction.set_rollback(True)
        Category.objects.create(name="Hai", slug="hai")
    assert store.find("/?").generation != before


# --- what people do -----------------------------------------------------------------------------
@pytest.mark.django_db
def test_what_editors_do_is_seen() -> None:
    publisher = make_user("publisher")
    article = make_article(state=Article.State.DRAFT, published_at=None)
    assert is_purged_by(lambda: publish_article(article, by=publisher))
    article.title = "Tên mới"
    assert is_purged_by(lambda: write_article(article, by=publisher, changed=["title"]))
    assert is_purged_by(lambda: withdraw_article(article, by=publisher, reason="Sai số liệu."))
    document = make_document(is_public=False)
    assert is_purged_by(lambda: publish_document(document, by=publisher))
    assert is_purged_by(lambda: hide_document(document, by=publisher))


@pytest.mark.django_db
def test_what_moderators_do_is_seen() -> None:
    moderator = make_user("moderator")
    rule = HouseRule.objects.get(number=1)
    first, second, third = make_comment(), make_comment(), make_comment(state="published")
    assert is_purged_by(lambda: comment_actions.publish_comment(first, by=moderator))
    assert is_purged_by(
        lambda: comment_actions.decline_comment(
            second, by=moderator, rule=rule, reason="Có lời xúc phạm."
        )
    )
    assert is_purged_by(lambda: comment_actions.withdraw_comment(third))


@pytest.mark.django_db
def test_a_comment_that_waits_is_not_seen_and_one_that_stands_at_once_is() -> None:
    article = make_article()
    setting = None

    def send() -> None:
        words = {"name": "Hoa", "title": "Ý kiến", "content": "Đúng.", "phone": ""}
        comment_actions.submit_comment(article, setting, **words)

    assert not is_purged_by(send)
    setting = ThreadSetting.objects.create(article=article, mode=ThreadSetting.Mode.AFTER)
    assert is_purged_by(send)
    waiting, shown = (
        Comment(
            article=article, name="Hoa", title="Ý", content="Đúng.", state=state, receipt_hash=state
        )
        for state in (Comment.State.WAITING, Comment.State.PUBLISHED)
    )
    assert not is_purged_by(lambda: Comment.objects.bulk_create([waiting]))
    assert is_purged_by(lambda: Comment.objects.bulk_create([shown]))


@pytest.mark.django_db
def test_the_way_of_an_assignment_is_seen_from_its_issue_to_its_recall() -> None:
    coordinator = make_user("coordinator")
    assert is_purged_by(lambda: make_issued_plan_722(by=coordinator))
    unit = Unit.objects.get(code="Q001")
    officer = make_officer(unit)
    first, second = Assignment.objects.filter(unit=unit, role="lead")[:2]
    assert is_purged_by(lambda: acknowledge([first], by=officer))
    first.refresh_from_db()
    assert is_purged_by(lambda: recall([second], by=coordinator, reason="Giao nhầm đơn vị."))


@pytest.mark.django_db
def test_what_staff_change_in_the_admin_is_seen() -> None:
    client = sign_in(Client(), make_user("administrator", is_superuser=True))
    rule = HouseRule.objects.get(number=1)
    page = f"/quan-tri/comments/houserule/{rule.pk}/change/"
    data = {"number": 1, "title": "Tên khác", "text": rule.text, "sentence": "", "is_active": "on"}
    assert is_purged_by(lambda: client.post(page, data))
    rule.refresh_from_db()
    assert rule.title == "Tên khác"


@pytest.mark.django_db
def test_readers_give_up_nobodys_copies(client: Client) -> None:
    article = make_article()
    comment = make_comment(article, state="published")
    address = f"{article.get_absolute_url()}binh-luan/"

    def read_and_write() -> None:
        client.get(article.get_absolute_url())
        client.get("/tim-kiem/?q=mang")
        page = client.get(address).content.decode()
        assert client.post(address, fill_comment(page)).status_code == 303
        client.get("/binh-luan/da-gui/")
        client.get(f"/binh-luan/{comment.pk}/bao-cao/")
        client.get("/captcha/refresh/")
        client.post("/dang-nhap/", {"login": "ai-do", "password": "khong-phai"})

    assert not is_purged_by(read_and_write)
    assert Comment.objects.filter(state="waiting").count() == 1


@pytest.mark.django_db
def test_what_the_portal_does_for_itself_gives_up_nothing() -> None:
    user = make_user("publisher")

    def work() -> None:
        user.last_login = timezone.now()
        user.save(update_fields=["last_login"])
        OutgoingMail.objects.create(kind="x", recipients=["a@ha-noi.example"], subject="Thử")
        OutgoingMail.objects.update(state=OutgoingMail.State.SENT)
        HistoryEntry.objects.create(verb="x", subject_type="x", subject_id=1, subject_name="x")

    assert not is_purged_by(work)
