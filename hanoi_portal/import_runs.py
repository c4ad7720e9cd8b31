"""Files that were confirmed are loaded here: small ones in the request, others by the worker, each once.

A run changes to "done" in the transaction that loads its file. So a worker that is killed leaves a run that still
waits and nothing half loaded; whoever comes next, the sweep or a person, may simply run it again. Two at a time
meet at the row's lock (PostgreSQL) or at the one writer (SQLite), and the second finds it done.

How far a run is cannot be told from the database while its transaction lasts: that stands in the cache, and without
a cache the page says less.
"""

import base64
import hashlib
import logging
import time
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple, Protocol

from django.apps import apps
from django.contrib import admin
from django.core.cache import cache
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from .errors import DomainError
from .models import ImportRun, User
from .table_files import BadFile

logger = logging.getLogger(__name__)
SMALL_BYTES = 32 * 1024  # a file that is loaded within a second or two
MAX_UNPACKED_BYTES = 32 * 1024 * 1024
MOST_ATTEMPTS = 3
# Without a word for so long, whoever loaded it is dead or has not begun.
SILENT_SECONDS = 30
TELL_EVERY_SECONDS = 0.5
GIVEN_UP_AFTER = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=30)
State = ImportRun.State
Progress = Callable[[int, int], None]


class Importer(Protocol):
    """What loads the files of one kind: a page of the admin (import_pages.ImportPages)."""

    def save_import(
        self,
        content: bytes,
        chosen: dict[str, Any],
        *,
        by: User,
        expected: str,
        on_progress: Progress,
    ) -> tuple[str, str]:
        """Load the file; return what was done in a sentence, and the address to see it."""


class Standing(NamedTuple):
    """How far a run is: pieces done of all, while somebody works at it."""

    done: int
    total: int


def start(
    content: bytes, chosen: dict[str, Any], *, loads: str, by: User, expected: str, confirmed: str
) -> ImportRun:
    """Return the run of what was confirmed (`confirmed` tells it from every other), made if it is new.

    A small file is loaded before this returns; for another one the worker is woken after the commit.
    """
    key = hashlib.sha256("\n".join([loads, str(by.pk), expected, confirmed]).encode()).hexdigest()
    run, is_new = ImportRun.objects.get_or_create(
        key=key,
        defaults={
            "loads": loads,
            "by": by,
            "content": pack(content),
            "chosen": chosen,
            "expected": expected,
        },
    )
    if is_new and len(content) > SMALL_BYTES:
        transaction.on_commit(lambda: _ring(run.pk), robust=True)
    elif is_new:
        run_once(run.pk)
        run.refresh_from_db()
    return run


def run_once(pk: int) -> None:
    """Load the file of a run that waits, unless somebody is at it. Any number of these may run at once."""
    if standing(pk) is not None:
        return
    try:
        if _begin(pk):
            try:
                _load(pk)
            finally:
                cache.delete(_cache_key(pk))
    except OperationalError as error:  # SQLite: another one has been writing for long
        logger.warning("Import %s waits for its turn: %s", pk, error)


def run_waiting() -> int:
    """Load what nobody rang for, or whose worker died; give up and forget what is old. Return how many waited."""
    now = timezone.now()
    waiting = list(ImportRun.objects.filter(state=State.WAITING).values_list("pk", "created_at"))
    for pk, created_at in waiting:
        if now - created_at < GIVEN_UP_AFTER:
            run_once(pk)
        elif standing(pk) is None:
            _end(pk, State.FAILED, _("Quá một giờ chưa nạp được nên đã bỏ. Xin nạp lại tệp."))
    ended = ImportRun.objects.exclude(state=State.WAITING)
    ended.filter(ended_at__lte=now - GIVEN_UP_AFTER, content__isnull=False).update(content=None)
    ended.filter(ended_at__lte=now - FORGOTTEN_AFTER).delete()
    return len(waiting)


def standing(pk: int) -> Standing | None:
    """Return how far a run is; None when nobody works at it, or nothing was heard for a while."""
    told = cache.get(_cache_key(pk))
    if told is None or time.time() - told[2] > SILENT_SECONDS:
        return None
    return Standing(told[0], told[1])


def pack(content: bytes) -> str:
    """Return a file as text, compressed."""
    return base64.b85encode(zlib.compress(content)).decode()


def unpack(packed: str) -> bytes:
    """Return the file that was packed, and no more of it than a file of ours can have."""
    return zlib.decompressobj().decompress(base64.b85decode(packed), MAX_UNPACKED_BYTES)


def content_of(run: ImportRun) -> bytes | None:
    """Return the file of a run; None when it is not kept any more."""
    if not run.content:
        return None
    return unpack(run.content)


def _begin(pk: int) -> bool:
    """Count the attempt, in a transaction of its own: it stays when the worker is killed under the next one.

    Of those who come in the same moment one alone counts and begins.
    """
    seen = ImportRun.objects.filter(pk=pk, state=State.WAITING).values_list("attempts", flat=True)
    attempts = seen.first()
    if attempts is None or standing(pk) is not None:  # ended, or begun, since it was looked for
        return False
    if attempts >= MOST_ATTEMPTS:
        text = _("Đã thử %(times)s lần đều bị dừng giữa chừng; chưa có gì được ghi.")
        _end(pk, State.FAILED, text % {"times": attempts})
        return False
    with transaction.atomic():
        if _waiting(pk).filter(attempts=attempts).values_list("pk", flat=True).first() is None:
            return False
        ImportRun.objects.filter(pk=pk).update(attempts=attempts + 1)
    _teller(pk)(0, 0)
    return True


def _load(pk: int) -> None:
    tell = _teller(pk)
    try:
        with transaction.atomic():
            run = _waiting(pk).first()
            content = run and content_of(run)
            if run is None or content is None:
                return
            importer: Importer = admin.site.get_model_admin(apps.get_model(run.loads))  # type: ignore[assignment]
            told, address = importer.save_import(
                content, run.chosen, by=run.by, expected=run.expected, on_progress=tell
            )
            ImportRun.objects.filter(pk=pk).update(
                state=State.DONE,
                told=told,
                address=address,
                content=None,
                ended_at=timezone.now(),
            )
    except DomainError as error:
        # The errors of a file may quote it; they are found again when they are shown.
        _end(pk, State.REFUSED, "" if isinstance(error, BadFile) else str(error))


def _end(pk: int, state: ImportRun.State, told: str) -> None:
    """End a run that still waits, without its file having been loaded; the file is kept for another look."""
    with transaction.atomic():
        waits = _waiting(pk).values_list("pk", flat=True).first()
        if waits is not None:
            ImportRun.objects.filter(pk=pk).update(state=state, told=told, ended_at=timezone.now())


def _waiting(pk: int) -> Any:
    """Return the run if it waits and nobody holds it, locked for this transaction."""
    rows = ImportRun.objects.select_for_update(skip_locked=True)
    return rows.filter(pk=pk, state=State.WAITING)


def _teller(pk: int) -> Progress:
    """Return what writes into the cache how far a run is, not more often than somebody looks."""
    last = float("-inf")

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= TELL_EVERY_SECONDS or (total and done == total):
            last = time.monotonic()
            cache.set(_cache_key(pk), (done, total, time.time()), timeout=3600)

    return tell


def _ring(pk: int) -> None:
    from .tasks import run_import

    try:
        run_import.delay(pk)
    except (BrokerError, RedisError, OSError) as error:
        logger.warning("Broker unreachable, the sweep will load: %s", error)


def _cache_key(pk: int) -> str:
    return f"import-run:{pk}"
