"""The staff's side of campaigns: lists and filters; the buttons call the same actions as pages and commands."""

from . import assignments, notices, plans, units

__all__ = ["assignments", "notices", "plans", "units"]
