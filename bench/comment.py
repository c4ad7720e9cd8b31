"""Comments against a bare Django view (issue 7): accepted posts with every check on, an article with a thread of 50.

All are asked with wrk of one gunicorn with two workers, over eight connections. The article is read as readers get it,
through the page cache, and made anew each time, without it. Each post is a comment of its own with a code of its own,
made beforehand. Beside them Isso, in the same gunicorn's configuration, on its SQLite, without any check.
"""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.portal import collect_static, migrate
from bench.rounds import Result
from bench.served import ANEW, BARE, RUNS, ask, served
from comments.blocks import thread
from comments.human_check import codes, picture, question, sound, work
from comments.models import Comment
from comments.receipts import hash_code, make_code
from guidance.models import Article, Category

REQUESTS, FEW = 150, 10
POSTS = 2000  # codes for a run of posts: more than can be used up in one
VIEW, THREAD, ANEW_THREAD, ALONE, POST = (
    "view trần",
    "bài với 50 bình luận",
    "bài với 50 bình luận, dựng lại",
    "bài không bình luận, dựng lại",
    "gửi bình luận",
)
DRAW, SPEAK, WORK, ASK = "vẽ mã", "đọc mã", "thử bằng chứng tính toán", "đặt câu hỏi"
SCRIPT = """
local bodies = {}
for line in io.lines(%s) do bodies[#bodies + 1] = line end
local next_one
init = function(arguments) next_one = arguments[1] * %d end
request = function()
  next_one = next_one + 1
  return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded"}, bodies[next_one])
end
response = function(status) if status ~= 303 then print("Non-2xx: " .. status) end end
"""


