"""The outbox's verbs: queue a message, claim a batch, send it, put right what was interrupted.

The rows are the truth and the broker only a bell (docs/decisions/0003). `queue_mail` writes the row in the
transaction that causes it and rings after the commit; beat's sweep finds what nobody rang for. A worker claims rows by
conditional update, says "I hand this one over now" in a commit of its own, and marks it sent as its send returns:

    pending → claimed → sent         the server accepted it
                      → pending      certainly not sent: later again, waiting longer each time
                      → failed       refused for good (5xx), or given up after 48 hours
                      → unknown      handed over, and the answer was lost; resent once, same Message-ID
"""

import logging
import smtplib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.header import Header
from email.message import Message
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, models, transaction
from django.db import connection as database
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from . import history
from .errors import NotAllowed, StaleState
from .mail_backends import FateUnknown
from .models import OutgoingMail, User
from .registry import RenderedMail, registry

logger = logging.getLogger(__name__)

BATCH = 25
# Then the line is opened anew: many servers take no more than 100 messages over one.
BATCHES_A_LINE = 4
LONGEST_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(hours=48)
WRITTEN = (
    "written"  # the kind of a mail whose text is in the row; other kinds are rendered by the worker
)

State = OutgoingMail.State


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
    if not any(entry[1] is _ring for entry in database.run_on_commit):
        transaction.on_commit(_ring, robust=True)


def _ring() -> None:
    from .tasks import deliver_outbox

    try:
        deliver_outbox.delay()
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("Broker unreachable, the sweep will send: %s", error)


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


def deliver_batch(
    mails: Sequence[OutgoingMail],
    clock: Callable[[], datetime],
    line: BaseEmailBackend | None = None,
) -> int:
    """Send claimed rows over one connection, each marked as its own send returns; return how many went out.

    A `line` that is given is used, and left open for the next batch.
    """
    sent = 0
    accepted: list[str] = []
    backend = line or get_connection()
    try:
        for position, mail in enumerate(mails):
            message = _compose(mail, backend)
            if message is None:
                continue
            try:
                backend.open()  # does nothing while the line is open
            except OSError as error:  # smtplib's own errors too: greeting, TLS or sign-in refused
                _give_back(mails[position:], f"{type(error).__name__}: {error}", clock())
                break
            if _begin_attempt(mail, clock()) and _hand_over(mail, message, backend, clock):
                sent += 1
                refused = getattr(backend, "refused", {})
                accepted += [address for address in message.to if address not in refused]
    finally:
        if line is None:
            _hang_up(backend)
    if accepted:
        for listen in registry.acceptance_listeners:
            listen(accepted)
    return sent


def _compose(mail: OutgoingMail, backend: BaseEmailBackend) -> EmailMultiAlternatives | None:
    """Return the message; or mark the row failed, with the reason, when it cannot be written."""
    try:
        message = _build(mail, backend)
        if not message.to:
            raise ValueError(_("không có người nhận"))
        message.message()  # a header that cannot be written fails here and not half-way
    except DatabaseError:
        raise  # says nothing about this mail; its claim will lapse and it will be tried again
    except Exception as error:
        logger.exception("Mail %s cannot be written", mail.pk)
        _settle(mail, State.FAILED, response=_("Không soạn được thư: %s") % error)
        return None
    return message


