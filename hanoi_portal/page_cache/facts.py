"""Facts that a process asks of the database once in a generation: what cannot change without public pages changing.

They are as old as a copy of a page may be, below a second after a change, and no older. See `store.Generation`.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connection

from . import store

Fact = TypeVar("Fact")

MOST = 1000  # facts of one kind that a process keeps


class Facts(Generic[Fact]):
    """What `ask(key)` returns, shared by all threads: never change what you get. None is not kept."""

    def __init__(self, ask: Callable[[str], Fact | None]) -> None:
        self._ask = ask
        self._held: tuple[str | None, dict[str, Fact]] = (None, {})

    def get(self, key: str) -> Fact | None:
        """Return the fact; asked anew inside a transaction, which must see what it wrote, or without the store."""
        # Known before the question is asked: what is written meanwhile belongs to a later generation.
        generation = None if connection.in_atomic_block else store.generation.known()
        if generation is None:
            return self._ask(key)
        held = self._held
        if held[0] != generation:
            self._held = held = (generation, {})
        facts = held[1]
        fact = facts.get(key)
        if fact is None:
            fact = self._ask(key)
            if fact is not None and len(facts) < MOST:
                facts[key] = fact
        return fact