# Isso takes JSON, asks nothing of who writes and publishes at once.
ISSO_SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"text": "Toi da doc cho ca nha nghe.", "author": "Hoa Sua", "title": "Cam on"}'
response = function(status) if status ~= 201 then print("Non-2xx: " .. status) end end
"""
ISSO_SETTINGS = """
[general]
dbpath = {folder}/isso.db
host = http://localhost/
[guard]
enabled = false
"""
ISSO_POST, ISSO_THREAD = "Isso: gửi bình luận", "Isso: 50 bình luận"


class Isso:
    """Isso with a thread of 50; what is sent goes to another one."""

    def __init__(self, site: str, folder: Path) -> None:
        self.site = site
        self.script = folder / "isso.lua"
        self.script.write_text(ISSO_SCRIPT, encoding="utf-8")
        body = json.dumps(
            {"text": "Bài viết hữu ích cho gia đình tôi. " * 6, "author": "Hoa Sữa", "title": "Bài"}
        )
        # Of two who begin a thread at once Isso gives one an error: that other thread is begun here, too.
        for address in ["%2Fgui%2F", *["%2Fdoc%2F"] * 50]:
            request = Request(
                f"{site}/new?uri={address}",
                body.encode(),
                {"Content-Type": "application/json"},
            )
            with urlopen(request, timeout=10) as answer:
                assert answer.status == 201

    def post(self) -> float:
        """Send comments."""
        return ask(f"{self.site}/new?uri=%2Fgui%2F", script=self.script)[0]

    def read(self) -> float:
        """Read the thread."""
        return ask(f"{self.site}/?uri=%2Fdoc%2F")[0]


def timed(act: Callable[[], Any], count: int) -> float:
    """Return the seconds that one of so many takes."""
    began = time.perf_counter()
    for _each in range(count):
        act()
    return (time.perf_counter() - began) / count


class Contestants:
    """An article with a thread of 50, one without, and the comments that are sent to it."""

    def __init__(self, site: str, folder: Path) -> None:
        self.site = site
        self.bodies = folder / "bodies"
        self.script = folder / "post.lua"
        self.script.write_text(SCRIPT % (json.dumps(str(self.bodies)), POSTS), encoding="utf-8")
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

    def read(self, number: int, *headers: str) -> float:
        """Read an article."""
        return ask(self.site + self.articles[number].get_absolute_url(), *headers)[0]

    def post(self) -> float:
        """Send comments that are accepted; making the codes is no part of it."""
        store = codes.CaptchaStore
        store.objects.all().delete()
        answer = codes.make_challenge()[1]
        # Keys of this turn alone: the receipt follows from the key and the words, and none is given twice.
        keys = [secrets.token_hex(20) for _each in range(POSTS * RUNS)]
        store.objects.bulk_create(
            store(
                hashkey=key,
                challenge=answer,
                response=answer,
                expiration=timezone.now() + timedelta(hours=1),
            )
            for key in keys
        )
        self.bodies.write_text(
            "\n".join(
                urlencode(
                    {
                        "name": "Nguyễn Thị Hoa Sữa",
                        "phone": "0912 345 678",
                        "consent": "on",
                        "title": "Cảm ơn",
                        "content": "Tôi đã đọc cho cả nhà nghe.",
                        "captcha_0": key,
                        "captcha_1": answer,
                    }
                )
                for key in keys
            ),
            encoding="ascii",
        )
        # Of the turns before, nothing is left to be tidied up meanwhile.
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM ANALYZE {store._meta.db_table}, {Comment._meta.db_table}")
            cursor.execute("CHECKPOINT")
        sent = Comment.objects.filter(article=self.articles[1])
        address = f"{self.site}{self.articles[1].get_absolute_url()}binh-luan/"
        seconds, count = ask(address, script=self.script)
        assert count <= sent.count() <= len(keys), "không phải bình luận nào cũng được nhận"
        sent.delete()
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
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = folder / "isso.cfg"
        settings.write_text(ISSO_SETTINGS.format(folder=folder), encoding="utf-8")
        site = stack.enter_context(served())
        each = Contestants(site, folder)
        # Its tables are made by one process: two at once would fall over each other.
        subprocess.run(
            [sys.executable, "-c", "import isso.run"],
            env={**os.environ, "ISSO_SETTINGS": str(settings)},
            check=True,
        )
        isso_site = served("isso.run:application", ISSO_SETTINGS=str(settings))
        isso = Isso(stack.enter_context(isso_site), folder)
        each.post()  # compiles what is compiled once
        each.read(0, ANEW)
        result = Result("comment", "Bình luận so với một view Django trần (mỗi số là một lần)")
        result.run(
            {
                VIEW: lambda: ask(site + BARE)[0],
                POST: each.post,
                THREAD: lambda: each.read(0),
                ANEW_THREAD: lambda: each.read(0, ANEW),
                ALONE: lambda: each.read(1, ANEW),
                ISSO_POST: isso.post,
                ISSO_THREAD: isso.read,
                DRAW: lambda: timed(lambda: picture.draw(key, "23456"), REQUESTS),
                SPEAK: lambda: timed(lambda: sound.speak(key, "23456"), FEW),
                ASK: lambda: timed(lambda: question.ask(key, "23456"), REQUESTS),
                WORK: lambda: timed(lambda: work.is_done(key, "1234567"), REQUESTS),
            }
        )
        result.compare_speed(POST, VIEW, at_least=0.13)
        result.compare_speed(THREAD, VIEW, at_least=0.15)
        result.compare_speed(POST, ISSO_POST, at_least=2)
        result.compare_speed(THREAD, ISSO_THREAD, at_least=10)
        result.compare_speed(ANEW_THREAD, VIEW)
        result.compare_speed(ANEW_THREAD, ISSO_THREAD)
        result.compare_speed(ISSO_POST, VIEW)
        result.compare_speed(ISSO_THREAD, VIEW)
        result.compare_speed(ALONE, VIEW)
        for name in (DRAW, SPEAK, ASK, WORK):
            result.compare_time(name, VIEW)
        result.check("truy vấn thêm của 50 bình luận", each.queries(), 3)
        result.facts["máy đọc được mã"] = sound.espeak() is not None
        result.write()


if __name__ == "__main__":
    main()
