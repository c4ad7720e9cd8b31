"""The file cache counts every one, however many count at once: limits hold across workers without Redis too."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hanoi_portal.cache import FirstComesFileCache


def test_of_four_hundred_counted_at_once_none_is_lost(tmp_path: Path) -> None:
    # As two workers have it: each its own object, the folder in common.
    workers = [FirstComesFileCache(str(tmp_path), {}) for _ in range(8)]
    workers[0].add("posts", 0, timeout=60)

    def count_fifty(worker: FirstComesFileCache) -> list[int]:
        return [worker.incr("posts") for _ in range(50)]

    with ThreadPoolExecutor(len(workers)) as pool:
        counted = [number for each in pool.map(count_fifty, workers) for number in each]
    assert sorted(counted) == list(range(1, 401))


def test_what_was_never_begun_is_not_counted(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not found"):
        FirstComesFileCache(str(tmp_path), {}).incr("posts")
