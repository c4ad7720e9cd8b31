"""What a campaign stores: units and their people, plans and tasks, assignments and reports, notices."""

from .assignment import Assignment, Evidence, ProgressReport
from .notice import Notice
from .plan import Measure, Plan, Task, TaskTarget
from .unit import Membership, Unit, UnitContact

__all__ = [
    "Assignment",
    "Evidence",
    "Measure",
    "Membership",
    "Notice",
    "Plan",
    "ProgressReport",
    "Task",
    "TaskTarget",
    "Unit",
    "UnitContact",
]
