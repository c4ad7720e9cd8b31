"""What stands around an article: its neighbours, its series, its tags, what is related. Read in one query.

One statement in SQL instead of nine querysets: an article page may take five queries, comments included, and
building nine querysets costs more than all else on the page. It runs unchanged on SQLite, and on PostgreSQL, which
plans it once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Value
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from hanoi_portal.prepared import Planned
from hanoi_portal.text import sort_key
from hanoi_portal.uploads import ending_of

from .models import Article, LegalDocument
from .places import NEIGHBOURS, RELATED

KINDS = dict(LegalDocument.Kind.choices)

# Each branch: what it is, its own number, title, address, moment, note, place among its like.
QUESTION = Planned(
    f"""
SELECT 'newer', id, title, slug, published_at, '', 0 FROM (
    SELECT id, title, slug, published_at FROM guidance_article
    WHERE state = 'published' AND published_at <= %(now)s AND (published_at, id) > (%(at)s, %(id)s)
    ORDER BY published_at, id LIMIT {NEIGHBOURS}) AS newer
UNION ALL SELECT 'older', id, title, slug, published_at, '', 0 FROM (
    SELECT id, title, slug, published_at FROM guidance_article
    WHERE state = 'published' AND published_at <= %(now)s AND (published_at, id) < (%(at)s, %(id)s)
    ORDER BY published_at DESC, id DESC LIMIT {NEIGHBOURS}) AS older
UNION ALL SELECT 'related', id, title, slug, published_at, '', weight FROM (
    SELECT a.id, a.title, a.slug, a.published_at, SUM(near.weight) AS weight
    FROM guidance_article AS a JOIN (
        SELECT to_article_id AS id, 1000 AS weight FROM guidance_article_related
        WHERE from_article_id = %(id)s
        UNION ALL
        SELECT other.article_id, 1 FROM guidance_article_tags AS own
        JOIN guidance_article_tags AS other ON other.tag_id = own.tag_id
        WHERE own.article_id = %(id)s) AS near ON near.id = a.id
    WHERE a.state = 'published' AND a.published_at <= %(now)s AND a.id <> %(id)s
    GROUP BY a.id, a.title, a.slug, a.published_at
    ORDER BY weight DESC, a.published_at DESC LIMIT {RELATED}) AS related
UNION ALL SELECT 'tag', t.id, t.name, t.slug, NULL, t.order_key, 0
    FROM guidance_tag AS t JOIN guidance_article_tags AS link ON link.tag_id = t.id
    WHERE link.article_id = %(id)s
UNION ALL SELECT 'audience', a.id, a.name, a.slug, NULL, '', a.position
    FROM guidance_audience AS a JOIN guidance_article_audiences AS link ON link.audience_id = a.id
    WHERE link.article_id = %(id)s
UNION ALL SELECT 'document', d.id, d.title, d.slug, NULL, d.kind || ' ' || d.number, 0
    FROM guidance_legaldocument AS d
    JOIN guidance_article_documents AS link ON link.legaldocument_id = d.id
    WHERE link.article_id = %(id)s AND d.is_public
UNION ALL SELECT 'series', s.id, s.title, s.slug, NULL, '', 0
    FROM guidance_series AS s JOIN guidance_seriespart AS p ON p.series_id = s.id
    WHERE p.article_id = %(id)s
UNION ALL SELECT 'part', a.id, a.title, a.slug, a.published_at, '', p.position
    FROM guidance_seriespart AS own JOIN guidance_seriespart AS p ON p.series_id = own.series_id
    JOIN guidance_article AS a ON a.id = p.article_id
    WHERE own.article_id = %(id)s
    AND (a.id = %(id)s OR (a.state = 'published' AND a.published_at <= %(now)s))
UNION ALL SELECT 'file', f.id, f.title, a.slug, NULL, s.content_type || ' ' || s.size, f.position
    FROM guidance_attachment AS f JOIN hanoi_portal_storedfile AS s ON s.id = f.stored_id
    JOIN guidance_article AS a ON a.id = f.article_id
    WHERE f.article_id = %(id)s
