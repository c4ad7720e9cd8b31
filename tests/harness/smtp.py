"""A real SMTP server on loopback that keeps what it is given, and misbehaves when it is told to."""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.with_services import free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells of every connection


class Behaviour(Enum):
    """What the server does with the next message, once its body has arrived."""

    ACCEPT = "keeps it and says so"
    SLOW = "keeps it, and says so after `delay` seconds"
    REFUSE = "does not keep it: 451, try again later"
    REFUSE_FOR_GOOD = "does not keep it: 550, no such mailbox"
    DROP_BEFORE = "does not keep it, and cuts the line"
    DROP_AFTER = "keeps it, and cuts the line before it can say so"
    HANG = "does not keep it and never answers, until the server stops"


@dataclass(frozen=True)
class Received:
    """A message that the server accepted responsibility for."""

    recipients: tuple[str, ...]
    message: EmailMessage
    at: float  # time.monotonic()

    @property
    def message_id(self) -> str:
        """Its Message-ID, with the angle brackets."""
        return str(self.message["Message-ID"])


@dataclass
class SmtpServer:
    """The server, its post and its manners; `script` is used up first, then `behaviour` holds."""

    port: int
    behaviour: Behaviour = Behaviour.ACCEPT
    delay: float = 0.5
    script: deque[Behaviour] = field(default_factory=deque)
    connections: int = 0
    _received: list[Received] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """The EMAIL_URL that leads here."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def received(self) -> list[Received]:
        """All that was kept so far, in order of arrival."""
        with self._lock:
            return list(self._received)

    def message_ids_by_recipient(self) -> dict[str, set[str]]:
        """Under which Message-IDs each address was told: more than one is a doubled notice."""
        found: dict[str, set[str]] = {}
        for item in self.received:
            for recipient in item.recipients:
                found.setdefault(recipient, set()).add(item.message_id)
        return found

    def clear(self) -> None:
        """Forgets what was kept."""
        with self._lock:
            self._received.clear()

    def _next_behaviour(self) -> Behaviour:
        with self._lock:
            return self.script.popleft() if self.script else self.behaviour

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = message_from_bytes(content, policy=policy.default)
        with self._lock:
            self._received.append(Received(tuple(envelope.rcpt_tos), message, time.monotonic()))

    # --- aiosmtpd's handler interface, under its names ---

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Counts connections, then answers as usual."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The body has arrived: behave."""
        behaviour = self._next_behaviour()
        if behaviour in (Behaviour.ACCEPT, Behaviour.SLOW, Behaviour.DROP_AFTER):
            if behaviour is Behaviour.SLOW:
                await asyncio.sleep(self.delay)
            self._keep(envelope)
        if behaviour in (Behaviour.DROP_BEFORE, Behaviour.DROP_AFTER):
            transport: Any = server.transport
            transport.abort()
            await asyncio.sleep(3600)  # cancelled with the connection
        if behaviour is Behaviour.HANG:
            await asyncio.sleep(3600)
        if behaviour is Behaviour.REFUSE:
            return "451 4.3.0 Try again later"
        if behaviour is Behaviour.REFUSE_FOR_GOOD:
            return "550 5.1.1 No such mailbox"
        return "250 2.0.0 Kept"


@contextmanager
def running_smtp_server() -> Iterator[SmtpServer]:
    """The server on a free port of loopback, stopped at the end."""
    server = SmtpServer(free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
