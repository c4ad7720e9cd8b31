"""The Celery applications that sending is compared with: a task for each mail, and one task for a batch, no ledger.

As much as a project would write by itself: Django's own SMTP backend, Redis as the broker, no results kept.
"""

import os

import django
from celery import Celery
from django.conf import settings
from django.core.mail import get_connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.peer_settings")
django.setup()

from bench.letter import compose  # noqa: E402

app = Celery("bench", broker=settings.REDIS_URL, set_as_current=False)
app.conf.task_default_queue = os.environ.get("BENCH_QUEUE", "peers")
app.conf.task_ignore_result = True
app.conf.worker_hijack_root_logger = False

BACKEND = "django.core.mail.backends.smtp.EmailBackend"


@app.task
def send_one(number: int) -> None:
    """Send one mail, over a line of its own."""
    compose(number, get_connection(BACKEND)).send()


@app.task
def send_many(numbers: list[int]) -> None:
    """Send a batch over one line."""
    connection = get_connection(BACKEND)
    connection.send_messages([compose(number, connection) for number in numbers])
