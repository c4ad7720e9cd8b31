"""Takes units and plans from drafts into the database. Loading twice changes nothing."""

from .plans import PlanChange, preview_plan, save_plan
from .result import LoadResult
from .units import UnitsChange, preview_units, save_units

__all__ = [
    "LoadResult",
    "PlanChange",
    "UnitsChange",
    "preview_plan",
    "preview_units",
    "save_plan",
    "save_units",
]
