"""How an address of a unit is told: each notice at once, or all of a day together. Its officers choose."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import NotAllowed
from hanoi_portal.models import User

from ..models import UnitContact
from ..rules import speaks_for
from ..timeliness import day_of


def choose_delivery(contact: UnitContact, delivery: str, *, by: User) -> bool:
    """Let the address be told so from now on; False when it was so already. What waits for a digest still comes in one.

    Raises NotAllowed unless an officer of the unit chooses.
    """
    if not speaks_for(by, contact.unit, day_of(timezone.now())):
        raise NotAllowed(_("Chỉ cán bộ đầu mối của đơn vị mới chọn được cách nhận thư."))
    delivery = UnitContact.Delivery(delivery)
    with transaction.atomic():
        other = UnitContact.objects.filter(pk=contact.pk).exclude(delivery=delivery)
        if not other.update(delivery=delivery):
            return False
        history.record(
            "choose_delivery",
            contact.unit,
            by=by,
            note=f"{contact.email}: {UnitContact.Delivery(delivery).label}",
        )
    return True
