"""Campaigns: units, plans, tasks, assignments, notices and reports."""
