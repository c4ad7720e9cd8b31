"""The daily digest: one mail a day to each address that chose it, listing every notice since the last one.

What waits was written with each notice (`DigestItem`), so a stopped beat, or an address that goes back to immediate
mails, loses nothing. Urgent news never waits: see URGENT.
"""

from collections.abc import Iterable
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from hanoi_portal import outbox

from .models import DigestItem, Notice, UnitContact
from .timeliness import day_of

DIGEST_KIND = "campaigns.digest"
MORNING = time(8, 30)  # after the day's reminders
# The unit must act, or stop, at once.
URGENT = frozenset({Notice.Event.RETURNED, Notice.Event.RECALLED, Notice.Event.QUESTION})


def waits_for_digest(event: str, contact: UnitContact) -> bool:
    """Tell whether an address is told of such an event in its digest and not at once."""
    return contact.delivery == UnitContact.Delivery.DAILY and event not in URGENT


def put_aside(notice: Notice, contacts: Iterable[UnitContact]) -> None:
    """Keep the notice for the digests of these addresses, in the caller's transaction."""
    DigestItem.objects.bulk_create(
        [DigestItem(contact=contact, notice=notice) for contact in contacts], ignore_conflicts=True
    )


def send_digests(at: datetime | None = None) -> int:
    """Write one mail to each address for which something waits; return how many. Safe to call at any time, by several.

    Once a day for each address, from 8:30: what comes later waits until the next morning.
    """
    at = at or timezone.now()
    if timezone.localtime(at).time() < MORNING:
        return 0
    waiting = DigestItem.objects.filter(mail=None, contact__is_active=True)
    ids = waiting.order_by("contact_id").values_list("contact_id", flat=True).distinct()
    return sum(_send(contact_id, at) for contact_id in list(ids))


def _send(contact_id: int, at: datetime) -> int:
    """Write the day's digest of one address; nothing if it has had one today, or another is faster."""
    with transaction.atomic():
        contact = UnitContact.objects.select_for_update().get(pk=contact_id)
        items = DigestItem.objects.filter(contact=contact, mail=None)
        first = items.first()
        key = f"{DIGEST_KIND}:{contact_id}:{day_of(at).isoformat()}"
        has_had_one = DigestItem.objects.filter(contact=contact, mail__unique_key=key).exists()
        if first is None or has_had_one:
            return 0
        mail = outbox.queue_mail(
            to=[contact.email], kind=DIGEST_KIND, about_id=first.pk, unique_key=key
        )
        items.update(mail=mail)
    return 1
