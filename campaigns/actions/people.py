"""A unit's own people: who is responsible invites officers, hands the responsibility over, ends a part; anybody leaves.

What somebody did stays under that person's name. A membership is never deleted: it gets its last day.
"""

import re
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.accounts.actions import open_account
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import User
from hanoi_portal.outbox import queue_mail
from hanoi_portal.roles import PRESS_OFFICER, UNIT_OFFICER
from hanoi_portal.text import fold

from ..models import CalendarFeed, Membership, Unit
from ..rules import can_leave_unit, leads_unit
from ..timeliness import day_of

MOST_PEOPLE = 20  # in one unit at a time


def invite_officer(
    unit: Unit, *, full_name: str, email: str, by: User, at: datetime | None = None
) -> Membership:
    """Make somebody an officer of the unit from today, by mail: a new account, or one that officers' units share.

    Raises NotAllowed; DomainError when the address cannot be taken; StaleState when the person is there already.
    """
    at = at or timezone.now()
    today = day_of(at)
    if not leads_unit(by, unit, today):
        raise NotAllowed(_("Chỉ người chịu trách nhiệm chính của đơn vị mới mời được cán bộ."))
    with transaction.atomic():
        # The unit's row is held, so that two invitations at once do not pass the limit together.
        Unit.objects.select_for_update().get(pk=unit.pk)
        current = Membership.objects.current(today).filter(unit=unit)
        if current.filter(user__email__iexact=email).exists():
            raise StaleState(_("Người này đã là cán bộ đầu mối của đơn vị."))
        if current.count() >= MOST_PEOPLE:
            text = _("Một đơn vị có nhiều nhất %(most)s cán bộ đầu mối cùng lúc.")
            raise DomainError(text % {"most": MOST_PEOPLE})
        known = User.objects.filter(email__iexact=email).first()
        if known is None:
            role = PRESS_OFFICER if unit.kind == Unit.Kind.PRESS else UNIT_OFFICER
            person = open_account(
                username=_free_username(email),
                full_name=full_name,
                email=email,
                roles=[role],
                by=by,
            )
        elif known.is_staff or not known.is_active or known.is_superuser:
            raise DomainError(_("Địa chỉ này không mời được từ đây. Xin liên hệ Sở."))
        else:
            person = known
            _tell(person, unit)
        # Somebody who left and comes back the same day gets a new row, the old one keeps its last day.
        membership = Membership.objects.create(unit=unit, user=person, since=today)
        history.record(
            "invite_officer", unit, by=by, note=person.full_name, data={"user": person.pk}
        )
    return membership


def hand_over(membership: Membership, *, by: User, at: datetime | None = None) -> None:
    """Make another officer of the unit the responsible one; who was stays an officer.

    Raises NotAllowed; StaleState when that person is responsible already or has left.
    """
    at = at or timezone.now()
    today = day_of(at)
    unit = membership.unit
    if not leads_unit(by, unit, today):
        raise NotAllowed(_("Chỉ người chịu trách nhiệm chính của đơn vị mới bàn giao được."))
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        current = Membership.objects.current(today).filter(unit=unit)
        taking = current.filter(pk=membership.pk, is_responsible=False, user__is_active=True)
        if not taking.update(is_responsible=True):
            raise StaleState(_("Người này đã chịu trách nhiệm chính, hoặc đã thôi làm đầu mối."))
        current.filter(is_responsible=True).exclude(pk=membership.pk).update(is_responsible=False)
        history.record(
            "hand_over",
            unit,
            by=by,
            note=str(membership.user),
            data={"user": membership.user_id},
        )


def end_membership(membership: Membership, *, by: User, at: datetime | None = None) -> None:
    """End somebody's part in the unit, at once: from now on the person sees nothing of it, in calendars neither.

    Raises NotAllowed, for the responsible one too (who hands over first); StaleState when it has ended already.
    """
    at = at or timezone.now()
    today = day_of(at)
    if not can_leave_unit(by, membership, today):
        raise NotAllowed(_("Người chịu trách nhiệm chính cần bàn giao trước khi thôi."))
    with transaction.atomic():
        running = Membership.objects.filter(Q(until__isnull=True) | Q(until__gte=today))
        if not running.filter(pk=membership.pk, is_responsible=False).update(
            until=_day_before(today)
        ):
            raise StaleState(_("Người này đã thôi làm đầu mối của đơn vị."))
        CalendarFeed.objects.filter(
            unit=membership.unit, owner=membership.user_id, revoked_at=None
        ).update(revoked_at=at)
        history.record(
            "end_membership",
            membership.unit,
            by=by,
            note=str(membership.user),
            data={"user": membership.user_id},
        )


# --- parts --------------------------------------------------------------------------------------
def _day_before(today: date) -> date:
    """The last whole day: a membership holds to the end of its last day, and this one ends now."""
    return today - timedelta(days=1)


def _free_username(email: str) -> str:
    """Return a user name made from the address that nobody has; people sign in with the address as well."""
    parts = re.split(r"[^\w]+|_", email.partition("@")[0])
    names = ("".join(filter(str.isalnum, fold(part))) for part in parts)
    start = ".".join(filter(None, names))[:100] or "can-bo"
    taken = set(User.objects.filter(username__istartswith=start).values_list("username", flat=True))
    taken = {each.lower() for each in taken}
    name, number = start, 1
    while name in taken:
        number += 1
        name = f"{start}-{number}"
    return name


def _tell(person: User, unit: Unit) -> None:
    """Tell somebody who has an account already."""
    told = {"unit": unit.name}
    queue_mail(
        to=[person.email],
        subject=_("Ông/bà là cán bộ đầu mối của %(unit)s") % told,
        text=_(
            "Ông/bà vừa được ghi là cán bộ đầu mối của %(unit)s. Việc của đơn vị ở trang “Việc của "
            "đơn vị”, sau khi đăng nhập như thường lệ."
        )
        % told
        + "\n",
    )