def _hand_over(
    mail: OutgoingMail,
    message: EmailMultiAlternatives,
    backend: BaseEmailBackend,
    clock: Callable[[], datetime],
) -> bool:
    """Give the message to the server and write down what became of it; tell whether it was sent."""
    try:
        backend.send_messages([message])
    except FateUnknown as error:
        _hang_up(backend)
        _settle(mail, State.UNKNOWN, response=_("Mất liên lạc sau khi trao thư: %s") % error)
    except smtplib.SMTPSenderRefused as error:
        # About us and not about this mail: for somebody to put right, and then it goes out.
        _hang_up(backend)
        _postpone(mail, f"{error.smtp_code} {_words(error.smtp_error)}", clock())
    except smtplib.SMTPRecipientsRefused as error:
        _hang_up(backend)
        # Where one address is refused for now only, the whole waits.
        code, answer = min(error.recipients.values(), key=lambda pair: pair[0])
        _refused(mail, code, _words(answer), clock())
        _tell_refused(error.recipients, clock())
    except smtplib.SMTPResponseException as error:
        _hang_up(backend)
        _refused(mail, error.smtp_code, _words(error.smtp_error), clock())
        _tell_refused(dict.fromkeys(message.to, (error.smtp_code, error.smtp_error)), clock())
    except OSError as error:
        _hang_up(backend)
        _postpone(mail, f"{type(error).__name__}: {error}", clock())
    except Exception as error:
        logger.exception("Mail %s cannot be sent", mail.pk)
        _hang_up(backend)
        _settle(mail, State.FAILED, response=f"{type(error).__name__}: {error}")
    else:
        refused = getattr(backend, "refused", {})
        response = "; ".join(
            _("%(address)s bị từ chối: %(code)s %(answer)s")
            % {"address": address, "code": code, "answer": _words(answer)}
            for address, (code, answer) in refused.items()
        )
        _settle(mail, State.SENT, response=response, sent_at=clock())
        if refused:
            _tell_refused(refused, clock())
        return True
    return False


def _tell_refused(answers: Mapping[str, tuple[int, bytes | str]], at: datetime) -> None:
    """Tell whoever keeps addresses which of them were refused for good, and in whose words."""
    for_good = {
        address: f"{code} {_words(answer)}"
        for address, (code, answer) in answers.items()
        if 500 <= code < 600
    }
    if for_good:
        for listen in registry.refusal_listeners:
            listen(for_good, at)


def _hang_up(backend: BaseEmailBackend) -> None:
    """Close the line; the next message opens a new one."""
    try:
        backend.close()
    except OSError as error:
        logger.info("The mail server's line did not close cleanly: %s", error)


class _Message(EmailMultiAlternatives):
    """Django's message with a Vietnamese subject folded where it fits; built once, however often it is asked for.

    Django folds it as if the line were the subject's alone; the first line is then left empty, and strict readers see
    a subject that begins with a space.
    """

    _built: Any = None

    def message(self, **kwargs: Any) -> Any:
        """Return the MIME message."""
        if self._built is None:
            subject, self.subject = str(self.subject), ""
            self._built = super().message(**kwargs)
            self.subject = subject
            del self._built["Subject"]
            if not subject.isascii():
                subject = Header(subject, "utf-8", header_name="Subject").encode()
            Message.__setitem__(self._built, "Subject", subject)  # Django's would refuse the folds
        return self._built


def _build(mail: OutgoingMail, backend: BaseEmailBackend) -> EmailMultiAlternatives:
    if mail.kind == WRITTEN:
        rendered = RenderedMail(mail.subject, mail.text, mail.html)
    else:
        with translation.override(settings.LANGUAGE_CODE):
            rendered = registry.mail_renderers[mail.kind](mail.about_id or 0)
    message = _Message(
        subject=" ".join(rendered.subject.split()),
        body=rendered.text,
        to=list(rendered.to) or mail.recipients,
        headers={
            **rendered.headers,
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
        },
        connection=backend,
    )
    if rendered.html:
        message.attach_alternative(rendered.html, "text/html")
    return message


def _begin_attempt(mail: OutgoingMail, at: datetime) -> bool:
    """Commit that the message is about to be handed over; False if the claim is no longer ours."""
    return bool(
        OutgoingMail.objects.filter(
            pk=mail.pk, state=State.CLAIMED, claimed_by=mail.claimed_by
        ).update(attempted_at=at, lease_until=_lease(at), tries=F("tries") + 1)
    )


