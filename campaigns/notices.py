"""Telling units: one notice and one mail for each unit and event.

`tell` writes the rows inside the caller's transaction; the worker asks `letters.render` for the words when it sends, so
that a page never waits for 61 letters.
"""

from collections.abc import Sequence

from hanoi_portal import outbox

from . import digests
from .models import Assignment, Notice, Plan, Unit

MAIL_KIND = "campaigns.notice"


def notice_key(event: str, plan: Plan, unit: Unit, occasion: str = "") -> str:
    """Return what keeps an event from being told twice: which event, which plan, whom, which occasion."""
    return ":".join(
        ["notice", str(event), str(plan.pk), str(unit.pk), *([occasion] if occasion else [])]
    )


def addresses_of(unit: Unit) -> list[str]:
    """Return where the unit is told of its work."""
    in_use = unit.contacts.filter(is_active=True).order_by("pk")
    return list(in_use.values_list("email", flat=True))


def tell(
    *,
    unit: Unit,
    plan: Plan,
    event: Notice.Event,
    assignments: Sequence[Assignment],
    unique_key: str,
    words: str = "",
    also_to: Sequence[str] = (),
    is_from_above: bool = False,
) -> Notice:
    """Write the notice and its mail, in the caller's transaction; the same key again changes nothing.

    `also_to` are people's own addresses, beside those of the unit; `is_from_above` is of a change that the unit which
    handed the work down made itself, and so signs.
    A unit without an address gets a notice without a mail: staff see it among the notices.
    """
    notice, is_new = Notice.objects.get_or_create(
        unique_key=unique_key,
        defaults={
            "unit": unit,
            "plan": plan,
            "event": event,
            "words": words,
            "is_from_above": is_from_above,
        },
    )
    if not is_new:
        return notice
    notice.assignments.set(assignments)
    contacts = list(unit.contacts.filter(is_active=True).order_by("pk"))
    daily = [each for each in contacts if digests.waits_for_digest(event, each)]
    digests.put_aside(notice, daily)
    addresses = [each.email for each in contacts if each not in daily]
    known = {address.lower() for address in addresses}
    addresses += [address for address in also_to if address.lower() not in known]
    if addresses:
        notice.mail = outbox.queue_mail(
            to=addresses, kind=MAIL_KIND, about_id=notice.pk, unique_key=unique_key
        )
        notice.save(update_fields=["mail"])
    return notice