UNION ALL SELECT 'views', 0, '', '', NULL, '', COALESCE(SUM(v.count), 0)
    FROM guidance_viewcount AS v WHERE v.article_id = %(id)s
""",
    "id",
    "at",
    "now",
)


@dataclass(frozen=True)
class Link:
    """Something to go to from an article. `at` is when an article was published."""

    pk: int
    title: str
    url: str
    at: datetime | None = None
    note: str = ""
    place: int = 0


@dataclass(frozen=True)
class Series:
    """The article's series: its parts that readers see, and which of them this article is, counted from 1."""

    title: str
    url: str
    parts: tuple[Link, ...]
    number: int


@dataclass(frozen=True)
class Around:
    """All that stands around an article, in the order in which it is shown. Hashable: a part is remembered by it."""

    newer: tuple[Link, ...] = ()
    older: tuple[Link, ...] = ()
    related: tuple[Link, ...] = ()
    tags: tuple[Link, ...] = ()
    audiences: tuple[Link, ...] = ()
    documents: tuple[Link, ...] = ()
    files: tuple[Link, ...] = ()
    series: Series | None = None
    views: int = 0


ADDRESSES = {
    "tag": "/huong-dan/the/",
    "audience": "/huong-dan/danh-cho/",
    "document": "/van-ban/",
    "series": "/huong-dan/tuyen-bai/",
}


def around(article: Article, now: datetime) -> Around:
    """Return what stands around an article at a moment; an article without a time of publishing is of that moment."""
    write, read = connection.ops.adapt_datetimefield_value, _reader()
    values = {
        "id": article.pk,
        "at": write(article.published_at or now),
        "now": write(now),
    }
    found: dict[str, list[Link]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(*QUESTION.statement(values))
        for kind, pk, title, slug, at, note, place in cursor.fetchall():
            url = f"{ADDRESSES.get(kind, '/huong-dan/')}{slug}/"
            found[kind].append(Link(pk, title, url, read(at), note, place))
    return Around(
        newer=_sorted(found["newer"], _by_time),
        older=_sorted(found["older"], _by_time)[::-1],
        related=_sorted(found["related"], lambda link: (-link.place, -_by_time(link)[0])),
        tags=_sorted(found["tag"], lambda link: link.note),
        audiences=_sorted(found["audience"], lambda link: (link.place, link.title)),
        documents=_sorted(map(_document, found["document"]), lambda link: sort_key(link.note)),
        files=_sorted((_file(each) for each in found["file"]), lambda link: link.place),
        series=_series(found, article),
        views=found["views"][0].place,
    )


def _series(found: dict[str, list[Link]], article: Article) -> Series | None:
    if not found["series"]:
        return None
    own = found["series"][0]
    parts = _sorted(found["part"], lambda link: (link.place, link.pk))
    number = [link.pk for link in parts].index(article.pk) + 1
    return Series(own.title, own.url, parts, number)


def _document(link: Link) -> Link:
    """Say what kind of document it is: "decree 30/2020/NĐ-CP" as people read it."""
    kind, number = link.note.split(" ", 1)
    return Link(link.pk, link.title, link.url, note=f"{KINDS[kind]} {number}")


def _file(link: Link) -> Link:
    """Say what a file is and how heavy: "application/pdf 123456" as people read it."""
    content_type, size = link.note.split(" ", 1)
    return Link(
        link.pk,
        link.title,
        f"{link.url}tep/{link.pk}/",  # below the address of today, which a working copy may change
        note=f"{ending_of(content_type)}, {filesizeformat(int(size))}",
        place=link.place,
    )


def _sorted(links: Iterable[Link], key: Callable[[Link], Any]) -> tuple[Link, ...]:
    return tuple(sorted(links, key=key))


def _by_time(link: Link) -> tuple[float, int]:
    assert link.at is not None
    return link.at.timestamp(), link.pk


def _reader() -> Any:
    """Return what makes a moment of what this database answers: SQLite answers in text."""
    expression = Value(None, output_field=DateTimeField())
    converters = connection.ops.get_db_converters(expression)

    def read(value: Any) -> datetime | None:
        for convert in converters:
            value = convert(value, expression, connection)
        moment: datetime | None = value
        return None if moment is None else timezone.localtime(moment)

    return read
