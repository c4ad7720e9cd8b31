"""Pages for citizens, rendered cold, against a bare Django view (issues 6 and 7, the part about rendering).

Every request goes through WSGI in this process: no server, no network and no cache stands between, so that the bare
view costs less here than behind gunicorn and the ratios are the stricter ones. Nothing is cached in the portal.
"""

import io
import time
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from bench.portal import collect_static, migrate
from bench.rounds import Result
from comments.models import Comment
from comments.receipts import hash_code, make_code
from guidance.models import Article, Category

SECONDS = 1.0  # of each turn, at least
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


class Site:
    """A WSGI application that is asked for pages."""

    def __init__(self, **settings: Any) -> None:
        self.settings = settings
        with override_settings(**settings):
            self.application = WSGIHandler()

    def get(self, address: str, **headers: str) -> bytes:
        """Return the body of a page."""
        status: list[str] = []
        parts = urlsplit(address)
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": parts.path.encode().decode("latin-1"),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "HTTP_HOST": "localhost",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            **headers,
        }

        def start_response(line: str, *_headers: Any) -> Any:
            status.append(line)

        response = self.application(environ, start_response)
        try:
            body = b"".join(response)
        finally:
            response.close()
        assert status == ["200 OK"], (address, status)
        return body

    def turn(self, address: str, **headers: str) -> float:
        """Return the seconds of one request, the mean of as many as fit into a turn."""
        count = 0
        with override_settings(**self.settings):
            began = time.perf_counter()
            while (passed := time.perf_counter() - began) < SECONDS:
                self.get(address, **headers)
                count += 1
        return passed / count


BARE = "một view Django trần"


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

    portal = Site()
    bare = Site(ROOT_URLCONF="bench.bare", MIDDLEWARE=[])
    with override_settings(**bare.settings):
        bare.get("/")
    result = Result("pages", "Trang của người dân dựng lại từ đầu, không bộ đệm nào")
    contestants = {BARE: partial(bare.turn, "/")}
    names = {}
    for count, article in articles.items():
        address = article.get_absolute_url()
        names[count] = f"bài hướng dẫn, {count} bình luận"
        contestants[names[count]] = partial(portal.turn, address)
        portal.get(address)  # compiles what is compiled once
        with CaptureQueriesContext(connection) as queries:
            portal.get(address)
        result.check(f"{names[count]}: số truy vấn", len(queries), 5)
        packed = portal.get(address, HTTP_ACCEPT_ENCODING="gzip")
        result.check(f"{names[count]}: KB khi nén", round(len(packed) / 1024, 1), 14)
    signed = f"{names[20]}, có cookie phiên"
    address = articles[20].get_absolute_url()
    contestants[signed] = partial(portal.turn, address, HTTP_COOKIE="phien=" + "a" * 32)
    result.run(contestants)
    result.compare_speed(names[0], BARE)
    result.compare_speed(names[20], BARE, at_least=0.045)
    result.compare_speed(signed, BARE, at_least=0.045)
    result.compare_speed(names[50], BARE)
    result.write()


if __name__ == "__main__":
    main()
