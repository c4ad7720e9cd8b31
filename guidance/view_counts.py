"""Counts how often articles are read: a tiny picture on the page asks, a file collects, the database gets sums.

Every process of a machine appends to one file; whoever finds it a minute old, and beat, brings it in. No row is
written for a reader, nothing is known of one, and a page that a cache answers is counted all the same.
"""

import fcntl
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from .models import Article, ViewCount

EVERY = 60  # seconds
# A transparent picture of one point (GIF89a).
PICTURE = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
ROBOTS = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|curl|wget|python|java/|go-http|headless|lighthouse|"
    r"monitor|scan|facebookexternalhit|http-?client|libwww|axios|okhttp",
    re.IGNORECASE,
)


@require_safe
def count_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with a picture that nobody keeps, and count a view if a person's browser shows the page."""
    if request.method == "GET" and is_reader(request):
        note_view(pk, timezone.localdate())
        if _age() > EVERY:
            bring_in()
    response = HttpResponse(PICTURE, content_type="image/gif")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def is_reader(request: HttpRequest) -> bool:
    """Tell a person's browser that shows our page from robots, previews, prefetching and other sites."""
    agent = request.headers.get("User-Agent", "")
    if not agent or ROBOTS.search(agent):
        return False
    if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return False
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def note_view(pk: int, day: date) -> None:
    """Put one view into the file of this machine."""
    with _opened(_waiting()) as file:
        file.write(f"{day.isoformat()} {pk}\n")


def bring_in() -> int:
    """Add what the file holds to the counts of the days; return how many views. May run at once with itself."""
    with _opened(_waiting()) as file:
        if os.fstat(file.fileno()).st_size:
            _waiting().rename(_folder() / f"taken-{uuid4().hex}")
    return sum(_add(path) for path in sorted(_folder().glob("taken-*")))


def _add(path: Path) -> int:
    """Add one taken file; none if another process is at it. One that died is taken up again."""
    try:
        file = path.open(encoding="ascii")
    except FileNotFoundError:
        return 0
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        if not path.exists():
            return 0
        views = Counter(line.strip() for line in file if line.endswith("\n"))
        added = _write(views)
        path.unlink()
    return added


def _write(views: Counter[str]) -> int:
    counts = {}
    for line, count in views.items():
        day, pk = line.split(" ")
        counts[date.fromisoformat(day), int(pk)] = count
    there = set(
        Article.objects.filter(pk__in={pk for _day, pk in counts}).values_list("pk", flat=True)
    )
    counts = {key: count for key, count in counts.items() if key[1] in there}
    with transaction.atomic():
        ViewCount.objects.bulk_create(
            [ViewCount(article_id=article, day=on) for on, article in counts], ignore_conflicts=True
        )
        for (on, article), count in sorted(counts.items()):
            ViewCount.objects.filter(article=article, day=on).update(count=F("count") + count)
    return sum(counts.values())


def _folder() -> Path:
    return Path(settings.VAR_DIR, "views")


def _waiting() -> Path:
    return _folder() / "waiting"


def _age() -> float:
    """How many seconds ago the file was begun; its mark is written once, when it is made."""
    try:
        return time.time() - float((_folder() / "begun").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0.0


def _is_at(path: Path, file: IO[str]) -> bool:
    """Whether the open file is still the one at the path."""
    try:
        return path.stat().st_ino == os.fstat(file.fileno()).st_ino
    except FileNotFoundError:
        return False


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    """Open the file for appending, alone, and make sure that it was not taken away meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with path.open("a", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not _is_at(path, file):
                continue
            if not os.fstat(file.fileno()).st_size:
                (path.parent / "begun").write_text(str(time.time()), encoding="ascii")
            yield file
            return
