"""Promising a mail: the row is written in the transaction that causes it, and a worker is woken after the commit."""

import logging
from collections.abc import Sequence

from django.db import connection as database
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from ..models import OutgoingMail

logger = logging.getLogger(__name__)
# The kind of a mail whose text is in the row; other kinds are rendered by the worker.
WRITTEN = "written"


def queue_mail(
    *,
    to: Sequence[str],
    kind: str = WRITTEN,
    about_id: int | None = None,
    unique_key: str | None = None,
    subject: str = "",
    text: str = "",
    html: str = "",
) -> OutgoingMail:
    """Write one row and ring after the commit. Give either a registered kind with `about_id`, or the text.

    With a `unique_key` (what, to whom, which time) that was used before, the row that has it is returned.
    """
    values = {
        "kind": kind,
        "about_id": about_id,
        "recipients": list(to),
        "subject": subject,
        "text": text,
        "html": html,
    }
    if unique_key is None:
        mail = OutgoingMail.objects.create(**values)
    else:
        mail, _created = OutgoingMail.objects.get_or_create(unique_key=unique_key, defaults=values)
    ring_after_commit()
    return mail


def ring_after_commit() -> None:
    """Wake a worker once this transaction is committed; a broker that is away changes nothing but the speed.

    However many rows a transaction writes, it rings once.
    """
    if not any(entry[1] is ring for entry in database.run_on_commit):
        transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Wake a worker now."""
    from ..tasks import deliver_outbox

    try:
        deliver_outbox.delay()
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("Broker unreachable, the sweep will send: %s", error)