def _settle(
    mail: OutgoingMail, state: State, *, response: str, sent_at: datetime | None = None
) -> None:
    """Write how an attempt ended. A send that returned counts even if its lease ran out meanwhile."""
    changes: dict[str, object] = {"state": state, "last_response": response, "lease_until": None}
    if sent_at:
        changes["sent_at"] = sent_at
    rows = OutgoingMail.objects.filter(pk=mail.pk).exclude(state=State.SENT)
    if state != State.SENT:
        rows = rows.filter(claimed_by=mail.claimed_by, state=State.CLAIMED)
    rows.update(**changes)


def _refused(mail: OutgoingMail, code: int, answer: str, at: datetime) -> None:
    if 500 <= code < 600:
        _settle(mail, State.FAILED, response=f"{code} {answer}")
    else:
        _postpone(mail, f"{code} {answer}", at)


def _postpone(mail: OutgoingMail, response: str, at: datetime) -> None:
    """Certainly not sent: back to pending with a growing wait, or failed after 48 hours."""
    if at - mail.trying_since > GIVE_UP_AFTER:
        _settle(mail, State.FAILED, response=response)
        return
    first = timedelta(seconds=settings.OUTBOX_FIRST_WAIT_SECONDS)
    wait = min(first * 2 ** min(mail.tries, 12), LONGEST_WAIT)
    OutgoingMail.objects.filter(pk=mail.pk, claimed_by=mail.claimed_by, state=State.CLAIMED).update(
        state=State.PENDING,
        due_at=at + wait,
        attempted_at=None,
        lease_until=None,
        last_response=response,
    )


def _give_back(mails: Sequence[OutgoingMail], response: str, at: datetime) -> None:
    """The server cannot be reached: nothing of the batch was tried; all of it waits a little."""
    for mail in mails:
        _postpone(mail, response, at)


def recover_lapsed(at: datetime) -> None:
    """Put right the claims of workers that died: not attempted → pending; attempted → unknown; resend unknown once."""
    lapsed = OutgoingMail.objects.lapsed(at)
    lapsed.filter(attempted_at__isnull=True).update(state=State.PENDING, lease_until=None)
    lapsed.filter(attempted_at__isnull=False).update(
        state=State.UNKNOWN,
        lease_until=None,
        last_response=_("Tiến trình gửi dừng giữa chừng, chưa rõ máy chủ đã nhận hay chưa."),
    )
    OutgoingMail.objects.filter(state=State.UNKNOWN, resends=0).update(
        state=State.PENDING, resends=1, due_at=at, attempted_at=None
    )


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


def _lease(at: datetime) -> datetime:
    return at + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


def _words(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def deliver_due(clock: Callable[[], datetime] = timezone.now) -> int:
    """Claim and send until nothing is due; return how many messages went out.

    Who finds a full batch rings once more: where a worker is idle, it helps.
    """
    sent = batches = 0
    line = get_connection()
    with _commits_not_awaited():
        try:
            while mails := claim_batch(clock()):
                batches += 1
                if batches == 1 and len(mails) == BATCH:
                    _ring()
                sent += deliver_batch(mails, clock, line)
                if batches % BATCHES_A_LINE == 0:
                    _hang_up(line)
        finally:
            _hang_up(line)
    return sent


@contextmanager
def _commits_not_awaited() -> Iterator[None]:
    """Let PostgreSQL take the marks of the mails without waiting for its disk at each (SQLite in WAL mode never does).

    Others see a mark at once, and a worker that dies loses none. Only where the database server itself dies are those
    of its last moment (0.6 s) lost, the newest first: such mails go out again as the same message, once more at most,
    which is what happens to a mail under way at such a moment anyhow.
    """
    if database.vendor != "postgresql":
        yield
        return
    with database.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        try:
            with database.cursor() as cursor:
                cursor.execute("RESET synchronous_commit")
        except DatabaseError:
            database.close()  # a new connection waits for the disk again
