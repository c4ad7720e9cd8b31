"""Django mail backends that keep the outbox's promises: what was sent, what was not, what is unknown."""

import os
import smtplib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend


class FateUnknown(Exception):
    """The line was cut after the message was handed over: the server may or may not have accepted it."""


class FileBackend(BaseEmailBackend):
    """One `.eml` per message in MAIL_FOLDER, named by its Message-ID and renamed into place.

    Sending the same message again changes nothing: it cannot be there twice.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each message; return how many."""
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for email_message in email_messages:
            message = email_message.message()
            name = message["Message-ID"].strip("<>").replace("/", "_")
            target = folder / f"{name}.eml"
            if target.exists():
                continue
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes(linesep="\n"))
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).rename(target)
        return len(email_messages)


def _watching(base: type[smtplib.SMTP]) -> type[smtplib.SMTP]:
    """Return the SMTP class with `handed_over`: whether the body of the current message went out."""

    class WatchedSMTP(base):  # type: ignore[valid-type,misc]
        handed_over = False

        def mail(self, sender: str, options: Sequence[str] = ()) -> Any:
            self.handed_over = False
            return super().mail(sender, options)

        def data(self, msg: Any) -> Any:
            self.handed_over = True
            return super().data(msg)

    return WatchedSMTP


class SmtpBackend(EmailBackend):
    """Django's SMTP backend, which tells a message that was not sent from one whose fate is not known."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The smtplib class, watched."""
        return _watching(super().connection_class)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send; raise FateUnknown if the line was cut after a body was handed over."""
        try:
            return super().send_messages(email_messages)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            # SMTPResponseException is an OSError too, but there the server did answer: its fate is known.
            if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
                raise
            if getattr(self.connection, "handed_over", False):
                raise FateUnknown(str(error)) from error
            raise
