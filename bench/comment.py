"""Comments against a bare Django view (issue 7): accepted posts with every check on, an article with a thread of 50.

All are asked over HTTP of one gunicorn worker, one request after another, each over a connection of its own. The bare
view has no middleware. Nothing is kept between requests. Isso is not among them: its numbers are of another run.
"""

import contextlib
import functools
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import include, path
from django.utils import timezone

from bench.portal import collect_static, migrate
from bench.rounds import Result
from comments.blocks import thread
from comments.human_check import codes, picture, question, sound, work
from comments.models import Comment
from comments.receipts import hash_code, make_code
from guidance.models import Article, Category

REQUESTS, FEW = 150, 10
BARE, THREAD, ALONE, POST = (
    "view trần",
    "bài với 50 bình luận",
    "bài không bình luận",
    "gửi bình luận",
)
DRAW, SPEAK, WORK, ASK = "vẽ mã", "đọc mã", "thử bằng chứng tính toán", "đặt câu hỏi"


def bare(request: HttpRequest) -> HttpResponse:
    """The least that Django can answer."""
    return HttpResponse("được")


urlpatterns = [path("tran/", bare), path("", include("hanoi_portal.urls"))]
# Before the handlers, which keep what they find; the same for the process that asks and the one that answers.
settings.ROOT_URLCONF = "bench.comment"
settings.COMMENT_LIMITS = dict.fromkeys(settings.COMMENT_LIMITS, 10**9)


def application(environ: Any, start_response: Any) -> Any:
    """What gunicorn serves: the bare view without middleware, everything else as the portal is."""
    is_bare = environ["PATH_INFO"] == "/tran/"
    return handler(is_bare)(environ, start_response)


@functools.cache
def handler(is_bare: bool) -> WSGIHandler:
    """Return the portal, or what is left of it without middleware."""
    if not is_bare:
        return WSGIHandler()
    with override_settings(MIDDLEWARE=[]):
        return WSGIHandler()


@contextlib.contextmanager
def served() -> Iterator[int]:
    """Serve `application` from one worker; yields its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--workers", "1"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error", "bench.comment:application"]
    process = subprocess.Popen(command)
    try:
        for _try in range(200):
            with contextlib.suppress(OSError):
                expect(200, ask(port, "/tran/"))
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def ask(port: int, address: str, body: dict[str, str] | None = None) -> int:
    """Send one request, read the whole answer; return its status."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Host": "localhost", "Content-Type": "application/x-www-form-urlencoded"}
    line.request("POST" if body else "GET", address, urlencode(body) if body else None, headers)
    response = line.getresponse()
    response.read()
    line.close()
    return response.status


def timed(act: Callable[[], Any], count: int) -> float:
    """Return the seconds that one of so many takes."""
    began = time.perf_counter()
    for _each in range(count):
        act()
    return (time.perf_counter() - began) / count


def expect(status: int, got: int) -> None:
    """Fail the measurement when something else was answered."""
    assert got == status, f"trả lời {got}, không phải {status}"


class Contestants:
    """An article with a thread of 50, one without, and all that is asked about them."""

    def __init__(self, port: int) -> None:
        self.port = port
        category = Category.objects.create(name="Đo", slug="do")
        self.articles = [
            Article.objects.create(
                title="Ứng xử văn minh trên mạng",
                slug=f"bai-{number}",
                category=category,
                summary="Nghĩ trước khi viết.",
                body="<p>Nghĩ trước khi viết, đọc lại trước khi gửi.</p>" * 20,
                state=Article.State.PUBLISHED,
                published_at=timezone.now(),
            )
            for number in range(2)
        ]
        now = timezone.now()
        Comment.objects.bulk_create(
            Comment(
                article=self.articles[0],
                name="Nguyễn Thị Hoa Sữa",
                title=f"Ý kiến {number}",
                content="Bài viết hữu ích cho gia đình tôi, mong có thêm bài như thế. " * 3,
                state=Comment.State.PUBLISHED,
                decided_at=now,
                receipt_hash=hash_code(make_code()),
            )
            for number in range(50)
        )

    def bare(self) -> float:
        """The base of all ratios."""
        return timed(lambda: expect(200, ask(self.port, "/tran/")), REQUESTS)

    def read(self, number: int) -> float:
        """Read an article."""
        address = self.articles[number].get_absolute_url()
        return timed(lambda: expect(200, ask(self.port, address)), REQUESTS)

    def post(self) -> float:
        """Send comments that are accepted; making the codes is no part of it."""
        address = f"{self.articles[1].get_absolute_url()}binh-luan/"
        keys = [codes.issue() for _each in range(REQUESTS)]
        answers = dict(codes.CaptchaStore.objects.values_list("hashkey", "response"))
        bodies = iter(
            {
                "name": "Nguyễn Thị Hoa Sữa",
                "phone": "0912 345 678",
                "consent": "on",
                "title": "Cảm ơn",
                "content": "Tôi đã đọc cho cả nhà nghe.",
                "captcha_0": key,
                "captcha_1": answers[key],
            }
            for key in keys
        )
        before = Comment.objects.count()
        seconds = timed(lambda: expect(303, ask(self.port, address, next(bodies))), REQUESTS)
        assert Comment.objects.count() == before + REQUESTS
        Comment.objects.filter(article=self.articles[1]).delete()
        return seconds

    def queries(self) -> int:
        """Return how many queries the thread adds to the article's page."""
        with CaptureQueriesContext(connection) as queries:
            thread(self.articles[0])
        return len(queries)


def main() -> None:
    """Measure and write."""
    migrate()
    collect_static()
    key = codes.issue()
    with served() as port:
        each = Contestants(port)
        each.post()  # compiles what is compiled once
        result = Result("comment", "Bình luận so với một view Django trần (mỗi số là một lần)")
        result.run(
            {
                BARE: each.bare,
                POST: each.post,
                THREAD: lambda: each.read(0),
                ALONE: lambda: each.read(1),
                DRAW: lambda: timed(lambda: picture.draw(key, "23456"), REQUESTS),
                SPEAK: lambda: timed(lambda: sound.speak(key, "23456"), FEW),
                ASK: lambda: timed(lambda: question.ask(key, "23456"), REQUESTS),
                WORK: lambda: timed(lambda: work.is_done(key, "1234567"), REQUESTS),
            }
        )
        result.compare_speed(POST, BARE, at_least=0.13)
        result.compare_speed(THREAD, BARE, at_least=0.15)
        result.compare_speed(ALONE, BARE)
        for name in (DRAW, SPEAK, ASK, WORK):
            result.compare_time(name, BARE)
        result.check("truy vấn thêm của 50 bình luận", each.queries(), 3)
        result.facts["máy đọc được mã"] = sound.espeak() is not None
        result.write()


if __name__ == "__main__":
    main()
