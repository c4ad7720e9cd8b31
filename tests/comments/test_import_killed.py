"""kill -9 on the worker while it loads a file of comments: nothing half loaded, all of it in the end, once.

Whole portals run here, as `make run` starts them: SQLite with the file broker, and PostgreSQL with Redis.
"""

import json
import os
import signal
import time
from typing import Any

import pytest

from tests.harness.fixtures import StartPortal
from tests.harness.portal import Flavour, Portal, wait_for

COUNT = 6000
CONFIRM = f"""
from guidance.models import Article
from comments.actions import preview_comments
from comments.loading import read_comments
from hanoi_portal import import_runs
from hanoi_portal.models import User
slug = Article.objects.order_by("pk").first().slug
head = "number,article,name,title,content,state,created_at"
rows = [f"{{n}},{{slug}},Hoa,Cảm ơn,Bài viết có ích.,waiting,2018-12-01T08:00:00+07:00" for n in range({COUNT})]
content = "\\n".join([head, *rows]).encode()
seen = preview_comments(read_comments(content, with_phones=False)).fingerprint
by = User.objects.get(username="kiem-duyet")
import_runs.start(content, {{"phones": "drop"}}, loads="comments.Comment", by=by, expected=seen, confirmed="x")
"""
LOOK = """
import json
from comments.models import Comment
from hanoi_portal import import_runs
from hanoi_portal.models import ImportRun
run = ImportRun.objects.get()
told = {"state": run.state, "attempts": run.attempts, "standing": import_runs.standing(run.pk)}
print(json.dumps({**told, "comments": Comment.objects.exclude(old_number=None).count()}))
"""


def look(portal: Portal) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(portal.manage("shell", "-v0", "-c", LOOK).stdout)
    assert found["comments"] in {0, COUNT}, "half loaded"
    return found


@pytest.mark.timeout(300)
def test_a_worker_killed_while_it_loads_a_file_leaves_it_to_the_next_one(
    start_portal: StartPortal, flavour: Flavour
) -> None:
    portal = start_portal(flavour, OUTBOX_SWEEP_SECONDS="1")
    os.killpg(wait_for(lambda: portal.pid("worker")), signal.SIGSTOP)
    portal.manage("shell", "-v0", "-c", CONFIRM)

    def is_half_way() -> dict[str, Any] | None:
        os.killpg(wait_for(lambda: portal.pid("worker")), signal.SIGCONT)
        time.sleep(0.1)
        os.killpg(wait_for(lambda: portal.pid("worker")), signal.SIGSTOP)
        seen = look(portal)
        assert seen["state"] == "waiting", "loaded before it could be killed"
        return seen if seen["standing"] and seen["standing"][0] else None

    half = wait_for(is_half_way, within=120, every=0)
    assert 0 < half["standing"][0] < COUNT
    portal.kill_worker()
    done = wait_for(
        lambda: seen if (seen := look(portal))["state"] == "done" else None, within=120, every=1.0
    )
    assert done["attempts"] > 1
    assert done["comments"] == COUNT
