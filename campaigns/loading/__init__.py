"""Reads units and plans from files. A bad file is refused whole, with every error where it stands.

Parsing touches no database: it needs only the units that exist, and gives plain drafts to `campaigns.actions`.
"""

from .plans import PlanDraft, read_plan
from .problems import BadFile, Problem
from .units import UnitDraft, read_units

__all__ = ["BadFile", "PlanDraft", "Problem", "UnitDraft", "read_plan", "read_units"]
