"""What a campaign stores: units and their people, plans and tasks, assignments and reports, notices."""

from .assignment import Assignment, Evidence, ProgressReport
from .calendar_feed import CalendarFeed
from .digest import DigestItem
from .extension import ExtensionRequest
from .group import UnitGroup
from .holiday import Holiday
from .notice import Notice
from .plan import Measure, Plan, Task, TaskTarget
from .remark import Remark
from .reminder import Reminder
from .report_parts import CitedPage, DraftFile, ReportDraft
from .unit import Membership, Unit, UnitContact

__all__ = [
    "Assignment",
    "CalendarFeed",
    "CitedPage",
    "DigestItem",
    "DraftFile",
    "Evidence",
    "ExtensionRequest",
    "Holiday",
    "Measure",
    "Membership",
    "Notice",
    "Plan",
    "ProgressReport",
    "Remark",
    "Reminder",
    "ReportDraft",
    "Task",
    "TaskTarget",
    "Unit",
    "UnitContact",
    "UnitGroup",
]
