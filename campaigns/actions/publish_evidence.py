"""The Sở shows a piece of evidence to everybody on the plan's public pages, or takes it back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.models import User

from ..models import Assignment, CitedPage, Evidence, ProgressReport
from ..rules import can_publish_evidence


def publish_evidence(item: Evidence | CitedPage, *, by: User) -> bool:
    """Show it to everybody; tell whether it was not shown before.

    Raises NotAllowed; StaleState for what was given back to the unit, or belongs to work that was recalled.
    """
    _require_may(by)
    report = item.report
    if report.decision == ProgressReport.Decision.RETURNED:
        raise StaleState(_("Báo cáo này đã được trả lại, nên chưa công khai minh chứng của nó."))
    if report.assignment.state == Assignment.State.RECALLED:
        raise StaleState(_("Nhiệm vụ này đã được thu hồi, nên không công khai minh chứng."))
    return _change(item, by, is_public=True)


def hide_evidence(item: Evidence | CitedPage, *, by: User) -> bool:
    """Take it back from the public pages; tell whether it was shown. Raises NotAllowed."""
    _require_may(by)
    return _change(item, by, is_public=False)


def _require_may(user: User) -> None:
    if not can_publish_evidence(user):
        raise NotAllowed(_("Chỉ người theo dõi kế hoạch mới công khai minh chứng."))


def _change(item: Evidence | CitedPage, by: User, *, is_public: bool) -> bool:
    at = timezone.now() if is_public else None
    with transaction.atomic():
        rows = type(item)._default_manager.filter(pk=item.pk, published_at__isnull=is_public)
        if not rows.update(published_at=at):
            return False
        history.record(
            "publish_evidence" if is_public else "hide_evidence",
            item.report.assignment,
            by=by,
            note=str(item),
            data={"page" if isinstance(item, CitedPage) else "evidence": item.pk},
        )
    item.published_at = at
    return True
