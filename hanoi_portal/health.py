"""Whether the services that the portal stands on are there."""

from dataclasses import dataclass

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from kombu.exceptions import OperationalError

from .celery import app
from .models import OutgoingMail


@dataclass(frozen=True)
class Report:
    """What a probe found. Without the broker the portal still serves, and the sweep still sends."""

    has_database: bool
    has_broker: bool
    mails_waiting: int | None

    @property
    def is_ready(self) -> bool:
        """Whether requests can be answered."""
        return self.has_database

    def as_dict(self) -> dict[str, object]:
        """Return the report for /readyz."""
        return {
            "database": self.has_database,
            "broker": self.has_broker,
            "mails_waiting": self.mails_waiting,
        }


def probe(connection: BaseDatabaseWrapper) -> Report:
    """Ask the database and the broker, each with a short limit."""
    try:
        connection.ensure_connection()
        waiting = OutgoingMail.objects.filter(state=OutgoingMail.State.PENDING).count()
        has_database = True
    except DatabaseError:
        waiting, has_database = None, False
    return Report(has_database, _has_broker(), waiting)


def _has_broker() -> bool:
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        return False
    return True
