"""Stopping the link of a notice, by the unit that got it or by staff. No way back: a new letter has a new link."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.models import User

from ..models import Notice
from ..rules import can_revoke_link
from ..timeliness import day_of


def revoke_link(notice: Notice, *, by: User) -> None:
    """Stop the notice's link at once. Raises NotAllowed, or StaleState when it was stopped before."""
    at = timezone.now()
    if not can_revoke_link(by, notice, day_of(at)):
        raise NotAllowed(_("Chỉ đơn vị nhận liên kết hoặc người theo dõi kế hoạch mới hủy được."))
    with transaction.atomic():
        living = Notice.objects.filter(pk=notice.pk, link_revoked_at=None)
        if not living.update(link_revoked_at=at):
            raise StaleState(_("Liên kết này đã được hủy từ trước."))
        history.record("revoke_link", notice, by=by)
    notice.link_revoked_at = at
