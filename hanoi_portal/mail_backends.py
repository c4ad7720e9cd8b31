"""Django mail backends that keep the outbox's promises: what was sent, what was not, what is unknown."""

import os
import smtplib
import tempfile
from collections.abc import Sequence
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from .mail_message import content_of, envelope_address


class FateUnknown(Exception):
    """The line was cut after the message was handed over: the server may or may not have accepted it."""


class FileBackend(BaseEmailBackend):
    """One `.eml` per message in MAIL_FOLDER, named by its Message-ID and renamed into place.

    Sending the same message again changes nothing: it cannot be there twice.
    """

    is_repeatable = True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each message; return how many."""
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for email_message in email_messages:
            content = content_of(email_message)
            header = BytesHeaderParser().parsebytes(content)["Message-ID"]
            name = header.strip("<>").replace("/", "_")
            target = folder / f"{name}.eml"
            if target.exists():
                continue
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(content.replace(b"\r\n", b"\n"))
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).rename(target)
        return len(email_messages)


def _watching(base: type[smtplib.SMTP]) -> type[smtplib.SMTP]:
    """Return the SMTP class, noting how far the current message got."""

    class WatchedSMTP(base):  # type: ignore[valid-type,misc]
        is_in_data = False
        is_handed_over = False  # the whole body went out; only the server knows whether it took it
        refused: dict[str, tuple[int, bytes]] = {}  # replaced, never changed

        def sendmail(self, *args: Any, **kwargs: Any) -> dict[str, tuple[int, bytes]]:
            self.is_handed_over = False
            self.refused = {}
            self.refused = super().sendmail(*args, **kwargs)
            return self.refused

        def data(self, msg: Any) -> Any:
            self.is_in_data = True
            try:
                return super().data(msg)
            finally:
                self.is_in_data = False

        def send(self, s: Any) -> None:
            super().send(s)
            if self.is_in_data and isinstance(s, bytes):  # commands are text, the body is bytes
                self.is_handed_over = True

    return WatchedSMTP


class SmtpBackend(EmailBackend):
    """Django's SMTP backend, which tells a message that was not sent from one whose fate is not known."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The smtplib class, watched."""
        return _watching(super().connection_class)

    @property
    def refused(self) -> dict[str, tuple[int, bytes]]:
        """Which recipients of the last message the server refused while it accepted others."""
        return getattr(self.connection, "refused", {})

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send; raise FateUnknown if the line was cut after a body was handed over."""
        try:
            return super().send_messages(email_messages)
        except smtplib.SMTPResponseException:
            raise  # the server did answer
        except OSError as error:  # smtplib's own errors are OSErrors too
            if getattr(self.connection, "is_handed_over", False):
                raise FateUnknown(str(error)) from error
            raise

    def _send(self, email_message: EmailMessage) -> bool:
        """Hand one message over. As Django's own, but for bytes that are written once; we never fail silently."""
        recipients = [envelope_address(each) for each in email_message.recipients()]
        if not recipients or self.connection is None:
            return False
        sender = envelope_address(email_message.from_email)
        self.connection.sendmail(sender, recipients, content_of(email_message))
        return True
