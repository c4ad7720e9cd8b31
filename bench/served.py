"""Serves the portal and a bare Django view from one gunicorn, as deploy/gunicorn.conf.py says, and asks with wrk.

Two workers and eight connections, as in production behind nginx; wrk is written in C and leaves the processors to what
is measured. Which contestant answers is told by the address and one header, so all stand in the same processes.
"""

import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings

import bench.portal  # noqa: F401  (loads Django)
from deploy.with_services import free_port
from hanoi_portal import fragments
from hanoi_portal.wsgi import application as portal
from hanoi_portal.wsgi import django_application as uncached

# Before the first request; the same for the process that measures and for those that answer.
settings.ROOT_URLCONF = "bench.bare"
settings.COMMENT_LIMITS = dict.fromkeys(settings.COMMENT_LIMITS, 10**9)

# Of each turn: so many runs, of so many seconds, of which the fastest counts. wrk opens its connections all at once,
# and often one of the two workers takes every one of them, which halves the speed of whoever is being asked.
RUNS, SECONDS = 5, 1
CONNECTIONS = 8
BARE = "/tran/"
ANEW = "X-Anew: 1"  # the page is made anew, without the page cache
NOTHING_REMEMBERED = "X-Anew: 2"  # and without the parts that the process remembers
CONFIGURATION = Path(__file__).parent.parent / "deploy" / "gunicorn.conf.py"

_SPEED = re.compile(r"Requests/sec:\s+([0-9.]+)")
_COUNT = re.compile(r"(\d+) requests in")


@functools.cache
def bare() -> WSGIHandler:
    """Django without any middleware."""
    with override_settings(MIDDLEWARE=[]):
        return WSGIHandler()


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """What gunicorn serves."""
    if environ["PATH_INFO"] == BARE:
        return bare()(environ, start_response)
    if environ.get("HTTP_X_ANEW") == "2":
        fragments.forget()
    return (uncached if "HTTP_X_ANEW" in environ else portal)(environ, start_response)


@contextlib.contextmanager
def served(module: str = "bench.served:application", **environment: str) -> Iterator[str]:
    """Serve a WSGI application with the portal's own configuration; yields its address."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", str(CONFIGURATION), module]
    process = subprocess.Popen(
        [*command, "--log-level", "error"],
        env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port), **environment},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _try in range(200):
            try:
                with urllib.request.urlopen(address + BARE, timeout=5):
                    break
            except urllib.error.HTTPError as answer:  # another application, and there
                answer.close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def ask(
    address: str,
    *headers: str,
    script: Path | None = None,
) -> tuple[float, int]:
    """Ask as often as is answered; return the seconds that one takes of the server's time, and how many there were.

    Every answer must be a 2xx or 3xx. `script` is for wrk, in Lua; its `init` gets the number of the run, from 0.
    """
    runs = [_ask_once(address, headers, script, number) for number in range(RUNS)]
    return min(seconds for seconds, _count in runs), sum(count for _seconds, count in runs)


def _ask_once(
    address: str, headers: Sequence[str], script: Path | None, number: int
) -> tuple[float, int]:
    wrk = shutil.which("wrk")
    assert wrk, "cần chương trình wrk (apt.txt)"
    options = [f"-d{SECONDS}s", "-t1", f"-c{CONNECTIONS}", "--timeout", "20s"]
    lines = [part for header in headers for part in ("-H", header)]
    scripted = ["-s", str(script)] if script else []
    done = subprocess.run(
        [wrk, *options, *lines, *scripted, address, "--", str(number)],
        capture_output=True,
        text=True,
        check=True,
    )
    speed, count = _SPEED.search(done.stdout), _COUNT.search(done.stdout)
    assert speed is not None, done.stdout + done.stderr
    assert count is not None, done.stdout
    assert "Non-2xx" not in done.stdout, done.stdout
    assert "Socket errors" not in done.stdout, done.stdout
    return 1 / float(speed[1]), int(count[1])
