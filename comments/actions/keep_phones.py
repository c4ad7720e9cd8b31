"""Staff set for how many days phones are kept; the system erases those whose time is over."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, NotAllowed
from hanoi_portal.history import record
from hanoi_portal.models import User

from .. import rules
from ..models import PHONE_DAYS_MAX, PHONE_DAYS_MIN, Comment, PhoneKeeping
from ..phone_clock import read_clock


def set_phone_days(days: int, *, by: User) -> PhoneKeeping:
    """Keep phones for so many days from now on. Fewer days hold for those that are kept already, too."""
    if not rules.can_set_phone_days(by):
        raise NotAllowed(_("Tài khoản này không có quyền đổi thời gian giữ số điện thoại."))
    if not PHONE_DAYS_MIN <= days <= PHONE_DAYS_MAX:
        raise DomainError(
            _("Thời gian giữ phải từ %(least)s đến %(most)s ngày.")
            % {"least": PHONE_DAYS_MIN, "most": PHONE_DAYS_MAX}
        )
    before = read_clock().days
    if days == before:
        raise DomainError(
            _("Thời gian giữ đang là %(days)s ngày, không có gì để đổi.") % {"days": days}
        )
    with transaction.atomic():
        keeping = PhoneKeeping.objects.create(days=days, set_by=by)
        record("set_phone_days", keeping, by=by, from_state=str(before), to_state=str(days))
    return keeping


def phones_past(days: int) -> int:
    """Return how many phones would be erased within the hour if they were kept for so many days only."""
    now = timezone.now()
    clock = read_clock().changed_to(days, now)
    return Comment.objects.filter(clock.over(now), phone__isnull=False).count()


def erase_old_phones() -> int:
    """Erase the phones whose time is over, as the consent promised; return how many. The system does it."""
    old = Comment.objects.filter(read_clock().over(timezone.now()), phone__isnull=False)
    return old.update(phone=None)
