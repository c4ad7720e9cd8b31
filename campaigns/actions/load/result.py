"""What a load tells while it runs and when it is done."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LoadResult:
    """How many were made, changed, and found the same."""

    created: int
    changed: int
    same: int


def say_nothing(done: int, total: int) -> None:
    """Show no progress."""
