"""Pages for citizens behind gunicorn, from copies and made anew, against a bare Django view (issue 6).

`made anew` is what the first reader after a change waits for: without any copy of a page, though the process may
remember parts that have not changed; `nothing remembered` is without these too. Copies and pages made anew are asked
with and without a session cookie. Queries and weight are counted in this process.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.portal import collect_static, migrate
from bench.rounds import Result
from bench.served import ANEW, BARE, NOTHING_REMEMBERED, ask, served
from comments.models import Comment
from comments.receipts import hash_code, make_code
from guidance.models import Article, Category

NEIGHBOURS = 200  # other articles
BODY = "".join(
    f"<h2>Điều {number}</h2>"
    + "<p>Nghĩ trước khi viết, đọc lại trước khi gửi; tôn trọng người khác như chính mình.</p>" * 4
    for number in range(1, 7)
)


def make_article(number: int, category: Category, comments: int = 0) -> Article:
    """Make a published article of about 3 kB with so many published comments."""
    now = timezone.now()
    article = Article.objects.create(
        category=category,
        title=f"Ứng xử văn minh trên mạng xã hội, bài số {number}",
        slug=f"bai-{number}",
        summary="Nghĩ trước khi viết, đọc lại trước khi gửi.",
        body=BODY,
        state=Article.State.PUBLISHED,
        published_at=now - timedelta(hours=number + 1),
    )
    Comment.objects.bulk_create(
        Comment(
            article=article,
            name=f"Nguyễn Văn {each}",
            title="Cảm ơn bài viết",
            content="Bài viết hữu ích cho gia đình tôi, mong có thêm bài như thế này.",
            receipt_hash=hash_code(make_code()),
            state=Comment.State.PUBLISHED,
            created_at=now - timedelta(minutes=each),
            decided_at=now,
        )
        for each in range(comments)
    )
    return article


VIEW = "một view Django trần"
COOKIE = "Cookie: phien=" + "a" * 32
PACKED = "Accept-Encoding: gzip"


def main() -> None:
    """Measure, print, keep."""
    migrate()
    collect_static()
    category = Category.objects.create(name="Ứng xử trên mạng", slug="ung-xu-tren-mang")
    articles = {count: make_article(count, category, count) for count in (0, 20, 50)}
    for number in range(100, 100 + NEIGHBOURS):
        make_article(number, category)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")

    result = Result("pages", "Trang của người dân qua gunicorn, từ bản có sẵn và dựng lại từ đầu")
    client = Client(headers={"host": "localhost"})
    for count, article in articles.items():
        client.get(article.get_absolute_url())  # compiles what is compiled once
        with CaptureQueriesContext(connection) as queries:
            client.get(article.get_absolute_url())
        result.check(f"{count} bình luận: số truy vấn", len(queries), 5)
        packed = client.get(article.get_absolute_url(), headers={"accept-encoding": "gzip"})
        result.check(f"{count} bình luận: KB khi nén", round(len(packed.content) / 1024, 1), 14)

    with served() as site:

        def asked(path: str, *headers: str) -> Callable[[], float]:
            ask(site + path, *headers)  # each worker has seen it
            return lambda: ask(site + path, *headers)[0]

        page = {count: article.get_absolute_url() for count, article in articles.items()}
        warm = {
            "từ bản có sẵn, 20 bình luận": asked(page[20]),
            "từ bản có sẵn, nén": asked(page[20], PACKED),
            "từ bản có sẵn, có cookie phiên": asked(page[20], COOKIE),
        }
        anew = {
            "dựng lại, 20 bình luận": asked(page[20], ANEW),
            "dựng lại, có cookie phiên": asked(page[20], ANEW, COOKIE),
        }
        others = {
            "dựng lại, 0 bình luận": asked(page[0], ANEW),
            "dựng lại, 50 bình luận": asked(page[50], ANEW),
            "dựng lại, chưa nhớ gì, 20 bình luận": asked(page[20], NOTHING_REMEMBERED),
        }
        result.run({VIEW: asked(BARE), **warm, **anew, **others})
    for name in warm:
        result.compare_speed(name, VIEW, at_least=0.80)
    for name in anew:
        result.compare_speed(name, VIEW, at_least=0.045)
    for name in others:
        result.compare_speed(name, VIEW)
    result.write()


if __name__ == "__main__":
    main()
