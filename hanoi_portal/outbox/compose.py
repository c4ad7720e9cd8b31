"""Writing a mail: from the row, or from what its app renders, to the message that goes over the line."""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from ..mail_message import Message
from ..models import OutgoingMail
from ..registry import MailRenderer, RenderedMail, registry
from .marks import settle
from .queue import WRITTEN

logger = logging.getLogger(__name__)

Renderers = dict[str, MailRenderer]


def compose_all(
    mails: Sequence[OutgoingMail], backend: BaseEmailBackend
) -> list[tuple[OutgoingMail, Message]]:
    """Return the mails that can be written, each with its message; the others are marked failed, with the reason."""
    renderers = _renderers_of(mails)
    messages = [(mail, _compose(mail, backend, renderers)) for mail in mails]
    return [(mail, message) for mail, message in messages if message is not None]


def _compose(mail: OutgoingMail, backend: BaseEmailBackend, renderers: Renderers) -> Message | None:
    """Return the message; or mark the row failed, with the reason, when it cannot be written."""
    try:
        message = _build(mail, backend, renderers)
        if not message.to:
            raise ValueError(_("không có người nhận"))
        message.content()  # a header that cannot be written fails here and not half-way
    except DatabaseError:
        raise  # says nothing about this mail; its claim will lapse and it will be tried again
    except Exception as error:
        logger.exception("Mail %s cannot be written", mail.pk)
        settle(mail, OutgoingMail.State.FAILED, response=_("Không soạn được thư: %s") % error)
        return None
    return message


def _renderers_of(mails: Sequence[OutgoingMail]) -> Renderers:
    """Return by kind who renders these mails; whoever can has fetched at once what all of its mails say."""
    found: Renderers = {}
    for kind in {mail.kind for mail in mails} - {WRITTEN}:
        if prepare := registry.mail_batches.get(kind):
            found[kind] = prepare([mail.about_id or 0 for mail in mails if mail.kind == kind])
    return found


def _build(mail: OutgoingMail, backend: BaseEmailBackend, renderers: Renderers) -> Message:
    if mail.kind == WRITTEN:
        rendered = RenderedMail(mail.subject, mail.text, mail.html)
    else:
        with translation.override(settings.LANGUAGE_CODE):
            render = renderers.get(mail.kind) or registry.mail_renderers[mail.kind]
            rendered = render(mail.about_id or 0)
    message = Message(
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
