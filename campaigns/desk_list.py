"""The officer's list, narrowed: by words without diacritics, heading, plan and role; its counts are those of the list.

What narrows it stands in the address (`?q=&nhom=&ke-hoach=&vai-tro=`), so that a narrowed list can be kept and sent.
What makes no sense there is left out, never an error.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count

from hanoi_portal.models import User
from hanoi_portal.text import clean_line, fold

from .models import Assignment, Plan
from .models.plan import Role
from .querysets import AssignmentQuerySet
from .standing import Group

LONGEST_QUERY = 200


@dataclass(frozen=True)
class Narrowing:
    """What an officer wants to see of the list; empty means all."""

    words: str = ""
    plan: str = ""
    role: str = ""
    group: Group | None = None

    @classmethod
    def read(cls, params: Mapping[str, str]) -> "Narrowing":
        """Return what the address asks for."""
        group = params.get("nhom", "")
        role = params.get("vai-tro", "")
        return cls(
            words=clean_line(clean_line(params.get("q", ""))[:LONGEST_QUERY]),
            plan=clean_line(params.get("ke-hoach", ""))[:80],
            role=role if role in Role.values else "",
            group=Group(int(group)) if group in map(str, Group.values) else None,
        )

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the heading narrows the list."""
        return bool(self.words or self.plan or self.role)

    @property
    def query(self) -> str:
        """The same as the end of an address: "?q=…", or nothing."""
        pairs = {
            "q": self.words,
            "ke-hoach": self.plan,
            "vai-tro": self.role,
            "nhom": self.group.value if self.group else "",
        }
        asked = urlencode({name: value for name, value in pairs.items() if value})
        return f"?{asked}" if asked else ""

    def under(self, group: Group | None) -> "Narrowing":
        """Return the same list under one heading, or under all."""
        return replace(self, group=group)


@dataclass(frozen=True)
class Counts:
    """How many assignments stand under each heading, and how many are not acknowledged."""

    by_group: Counter[Group]
    new: int

    @property
    def total(self) -> int:
        """How many there are."""
        return self.by_group.total()

    @property
    def late(self) -> int:
        """How many are overdue."""
        return self.by_group[Group.LATE]


def list_of(user: User, on: date, narrowing: Narrowing) -> AssignmentQuerySet:
    """Return the officer's assignments that the narrowing leaves, under whatever heading, in the desk's order."""
    rows = Assignment.objects.of_officer(user, on)
    if narrowing.plan:
        rows = rows.filter(task__plan__slug=narrowing.plan)
    if narrowing.role:
        rows = rows.filter(role=narrowing.role)
    if narrowing.words:
        rows = rows.filter(pk__in=_having(rows, narrowing.words))
    return rows.for_desk(on)


def counts_of(rows: AssignmentQuerySet) -> Counts:
    """Return how many stand where, in one query."""
    found: Counter[Group] = Counter()
    new = 0
    grouped = rows.order_by().values("group", "state").annotate(count=Count("pk"))
    for row in grouped:
        found[Group(row["group"])] += row["count"]
        if row["state"] == Assignment.State.ISSUED:
            new += row["count"]
    return Counts(found, new)


def plans_of(user: User, on: date) -> list[Plan]:
    """Return the plans from which the officer's units have work."""
    held = Assignment.objects.of_officer(user, on).held()
    return list(Plan.objects.filter(pk__in=held.values("task__plan")).only("number", "slug"))


def _having(rows: AssignmentQuerySet, query: str) -> list[int]:
    """Return which of the rows have every word of the query, with or without diacritics, whole or begun.

    A unit's rows are few (hundreds), and only folded text finds "ung xu": they are matched here, in one query.
    """
    words = fold(query).split()
    if not words:
        return []
    read: Any = rows.held().values_list(
        "pk",
        "task__code",
        "task__title",
        "task__deliverable",
        "task__plan__number",
        "unit__name",
    )
    found = []
    for pk, *texts in read:
        folded = f" {fold(' '.join(texts))}"
        if all(f" {word}" in folded for word in words):
            found.append(pk)
    return found
