"""Sending once more what is over: staff decide, and the message stays the same one."""

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import history
from ..errors import NotAllowed, StaleState
from ..models import OutgoingMail, User
from .queue import ring_after_commit

State = OutgoingMail.State


def send_again(mail: OutgoingMail, *, by: User) -> None:
    """Send a failed message, or one whose fate is unknown, once more under its old Message-ID; staff decide."""
    if not (by.is_active and by.has_perm("hanoi_portal.resend_outgoingmail")):
        raise NotAllowed(_("Ông/bà không có quyền gửi lại thư."))
    with transaction.atomic():
        if not send_anew(OutgoingMail.objects.filter(pk=mail.pk).exclude(state=State.SENT)):
            raise StaleState(_("Thư này đang chờ gửi hoặc đã gửi xong."))
        history.record("send_again", mail, by=by, from_state=mail.state, to_state=State.PENDING)


def send_anew(mails: models.QuerySet[OutgoingMail], **changes: Any) -> int:
    """Put mails whose sending is over back among the pending, under their old Message-IDs; return how many.

    A step of the actions that let staff do so. A temporary refusal is then met with patience again.
    """
    now = timezone.now()
    count = mails.filter(state__in=[State.FAILED, State.UNKNOWN, State.SENT]).update(
        state=State.PENDING,
        due_at=now,
        trying_since=now,
        attempted_at=None,
        lease_until=None,
        **changes,
    )
    if count:
        ring_after_commit()
    return count
