"""Writing a mail: from the row, or from what its app renders, to the message that goes over the line."""

import logging
from email.header import Header
from email.message import Message
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from ..models import OutgoingMail
from ..registry import RenderedMail, registry
from .marks import settle
from .queue import WRITTEN

logger = logging.getLogger(__name__)


def compose(mail: OutgoingMail, backend: BaseEmailBackend) -> EmailMultiAlternatives | None:
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
        settle(mail, OutgoingMail.State.FAILED, response=_("Không soạn được thư: %s") % error)
        return None
    return message


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
