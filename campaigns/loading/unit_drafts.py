"""Units between file and database: plain values, the same whichever kind of file they come from or go to."""

from dataclasses import dataclass
from datetime import date

RESPONSIBLE = "chính"  # marks, in files, who answers for the unit


@dataclass(frozen=True)
class LifeDraft:
    """Since when a unit exists, until when, and the codes of those that came after it."""

    opened_on: date | None = None
    closed_on: date | None = None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True)
class ContactDraft:
    """An address at which a unit is told, and whose it is."""

    email: str
    label: str = ""

    def __str__(self) -> str:
        return f"{self.email} ({self.label})" if self.label else self.email


@dataclass(frozen=True)
class PersonDraft:
    """Somebody who speaks for a unit with no last day set, by the name with which they sign in."""

    username: str
    is_responsible: bool = False

    def __str__(self) -> str:
        return f"{self.username} ({RESPONSIBLE})" if self.is_responsible else self.username


@dataclass(frozen=True)
class UnitDraft:
    """A unit as the file says it. `life`, `contacts`, `people` are None where the file says nothing of them."""

    code: str
    kind: str
    name: str
    short_name: str
    parent: str = ""
    grid_x: int | None = None
    grid_y: int | None = None
    life: LifeDraft | None = None
    contacts: tuple[ContactDraft, ...] | None = None
    people: tuple[PersonDraft, ...] | None = None
