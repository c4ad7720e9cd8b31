"""Giving a plan's tasks to units: first a preview of what that will do, then the doing, once."""

from .distribute import distribute
from .give import give_shares
from .issue import IssueResult, issue_plan
from .preview import IssuePreview, Share, preview_issue, preview_shares, shares_of

__all__ = [
    "IssuePreview",
    "IssueResult",
    "Share",
    "distribute",
    "give_shares",
    "issue_plan",
    "preview_issue",
    "preview_shares",
    "shares_of",
]
