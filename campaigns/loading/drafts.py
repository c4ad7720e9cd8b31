"""Plans between file and database: plain values, the same whichever kind of file they come from or go to."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..models.plan import Recurrence, Role

ALL = "all:"
GROUP = "group:"


@dataclass(frozen=True)
class TargetDraft:
    """Whom a task is for: a unit's code, a whole kind, or a saved group's code."""

    role: Role
    unit_code: str = ""
    unit_kind: str = ""
    group_code: str = ""

    @property
    def name(self) -> str:
        """How files name it: a code, "all:" and a kind, or "group:" and a group's code."""
        if self.group_code:
            return f"{GROUP}{self.group_code}"
        return self.unit_code or f"{ALL}{self.unit_kind}"


@dataclass(frozen=True)
class TaskDraft:
    """A task as the file says it."""

    code: str
    title: str
    deliverable: str
    is_deliverable_assumed: bool
    deadline: date
    is_cascading: bool
    targets: tuple[TargetDraft, ...]
    authority: str = ""
    responsibility: str = ""
    indicator_name: str = ""
    indicator_unit: str = ""
    indicator_target: Decimal | None = None
    is_starred: bool = False
    recurrence: Recurrence = Recurrence.ONCE

    def names(self, role: Role) -> list[str]:
        """Return whom the task is for in a role, as files name them."""
        return [target.name for target in self.targets if target.role == role]


@dataclass(frozen=True)
class MeasureDraft:
    """A measure and its tasks, in the order of the file."""

    title: str
    tasks: tuple[TaskDraft, ...]


@dataclass(frozen=True)
class PlanDraft:
    """A plan as the file says it."""

    number: str
    title: str
    issuer_code: str
    year: int
    starts_on: date
    ends_on: date
    has_assumed_dates: bool
    carries_out_number: str
    carries_out_issuer_code: str
    carries_out_issued_on: date | None
    measures: tuple[MeasureDraft, ...]
    is_public: bool | None = None  # None: the file leaves it as it is

    @property
    def tasks(self) -> list[TaskDraft]:
        """All tasks, in the order of the file."""
        return [task for measure in self.measures for task in measure.tasks]
