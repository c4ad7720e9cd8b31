"""Sending what is due: claim a batch, hand each over, mark it as its own send returns."""

import logging
import smtplib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError
from django.db import connection as database
from django.utils import timezone
from django.utils.translation import gettext as _

from ..mail_backends import FateUnknown
from ..mail_message import Message
from ..models import OutgoingMail
from ..registry import registry
from .compose import compose_all
from .marks import (
    BATCH,
    begin_attempt,
    claim_batch,
    give_back,
    postpone,
    settle,
    settle_refused,
    settle_sent_and_begin,
)
from .queue import ring

logger = logging.getLogger(__name__)
# Then the line is opened anew: many servers take no more than 100 messages over one.
BATCHES_A_LINE = 4

State = OutgoingMail.State


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
                    ring()
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


def deliver_batch(
    mails: Sequence[OutgoingMail],
    clock: Callable[[], datetime],
    line: BaseEmailBackend | None = None,
) -> int:
    """Send claimed rows over one connection, each marked as its own send returns; return how many went out.

    A `line` that is given is used, and left open for the next batch.
    """
    backend = line or get_connection()
    batch = _Batch(compose_all(mails, backend), backend, clock)
    try:
        batch.send()
    finally:
        if line is None:
            _hang_up(backend)
    if batch.accepted:
        for listen in registry.acceptance_listeners:
            listen(batch.accepted)
    return batch.sent


class _Batch:
    """Messages that are written and wait for their turn, and how far the sending of them has come."""

    def __init__(
        self,
        letters: Sequence[tuple[OutgoingMail, Message]],
        backend: BaseEmailBackend,
        clock: Callable[[], datetime],
    ) -> None:
        self.letters = letters
        self.backend = backend
        self.clock = clock
        self.sent = 0
        self.accepted: list[str] = []
        self.begun: OutgoingMail | None = None  # whose attempt was written with the mark before

    def send(self) -> None:
        """Send one after the other; where the server cannot be reached, all that is left waits."""
        followers = [*(mail for mail, _message in self.letters[1:]), None]
        for position, (mail, message) in enumerate(self.letters):
            if self.begun is not mail:
                try:
                    self.backend.open()  # does nothing while the line is open
                except OSError as error:  # smtplib's own too: greeting, TLS or sign-in refused
                    left = [each for each, _message in self.letters[position:]]
                    give_back(left, f"{type(error).__name__}: {error}", self.clock())
                    return
                if not begin_attempt(mail, self.clock()):
                    continue
            if _hand_over(mail, message, self.backend, self.clock):
                self._note_sent(mail, message, followers[position])

    def _note_sent(
        self, mail: OutgoingMail, message: Message, following: OutgoingMail | None
    ) -> None:
        refused: Mapping[str, tuple[int, bytes]] = getattr(self.backend, "refused", {})
        self.sent += 1
        self.accepted += [address for address in message.to if address not in refused]
        if following is not None and not refused:
            if settle_sent_and_begin(mail, following, self.clock()):
                self.begun = following
            return
        response = "; ".join(
            _("%(address)s bị từ chối: %(code)s %(answer)s")
            % {"address": address, "code": code, "answer": _words(answer)}
            for address, (code, answer) in refused.items()
        )
        settle(mail, State.SENT, response=response, sent_at=self.clock())
        if refused:
            _tell_refused(refused, self.clock())


def _hand_over(
    mail: OutgoingMail, message: Message, backend: BaseEmailBackend, clock: Callable[[], datetime]
) -> bool:
    """Give the message to the server; False where it did not take it, and then what became of it is written down."""
    try:
        backend.send_messages([message])
    except FateUnknown as error:
        _hang_up(backend)
        settle(mail, State.UNKNOWN, response=_("Mất liên lạc sau khi trao thư: %s") % error)
    except smtplib.SMTPSenderRefused as error:
        # About us and not about this mail: for somebody to put right, and then it goes out.
        _hang_up(backend)
        postpone(mail, f"{error.smtp_code} {_words(error.smtp_error)}", clock())
    except smtplib.SMTPRecipientsRefused as error:
        _hang_up(backend)
        # Where one address is refused for now only, the whole waits.
        code, answer = min(error.recipients.values(), key=lambda pair: pair[0])
        settle_refused(mail, code, _words(answer), clock())
        _tell_refused(error.recipients, clock())
    except smtplib.SMTPResponseException as error:
        _hang_up(backend)
        settle_refused(mail, error.smtp_code, _words(error.smtp_error), clock())
        _tell_refused(dict.fromkeys(message.to, (error.smtp_code, error.smtp_error)), clock())
    except OSError as error:
        _hang_up(backend)
        postpone(mail, f"{type(error).__name__}: {error}", clock())
    except Exception as error:
        logger.exception("Mail %s cannot be sent", mail.pk)
        _hang_up(backend)
        settle(mail, State.FAILED, response=f"{type(error).__name__}: {error}")
    else:
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


def _words(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
