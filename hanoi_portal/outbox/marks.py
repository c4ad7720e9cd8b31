"""What a worker writes down of a mail: that it is claimed, about to be handed over, and what became of it.

Each is one conditional update, committed by itself: only who holds the claim changes the row.
"""

import re
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection as database
from django.db.models import F
from django.utils.translation import gettext as _

from ..models import OutgoingMail

BATCH = 25
LONGEST_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(hours=48)

_ADDRESS = re.compile(r"[^\s<>\"'();:,]+@[^\s<>\"'();:,]+")

State = OutgoingMail.State

# The same on PostgreSQL and SQLite; %s stands for the values named below, in order.
SENT_AND_BEGIN = f"""
UPDATE {OutgoingMail._meta.db_table} SET
    state = CASE WHEN id = %s THEN 'sent' ELSE state END,
    last_response = CASE WHEN id = %s THEN '' ELSE last_response END,
    sent_at = CASE WHEN id = %s THEN %s ELSE sent_at END,
    lease_until = CASE WHEN id = %s THEN NULL ELSE %s END,
    attempted_at = CASE WHEN id = %s THEN attempted_at ELSE %s END,
    tries = CASE WHEN id = %s THEN tries ELSE tries + 1 END
WHERE id IN (%s, %s)
    AND (id = %s AND state <> 'sent' OR id = %s AND state = 'claimed' AND claimed_by = %s)
RETURNING id
"""
SENT_AND_BEGIN_VALUES = (
    *(("sent", "id"), ("sent", "id"), ("sent", "id"), ("at", "sent_at")),
    *(("sent", "id"), ("lease", "lease_until"), ("sent", "id"), ("at", "attempted_at")),
    *(("sent", "id"), ("sent", "id"), ("next", "id")),
    *(("sent", "id"), ("next", "id"), ("token", "claimed_by")),
)


def claim_batch(at: datetime, limit: int = BATCH) -> list[OutgoingMail]:
    """Take up to `limit` due rows for this worker alone, under a lease; return them, oldest first."""
    token = uuid.uuid4()
    while due := list(OutgoingMail.objects.due(at).values_list("pk", flat=True)[:limit]):
        claimed = OutgoingMail.objects.filter(pk__in=due, state=State.PENDING).update(
            state=State.CLAIMED, claimed_by=token, lease_until=_lease(at), attempted_at=None
        )
        if claimed:
            return list(OutgoingMail.objects.filter(claimed_by=token).order_by("due_at", "pk"))
        # Another worker was faster with all of these; there may be more.
    return []


def begin_attempt(mail: OutgoingMail, at: datetime) -> bool:
    """Commit that the message is about to be handed over; False if the claim is no longer ours."""
    return bool(
        OutgoingMail.objects.filter(
            pk=mail.pk, state=State.CLAIMED, claimed_by=mail.claimed_by
        ).update(attempted_at=at, lease_until=_lease(at), tries=F("tries") + 1)
    )


def settle_sent_and_begin(sent: OutgoingMail, following: OutgoingMail, at: datetime) -> bool:
    """Write in one commit that a mail was sent and that the next one of its batch is about to be handed over.

    What `settle` and `begin_attempt` would write one right after the other, in half the time; False if the claim of the
    following is no longer ours.
    """
    values: dict[str, Any] = {
        "sent": sent.pk,
        "next": following.pk,
        "token": following.claimed_by,
        "at": at,
        "lease": _lease(at),
    }
    fields: Any = {field.name: field for field in OutgoingMail._meta.fields}
    parameters = [
        fields[field].get_db_prep_value(values[name], database)
        for name, field in SENT_AND_BEGIN_VALUES
    ]
    with database.cursor() as cursor:
        cursor.execute(SENT_AND_BEGIN, parameters)
        return (following.pk,) in cursor.fetchall()


def settle(
    mail: OutgoingMail, state: State, *, response: str, sent_at: datetime | None = None
) -> None:
    """Write how an attempt ended. A send that returned counts even if its lease ran out meanwhile."""
    changes: dict[str, object] = {
        "state": state,
        "last_response": _kept_words(mail, response),
        "lease_until": None,
    }
    if sent_at:
        changes["sent_at"] = sent_at
    rows = OutgoingMail.objects.filter(pk=mail.pk).exclude(state=State.SENT)
    if state != State.SENT:
        rows = rows.filter(claimed_by=mail.claimed_by, state=State.CLAIMED)
    rows.update(**changes)


def settle_refused(mail: OutgoingMail, code: int, answer: str, at: datetime) -> None:
    """Write down a refusal: for good, or for now only."""
    if 500 <= code < 600:
        settle(mail, State.FAILED, response=f"{code} {answer}")
    else:
        postpone(mail, f"{code} {answer}", at)


def postpone(mail: OutgoingMail, response: str, at: datetime) -> None:
    """Certainly not sent: back to pending with a growing wait, or failed after 48 hours."""
    if at - mail.trying_since > GIVE_UP_AFTER:
        settle(mail, State.FAILED, response=response)
        return
    first = timedelta(seconds=settings.OUTBOX_FIRST_WAIT_SECONDS)
    wait = min(first * 2 ** min(mail.tries, 12), LONGEST_WAIT)
    OutgoingMail.objects.filter(pk=mail.pk, claimed_by=mail.claimed_by, state=State.CLAIMED).update(
        state=State.PENDING,
        due_at=at + wait,
        attempted_at=None,
        lease_until=None,
        last_response=_kept_words(mail, response),
    )


def give_back(mails: Sequence[OutgoingMail], response: str, at: datetime) -> None:
    """The server cannot be reached: nothing of the batch was tried; all of it waits a little."""
    for mail in mails:
        postpone(mail, response, at)


def recover_lapsed(at: datetime) -> None:
    """Put right the claims of workers that died: not attempted → pending; attempted → unknown; resend unknown once.

    Where sending the same message again changes nothing (`is_repeatable`), it is sent until it is known to be there.
    """
    lapsed = OutgoingMail.objects.lapsed(at)
    lapsed.filter(attempted_at__isnull=True).update(state=State.PENDING, lease_until=None)
    lapsed.filter(attempted_at__isnull=False).update(
        state=State.UNKNOWN,
        lease_until=None,
        last_response=_("Tiến trình gửi dừng giữa chừng, chưa rõ máy chủ đã nhận hay chưa."),
    )
    unsure = OutgoingMail.objects.filter(state=State.UNKNOWN)
    if not getattr(get_connection(), "is_repeatable", False):
        unsure = unsure.filter(resends=0)
    unsure.update(state=State.PENDING, resends=F("resends") + 1, due_at=at, attempted_at=None)


def _kept_words(mail: OutgoingMail, response: str) -> str:
    """Return a server's words without addresses, where the row itself must not hold the one it went to."""
    return response if mail.recipients else _ADDRESS.sub("…", response)


def _lease(at: datetime) -> datetime:
    return at + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
