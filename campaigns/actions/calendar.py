"""Opening a calendar address for an officer, and stopping it. A new one stops the old."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.models import User

from ..models import CalendarFeed, Unit
from ..rules import can_stop_calendar, speaks_for
from ..timeliness import day_of


def open_calendar(unit: Unit, *, by: User) -> CalendarFeed:
    """Give the officer a new address for the unit's deadlines; one that was open before stops. Raises NotAllowed."""
    at = timezone.now()
    if not speaks_for(by, unit, day_of(at)):
        raise NotAllowed(_("Chỉ cán bộ đầu mối của đơn vị mới tạo được địa chỉ lịch."))
    try:
        with transaction.atomic():
            living = CalendarFeed.objects.filter(unit=unit, owner=by, revoked_at=None)
            replaced = living.update(revoked_at=at)
            feed = CalendarFeed.objects.create(unit=unit, owner=by, created_at=at)
            history.record("open_calendar", unit, by=by, data={"replaced": bool(replaced)})
    except IntegrityError as error:  # asked twice in the same moment
        raise StaleState(_("Địa chỉ lịch vừa được tạo ở một cửa sổ khác.")) from error
    return feed


def stop_calendar(feed: CalendarFeed, *, by: User) -> None:
    """Stop a calendar's address at once. Raises NotAllowed, or StaleState when it was stopped before."""
    if not can_stop_calendar(by, feed):
        raise NotAllowed(_("Chỉ người tạo địa chỉ lịch hoặc người theo dõi kế hoạch mới hủy được."))
    with transaction.atomic():
        living = CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None)
        if not living.update(revoked_at=timezone.now()):
            raise StaleState(_("Địa chỉ lịch này đã được hủy từ trước."))
        history.record("stop_calendar", feed.unit, by=by)
