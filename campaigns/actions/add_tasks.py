"""Adding to an issued plan: only what is new is given and told.

New is a pair of task and unit without an assignment: of a task that was loaded after the plan was issued, or for a
unit that came under a task's targets since. What was recalled is given again by its own verb (`give_again`).
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.models import HistoryEntry, User

from ..models import Assignment, Notice, Plan
from .issue import IssuePreview, IssueResult, give_shares, preview_shares
from .many import require_change_given


def preview_additions(plan: Plan, *, on: date | None = None) -> IssuePreview:
    """Return what adding on a day (today) would give; of a plan that is not issued: nothing."""
    if not plan.is_issued:
        return IssuePreview(plan, (), ())
    having = set(Assignment.objects.filter(task__plan=plan).values_list("task_id", "unit_id"))
    return preview_shares(plan, on or timezone.localdate(), having or {(0, 0)})


def add_tasks(
    plan: Plan,
    *,
    by: User,
    expected: str | None = None,
    via: str = HistoryEntry.Via.WEB,
    at: datetime | None = None,
) -> IssueResult:
    """Give what the issued plan has that was not given yet, and tell each unit once of what is new for it.

    With nothing new it does nothing. `expected` is the fingerprint of the preview that the person saw. Raises
    NotAllowed; DomainError for a plan that is not issued; StaleState when something changed since the preview.
    """
    require_change_given(by)
    at = at or timezone.now()
    with transaction.atomic():
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        if not plan.is_issued:
            raise DomainError(_("Kế hoạch chưa giao: xin giao cả kế hoạch trước."))
        preview = preview_additions(plan, on=timezone.localdate(at))
        if not preview.shares:
            return IssueResult(is_new=False)
        if expected is not None and expected != preview.fingerprint:
            text = _("Kế hoạch hoặc địa chỉ các đơn vị vừa thay đổi. Mời xem lại rồi xác nhận.")
            raise StaleState(text)
        give_shares(preview, "add_tasks", Notice.Event.ADDED, by=by, via=via, at=at)
    return IssueResult.of(preview)
