"""Units and plans between files and drafts. A bad file is refused whole, with every error where it stands.

Parsing touches no database: it needs only the units that exist, and gives plain drafts to `campaigns.actions`. What
is written here reads back identical.
"""

from hanoi_portal.table_files import BadFile, Problem

from .drafts import MeasureDraft, PlanDraft, TargetDraft, TaskDraft
from .plans import read_plan
from .unit_drafts import ContactDraft, LifeDraft, PersonDraft, UnitDraft
from .units import read_units
from .write_plan import plan_to_workbook, plan_to_yaml
from .write_units import units_to_csv, units_to_workbook

__all__ = [
    "BadFile",
    "ContactDraft",
    "LifeDraft",
    "MeasureDraft",
    "PersonDraft",
    "PlanDraft",
    "Problem",
    "TargetDraft",
    "TaskDraft",
    "UnitDraft",
    "plan_to_workbook",
    "plan_to_yaml",
    "read_plan",
    "read_units",
    "units_to_csv",
    "units_to_workbook",
]
