"""What the page cache counts for /metrics: hits, misses and purges, of every process of this machine."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hanoi_portal.page_cache import counting, store
from hanoi_portal.page_cache.application import CachedPages
from hanoi_portal.page_cache.counting import Totals
from tests.factories import make_article
from tests.harness.portal import ROOT
from tests.page_cache.asking import ask

COUNT_ELSEWHERE = """
import django
django.setup()
from hanoi_portal.page_cache import counting
counting.share()
counting.counts[counting.HITS] += 7
counting.count_purge()
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing was counted yet."""
    folder = tmp_path / "page-counts"
    monkeypatch.setattr(counting, "_folder", lambda: folder)
    counting._begin_anew()
    return folder


def count_elsewhere(folder: Path) -> None:
    """Have another process count 7 hits and a purge, and end."""
    var = folder.parent / "var"
    (var / "run").mkdir(parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    link = var / "run" / "page-counts"
    if not link.exists():
        link.symlink_to(folder)
    environment = {
        **os.environ,
        "VAR_DIR": str(var),
        "DJANGO_SETTINGS_MODULE": "hanoi_portal.settings",
    }
    subprocess.run([sys.executable, "-c", COUNT_ELSEWHERE], env=environment, cwd=ROOT, check=True)


@pytest.mark.django_db
def test_a_page_is_a_miss_once_and_then_a_hit(portal_pages: CachedPages) -> None:
    address = make_article().get_absolute_url()
    before = counting.totals()
    for _ in range(3):
        assert ask(portal_pages, address).status == 200
    ask(portal_pages, "/can-bo/")  # no page of the cache
    after = counting.totals()
    assert (after.hits - before.hits, after.misses - before.misses) == (2, 1)


@pytest.mark.django_db
def test_a_copy_of_the_store_is_a_hit_for_a_new_process(portal_pages: CachedPages) -> None:
    address = make_article().get_absolute_url()
    ask(portal_pages, address)
    before = counting.totals()
    ask(CachedPages(portal_pages._application), address)
    after = counting.totals()
    assert (after.hits - before.hits, after.misses - before.misses) == (1, 0)


def test_each_purge_is_counted() -> None:
    before = counting.totals()
    store.generation.renew()
    store.generation.renew()
    assert counting.totals().purges - before.purges == 2


def test_what_was_counted_before_sharing_is_not_lost() -> None:
    counting.counts[counting.MISSES] += 5
    counting.share()
    assert counting.totals() == Totals(0, 5, 0)


def test_other_processes_are_added_also_when_they_are_gone(own_folder: Path) -> None:
    counting.share()
    counting.counts[counting.HITS] += 1
    count_elsewhere(own_folder)
    assert counting.totals() == Totals(8, 0, 1)
    count_elsewhere(own_folder)  # as it begins, it adds up the first one
    assert counting.totals() == Totals(15, 0, 2)
    assert {path.name for path in own_folder.iterdir()} > {"gone", str(os.getpid()), "lock"}
    assert len(list(own_folder.iterdir())) == 4


def test_a_forked_process_counts_for_itself() -> None:
    counting.share()
    counting.counts[counting.HITS] += 1
    if (pid := os.fork()) == 0:
        counting.share()
        counting.counts[counting.HITS] += 10
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    assert counting.counts[counting.HITS] == 1
    assert counting.totals() == Totals(11, 0, 0)


def test_a_folder_that_cannot_be_written_costs_the_other_processes_numbers_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(counting, "_folder", lambda: tmp_path / "file" / "below")
    counting.count_purge()
    assert counting.totals() == Totals(0, 0, 1)


@pytest.mark.django_db
def test_the_numbers_are_shown_whole_as_counters(settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    counting.share()
    counting.counts[counting.HITS] += 123_456_789
    lines = Client(REMOTE_ADDR="127.0.0.1").get("/metrics").content.decode().splitlines()
    assert "portal_page_cache_hits_total 123456789" in lines
    assert "# TYPE portal_page_cache_misses_total counter" in lines
    assert "portal_page_cache_purges_total 0" in lines
