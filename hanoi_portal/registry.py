"""Where apps meet without importing each other: each registers what it offers from `AppConfig.ready()`.

A page shows blocks, the dashboard shows cards, search asks sources, the worker asks renderers, roles gather
permissions; none of them knows which app answers.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models

if TYPE_CHECKING:
    from .search.sources import Facet, Source


@dataclass(frozen=True)
class Block:
    """A piece of a page: a template and what it shows."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Card:
    """A card on a staff member's dashboard: a number that asks for something, and where to do it."""

    title: str
    value: int
    note: str
    url: str
    is_urgent: bool = False


@dataclass(frozen=True)
class RenderedMail:
    """What the worker sends for one OutgoingMail row.

    `to` is for addresses that must not lie in the outbox in plain; left empty, the row's recipients get it.
    """

    subject: str
    text: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    to: tuple[str, ...] = ()


class DemoContext(Protocol):
    """What a step of `manage.py setup_demo` may use."""

    def say(self, text: str) -> None:
        """Tell the person who waits what is being done: one short line."""

    def accounts(
        self, username: str, full_name: str, role: str, *, email: str | None = None
    ) -> Any:
        """Return the demo user, made with a random password if absent; role is a key of `roles.ROLES`."""


BlockMaker = Callable[[Any], Block | None]
CardMaker = Callable[[Any], Card | None]
MailRenderer = Callable[[int], RenderedMail]
# Fetches at once what the mails about these ids say; returns who renders each of them.
MailBatch = Callable[[Sequence[int]], MailRenderer]
DemoStep = Callable[[DemoContext], None]
Measure = Callable[[], float]
Mover = Callable[[str], str | None]
# Told by the outbox: which addresses a mail server refused for good and in what words, and which it accepted.
RefusalListener = Callable[[Mapping[str, str], datetime], None]
AcceptanceListener = Callable[[Sequence[str]], None]
# Told by the history, in the transaction of the change: what was done something to.
ChangeListener = Callable[[models.Model], None]


class Registry:
    """All that apps have registered in this process."""

    def __init__(self) -> None:
        self._blocks: dict[str, list[tuple[int, BlockMaker]]] = defaultdict(list)
        self._cards: list[tuple[int, CardMaker]] = []
        self.search_sources: list[Source] = []  # what readers may find (search/sources.py)
        self.search_facets: list[
            Facet
        ] = []  # what results can be narrowed by, beside kind and date
        self.change_listeners: list[ChangeListener] = []
        self.sitemaps: dict[str, Any] = {}
        self.movers: list[Mover] = []  # find(path) -> where what stood there is now
        self.mail_renderers: dict[str, MailRenderer] = {}
        self.mail_batches: dict[str, MailBatch] = {}  # beside the former, where many go out at once
        self.mail_words: dict[str, Any] = {}  # what kind of mail each kind is, for people
        self.refusal_listeners: list[RefusalListener] = []
        self.acceptance_listeners: list[AcceptanceListener] = []
        self.history_words: dict[str, Any] = {}  # verbs and states of the history, for people
        self.gauges: list[tuple[str, str, Measure]] = []
        self._unseen_tables: set[str] = set()
        self._unseen_inserts: dict[str, str] = {}  # table -> the value with which a row is seen
        self._demo_steps: list[tuple[int, str, DemoStep]] = []
        self.role_permissions: dict[str, set[str]] = defaultdict(set)

    def add_block(self, slot: str, maker: BlockMaker, *, order: int = 100) -> None:
        """Show `maker(subject)` in the slot of a page ("home", "article.after" …); lower order first."""
        self._blocks[slot].append((order, maker))

    def blocks(self, slot: str, subject: Any = None) -> list[Block]:
        """Return the blocks of a slot for its subject, in order, without those that have nothing to show."""
        makers = sorted(self._blocks[slot], key=lambda pair: pair[0])
        return [block for _, maker in makers if (block := maker(subject)) is not None]

    def add_card(self, maker: CardMaker, *, order: int = 100) -> None:
        """Show `maker(user)` on the dashboard of whoever it concerns."""
        self._cards.append((order, maker))

    def cards(self, user: Any) -> list[Card]:
        """Return the dashboard cards that concern the user, in order."""
        makers = sorted(self._cards, key=lambda pair: pair[0])
        return [card for _, maker in makers if (card := maker(user)) is not None]

    def moved(self, path: str) -> str | None:
        """Return where a path that answers nothing leads to, if an app knows it as one of its old addresses."""
        return next((new for find in self.movers if (new := find(path)) is not None), None)

    def add_gauge(self, name: str, meaning: str, measure: Measure) -> None:
        """Show a number at /metrics: "portal_<what>", what it means in English, how it is measured."""
        self.gauges.append((name, meaning, measure))

    def add_unseen_tables(self, *tables: str) -> None:
        """Declare tables of which no public page shows anything: writing there leaves the page cache alone."""
        self._unseen_tables.update(tables)

    def add_unseen_inserts(self, table: str, *, unless: str) -> None:
        """Declare that new rows of a table change no public page, unless one of their values is this."""
        self._unseen_inserts[table] = unless

    def is_unseen(self, verb: str, table: str, values: Sequence[Any]) -> bool:
        """Whether a write ("INSERT" …) of such values was declared to change no public page."""
        if table in self._unseen_tables:
            return True
        if verb.upper() != "INSERT" or table not in self._unseen_inserts:
            return False
        return self._unseen_inserts[table] not in values

    def add_demo_step(self, order: int, label: str, step: DemoStep) -> None:
        """Have `manage.py setup_demo` do `step(context)`, lower order first; doing it again must change nothing."""
        self._demo_steps.append((order, label, step))

    def demo_steps(self) -> list[tuple[str, DemoStep]]:
        """Return the steps of the demonstration, in order, each with its label."""
        return [(label, step) for _, label, step in sorted(self._demo_steps, key=lambda s: s[:2])]

    def grant(self, role: str, *permissions: str) -> None:
        """Give a role (a key of `hanoi_portal.roles.ROLES`) permissions: "app_label.codename"."""
        self.role_permissions[role].update(permissions)


registry = Registry()
