"""The staff's side of campaigns: lists and filters; the buttons call the same actions as pages and commands."""

from . import assignments, extensions, groups, notices, plans, reminders, tasks, units

__all__ = ["assignments", "extensions", "groups", "notices", "plans", "reminders", "tasks", "units"]
