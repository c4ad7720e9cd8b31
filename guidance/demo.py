"""What guidance puts into the demonstration: the city's own article as the city published it, some of ours, some laws.

The texts are files in `data/`; each is written and published through the same actions as any other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.registry import DemoContext
from hanoi_portal.roles import EDITOR, PUBLISHER

from .actions import (
    arrange_article,
    order_series,
    publish_article,
    schedule_article,
    send_for_review,
    write_article,
)
from .document_actions import publish_document, write_document
from .models import Article, Audience, Category, LegalDocument, Series, SeriesPart, free_slug

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class ArticleFile:
    """An article as its file has it. `published` is a moment, or which part of the running year had passed."""

    slug: str
    title: str
    category: str
    published: datetime | float
    summary: str
    body: str
    author_name: str
    source_name: str
    audiences: list[str]
    tags: list[str]
    documents: list[str]

    def published_at(self, now: datetime) -> datetime:
        """Return the moment of publishing; never one that is still to come."""
        if isinstance(self.published, datetime):
            return timezone.make_aware(self.published)
        new_year = timezone.localtime(now).replace(
            month=1, day=1, hour=0, minute=0, second=0, microsecond=0
        )
        day = new_year + (now - new_year) * self.published
        return min(now, day.replace(hour=8, minute=30, second=0, microsecond=0))


def read_article_files() -> list[ArticleFile]:
    """Read the articles that come with the portal, the oldest first."""
    files = sorted((DATA / "articles").glob("*.yaml"))
    return [ArticleFile(**yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files]


@dataclass(frozen=True)
class DraftFile:
    """An article that readers do not get yet, as its file has it; `stage` is how far it has come."""

    slug: str
    title: str
    category: str
    stage: str
    note: str
    summary: str
    body: str
    author_name: str
    audiences: list[str]
    tags: list[str]
    documents: tuple[str, ...] = ()


def read_draft_files() -> list[DraftFile]:
    """Read the articles that are still being made."""
    files = sorted((DATA / "under-way").glob("*.yaml"))
    return [DraftFile(**yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files]


def read_categories() -> list[dict[str, Any]]:
    """Read the categories that come with the portal."""
    categories: list[dict[str, Any]] = yaml.safe_load(
        (DATA / "categories.yaml").read_text(encoding="utf-8")
    )
    return categories


def publish_articles(context: DemoContext) -> None:
    """Publish each article that is not there yet; what somebody changed or withdrew stays as it is."""
    editor = context.accounts("bien-tap", "Trần Minh Đức", EDITOR)
    publisher = context.accounts("xuat-ban", "Phạm Ngọc Lan", PUBLISHER)
    with transaction.atomic():
        categories = {
            each["slug"]: Category.objects.get_or_create(slug=each["slug"], defaults=each)[0]
            for each in read_categories()
        }
        for number, file in enumerate(read_article_files()):
            if Article.objects.filter(slug=file.slug).exists():
                context.say(f"“{file.title}” đã có, giữ nguyên")
                continue
            # The oldest is due for review, and its owner was reminded: nobody is mailed by a demonstration.
            review_on = timezone.localdate() + timedelta(days=30 * number - 2)
            article = Article(
                title=file.title,
                slug=file.slug,
                category=categories[file.category],
                summary=file.summary,
                body=file.body,
                author_name=file.author_name,
                source_name=file.source_name,
                owner=editor,
                review_on=review_on,
                review_told_for=review_on if number == 0 else None,
            )
            write_article(article, by=editor, via=HistoryEntry.Via.SHELL)
            published_at = file.published_at(timezone.now())
            publish_article(article, by=publisher, at=published_at, via=HistoryEntry.Via.SHELL)
            _arrange(article, file, by=publisher)
            shown = timezone.localtime(published_at)
            context.say(f"{shown:%H:%M %d/%m/%Y} “{file.title}”")


def bring_drafts_along(context: DemoContext) -> None:
    """Have each text that is not there yet wait for its review or its hour; what somebody changed stays as it is."""
    editor = context.accounts("bien-tap", "Trần Minh Đức", EDITOR)
    publisher = context.accounts("xuat-ban", "Phạm Ngọc Lan", PUBLISHER)
    with transaction.atomic():
        for file in read_draft_files():
            if Article.objects.filter(slug=file.slug).exists():
                context.say(f"“{file.title}” đã có, giữ nguyên")
                continue
            article = Article(
                title=file.title,
                slug=file.slug,
                category=Category.objects.get(slug=file.category),
                summary=file.summary,
                body=file.body,
                author_name=file.author_name,
                owner=editor,
                review_on=timezone.localdate() + timedelta(days=180),
            )
            write_article(article, by=editor, via=HistoryEntry.Via.SHELL)
            _arrange(article, file, by=editor)
            if file.stage == Article.Stage.SCHEDULED:
                hour = timezone.localtime().replace(hour=8, minute=30, second=0, microsecond=0)
                schedule_article(article, by=publisher, at=hour + timedelta(days=3))
            else:
                # By the only publisher there is: whoever asks is not mailed, and var/mail keeps to what is tried.
                send_for_review(article, by=publisher, note=file.note)
            context.say(f"{article.get_stage_display()}: “{file.title}”")


def _arrange(article: Article, file: ArticleFile | DraftFile, *, by: User) -> None:
    """Say whom the article is for and what it is about."""
    arrange_article(
        article,
        by=by,
        tags=file.tags,
        audiences=Audience.objects.filter(slug__in=file.audiences),
        documents=LegalDocument.objects.filter(number__in=file.documents),
        via=HistoryEntry.Via.SHELL,
    )


def publish_series(context: DemoContext) -> None:
    """Put articles into series that are not there yet; what somebody changed stays as it is."""
    publisher = context.accounts("xuat-ban", "Phạm Ngọc Lan", PUBLISHER)
    for row in yaml.safe_load((DATA / "series.yaml").read_text(encoding="utf-8")):
        slugs = row.pop("articles")
        articles = {each.slug: each for each in Article.objects.filter(slug__in=slugs)}
        is_there = Series.objects.filter(slug=row["slug"]).exists()
        if is_there or SeriesPart.objects.filter(article__in=articles.values()).exists():
            context.say(f"tuyến bài “{row['title']}” đã có, giữ nguyên")
            continue
        ordered = [articles[slug] for slug in slugs if slug in articles]
        order_series(Series(**row), ordered, by=publisher, via=HistoryEntry.Via.SHELL)
        context.say(f"tuyến bài “{row['title']}”: {len(ordered)} bài")


def publish_documents(context: DemoContext) -> None:
    """Publish each legal document that is not there yet; what somebody changed or hid stays as it is."""
    editor = context.accounts("bien-tap", "Trần Minh Đức", EDITOR)
    publisher = context.accounts("xuat-ban", "Phạm Ngọc Lan", PUBLISHER)
    rows = yaml.safe_load((DATA / "documents.yaml").read_text(encoding="utf-8"))
    with transaction.atomic():
        # The oldest first: what came last counts as the newest where readers search.
        for row in sorted(rows, key=lambda row: row["issued_on"]):
            if LegalDocument.objects.filter(number=row["number"]).exists():
                context.say(f"{row['number']} đã có, giữ nguyên")
                continue
            document = LegalDocument(**row, slug=free_slug(LegalDocument, row["number"]))
            write_document(document, by=editor, via=HistoryEntry.Via.SHELL)
            publish_document(document, by=publisher, via=HistoryEntry.Via.SHELL)
            context.say(str(document))
