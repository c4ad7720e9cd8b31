"""Counts what the page cache does, for /metrics: hits, misses, purges, of all processes of this machine together.

Each process adds to numbers of its own, in a small file that is mapped into memory: that costs some dozens of
nanoseconds and no lock, and whoever answers /metrics reads the files of all. The price: of two threads that count
in the very same moment one may be lost; never more, and nothing is counted twice. What processes counted that are
gone is added up in one more file.
"""

import fcntl
import mmap
import os
import struct
from array import array
from collections.abc import Iterator, MutableSequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

HITS, MISSES, PURGES = range(3)
_CELLS = struct.Struct("=3Q")
_GONE = "gone"


class Totals(NamedTuple):
    """What was counted on this machine, since its folder was made."""

    hits: int
    misses: int
    purges: int


# Of this process; add to it with `counts[HITS] += 1`.
counts: MutableSequence[int] = array("Q", [0, 0, 0])
_is_shared = False


def share() -> None:
    """Have this process count where the others can read it; where nothing may be written it counts for itself."""
    global counts, _is_shared
    if _is_shared:
        return
    _is_shared = True
    try:
        cells = _own_cells(_folder())
    except OSError:
        return
    for place, number in enumerate(counts):
        cells[place] += number
    counts = cells


def count_purge() -> None:
    """Count a purge: any process may cause one, and few processes that do are asked for pages."""
    share()
    counts[PURGES] += 1


def totals() -> Totals:
    """Return what all processes have counted; of this one alone where nothing is shared."""
    try:
        with _locked(_folder(), fcntl.LOCK_SH) as folder:
            rows = [_read(path) for path in _files(folder)]
    except OSError:
        return Totals(*counts)
    return Totals(*(sum(column) for column in zip(*rows, (0, 0, 0), strict=True)))


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "run" / "page-counts"


@contextmanager
def _locked(folder: Path, kind: int) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, kind)
        yield folder


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name == _GONE or path.name.isdecimal()]


def _read(path: Path) -> tuple[int, ...]:
    content = path.read_bytes()
    return _CELLS.unpack(content) if len(content) == _CELLS.size else (0, 0, 0)


def _own_cells(folder: Path) -> MutableSequence[int]:
    with _locked(folder, fcntl.LOCK_EX):
        _add_up_the_gone(folder)
        with (folder / str(os.getpid())).open("a+b") as file:
            file.truncate(_CELLS.size)
            return memoryview(mmap.mmap(file.fileno(), _CELLS.size)).cast("Q")  # type: ignore[return-value]


def _add_up_the_gone(folder: Path) -> None:
    """Move what dead processes counted into one file; a new process under an old number goes on in its file."""
    dead = [path for path in _files(folder) if path.name != _GONE and not _is_alive(int(path.name))]
    if dead:
        gone = folder / _GONE
        rows = [_read(path) for path in (*dead, *filter(Path.exists, [gone]))]
        written = gone.with_suffix(".new")
        written.write_bytes(_CELLS.pack(*(sum(column) for column in zip(*rows, strict=True))))
        written.replace(gone)
        for path in dead:
            path.unlink()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


def _begin_anew() -> None:
    """A forked process does not count in its parent's file."""
    global counts, _is_shared
    counts, _is_shared = array("Q", [0, 0, 0]), False


os.register_at_fork(after_in_child=_begin_anew)
