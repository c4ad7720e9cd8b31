"""The articles of the demonstration: the city's own to the letter, ours as good guidance should be."""

import hashlib
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

import guidance
from guidance import cards, checklist
from guidance.actions.publish import publish_due
from guidance.actions.review import remind_reviews
from guidance.demo import (
    bring_drafts_along,
    publish_articles,
    publish_documents,
    publish_series,
    read_article_files,
    read_categories,
    read_draft_files,
)
from guidance.models import Article
from hanoi_portal.html import clean_html, plain_text
from hanoi_portal.models import HistoryEntry, OutgoingMail, User
from tests.factories import make_user

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
# Of the seven paragraphs on the city's own page, a line each.
AS_THE_CITY_WROTE_IT = "ee0f5ebdcc724651870679a29d0380c9fe26aaf4f5a4acb75678fa1449cfefc5"
SEED = "trien-khai-cac-giai-phap-nang-cao-y-thuc-trach-nhiem-cong-dong"


class Context:
    """What the command gives a step."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._people: dict[str, Any] = {}

    def say(self, text: str) -> None:
        self.said.append(text)

    def accounts(
        self, username: str, full_name: str, role: str, *, email: str | None = None
    ) -> Any:
        if username not in self._people:
            self._people[username] = make_user(role, full_name=full_name)
        return self._people[username]


@pytest.mark.django_db
def test_the_citys_article_is_published_as_the_city_did(client: Client) -> None:
    publish_articles(Context())
    article = Article.objects.get(slug=SEED)
    assert article.title == (
        "Triển khai các giải pháp nâng cao ý thức trách nhiệm cộng đồng khi tham gia môi trường mạng"
    )
    assert article.published_at == datetime(2018, 4, 14, 14, 20, tzinfo=HANOI)
    assert article.author_name == "Lê Hải"
    assert article.source_name == "HNP – Cổng Giao tiếp điện tử Hà Nội"
    assert article.summary.startswith("HNP - Sở Thông tin và Truyền thông Hà Nội vừa ban hành")
    paragraphs = plain_text(article.body).split("\n")
    assert len(paragraphs) == 6
    openings = ("Theo đó,", "Chủ động", "Xây dựng", "Sở Thông tin", "Các cơ quan", "Đề nghị")
    for paragraph, opening in zip(paragraphs, openings, strict=True):
        assert paragraph.startswith(opening)
    assert paragraphs[-1].endswith("cho các cơ quan báo chí Thành phố.")
    text = "\n".join([article.summary, *paragraphs])
    assert hashlib.sha256(text.encode()).hexdigest() == AS_THE_CITY_WROTE_IT
    page = client.get(article.get_absolute_url()).content.decode()
    for part in (article.title, "14:20 14/04/2018", "Lê Hải", article.source_name):
        assert part in page
    for paragraph in (article.summary, *paragraphs):
        assert page.count(paragraph) >= 1


@pytest.mark.django_db
def test_doing_it_again_changes_nothing_and_keeps_what_people_did() -> None:
    context = Context()
    publish_articles(context)
    Article.objects.filter(slug=SEED).update(state="withdrawn", withdrawn_reason="Thử.")
    before = list(Article.objects.values_list("pk", "state", "changed_at"))
    entries = HistoryEntry.objects.count()
    publish_articles(context)
    assert list(Article.objects.values_list("pk", "state", "changed_at")) == before
    assert HistoryEntry.objects.count() == entries


@pytest.mark.django_db
def test_every_article_is_in_the_history_under_its_people() -> None:
    publish_articles(Context())
    for article in Article.objects.all():
        entries = HistoryEntry.objects.about(article)
        verbs = ["write_article", "publish_article", "arrange_article"]
        assert [each.verb for each in entries] == verbs
        assert {each.via for each in entries} == {"shell"}


@pytest.mark.django_db
def test_the_demonstration_puts_articles_among_the_others(client: Client) -> None:
    context = Context()
    for step in (publish_documents, publish_articles, publish_series, publish_series):
        step(context)
    assert "tuyến bài “Lên mạng an tâm” đã có, giữ nguyên" in context.said
    page = client.get("/huong-dan/khoa-tai-khoan-giu-du-lieu-ca-nhan/").content.decode()
    assert "Bài 2 trên 4 của tuyến bài" in page
    for link in ("/van-ban/91-2025-qh15/", "/huong-dan/the/mat-khau/", "/danh-cho/doanh-nghiep/"):
        assert link in page


def test_our_articles_are_guidance_of_a_readable_length() -> None:
    files = read_article_files()
    categories = {each["slug"] for each in read_categories()}
    assert {file.category for file in files} == categories
    ours = [file for file in files if file.slug != SEED]
    assert len(ours) >= 3
    for file in ours:
        words = len(plain_text(file.body).split())
        assert 500 <= words <= 900, (file.slug, words)
        assert len(file.summary) <= 500
        assert plain_text(clean_html(file.body)) == plain_text(file.body)


def test_links_inside_articles_lead_to_pages_that_are_there(client: Client, db: None) -> None:
    folder = Path(guidance.__file__).parent / "data" / "articles"
    text = "".join(file.read_text("utf-8") for file in folder.glob("*.yaml"))
    addresses = set(re.findall(r'href="(/[^"]+)"', text))
    assert addresses
    for address in addresses:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "now",
    [
        datetime(2027, 1, 1, 0, 5, tzinfo=HANOI),
        datetime(2026, 6, 30, 12, 0, tzinfo=HANOI),
        datetime(2026, 12, 31, 23, 59, tzinfo=HANOI),
    ],
)
def test_articles_are_spread_over_the_running_year_and_never_to_come(now: datetime) -> None:
    ours = [file for file in read_article_files() if file.slug != SEED]
    moments = [file.published_at(now) for file in ours]
    assert all(moment <= now for moment in moments)
    assert all(moment.astimezone(HANOI).year == now.year for moment in moments)
    if now.month > 1:
        assert len({moment.month for moment in moments}) == len(moments)


@pytest.mark.django_db
def test_a_new_editor_finds_work_on_the_dashboard_and_nobody_is_mailed(client: Client) -> None:
    context = Context()
    for _again in range(2):
        for step in (publish_documents, publish_articles, publish_series, bring_drafts_along):
            step(context)
    articles = Article.objects.filter(slug__in=[file.slug for file in read_draft_files()])
    assert sorted(each.stage for each in articles) == ["in_review", "scheduled"]
    publisher = User.objects.get(full_name="Phạm Ngọc Lan")
    waiting, due = cards.waiting(publisher), cards.due_for_review(publisher)
    assert waiting
    assert due
    assert (waiting.value, due.value) == (1, 1)
    assert remind_reviews(timezone.localdate()) == 0
    assert not OutgoingMail.objects.exists()
    for article in articles:
        assert checklist.findings(article) == []
        assert client.get(article.get_absolute_url()).status_code == 404


@pytest.mark.django_db
def test_the_scheduled_article_shows_itself_at_its_hour() -> None:
    for step in (publish_articles, bring_drafts_along):
        step(Context())
    article = Article.objects.get(stage="scheduled")
    assert article.publish_at
    assert timezone.localtime(article.publish_at).strftime("%H:%M") == "08:30"
    assert publish_due(article.publish_at) == 1
    article.refresh_from_db()
    assert article.state == "published"
