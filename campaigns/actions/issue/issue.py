"""Issuing a plan: exactly what a preview taken in the same transaction says, and once.

Who loses a race (or comes a second time) is told that the plan is issued, and adds nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User

from ...models import Notice, Plan
from ...rules import can_issue_plan
from .give import give_shares
from .preview import IssuePreview, preview_issue


@dataclass(frozen=True)
class IssueResult:
    """What issuing did. `is_new` is False when the plan had been issued before: then nothing was added."""

    is_new: bool
    lead: int = 0
    coordinate: int = 0
    units: int = 0
    without_address: int = 0

    @classmethod
    def of(cls, preview: IssuePreview) -> "IssueResult":
        """Return the result of doing what the preview says."""
        return cls(
            is_new=True,
            lead=preview.lead_count,
            coordinate=preview.coordinate_count,
            units=preview.unit_count,
            without_address=len(preview.without_address),
        )


def issue_plan(
    plan: Plan,
    *,
    by: User,
    expected: str | None = None,
    via: str = HistoryEntry.Via.WEB,
    at: datetime | None = None,
) -> IssueResult:
    """Give all tasks of the plan to their units and tell each unit once, in one transaction.

    `expected` is the fingerprint of the preview that the person saw: StaleState if it would now be another. Raises
    NotAllowed, or DomainError when nobody would be given anything.
    """
    if not can_issue_plan(by, plan):
        raise NotAllowed(_("Bạn không có quyền giao nhiệm vụ của kế hoạch."))
    at = at or timezone.now()
    with transaction.atomic():
        claimed = Plan.objects.filter(pk=plan.pk, issued_at__isnull=True)
        if not claimed.update(issued_at=at, issued_by=by):
            return IssueResult(is_new=False)
        preview = preview_issue(plan, on=timezone.localdate(at))
        if not preview.shares:
            raise DomainError(
                _("Kế hoạch chưa có nhiệm vụ nào cho đơn vị nào, nên không giao được.")
            )
        if expected is not None and expected != preview.fingerprint:
            text = _("Kế hoạch hoặc địa chỉ các đơn vị vừa thay đổi. Mời xem lại rồi xác nhận.")
            raise StaleState(text)
        give_shares(preview, "issue_plan", Notice.Event.ISSUED, by=by, via=via, at=at)
    plan.issued_at, plan.issued_by = at, by
    return IssueResult.of(preview)
