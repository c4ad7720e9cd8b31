"""The staff's side of campaigns: lists and filters; the buttons call the same actions as pages and commands."""

from . import assignments, groups, notices, plans, reminders, units

__all__ = ["assignments", "groups", "notices", "plans", "reminders", "units"]
