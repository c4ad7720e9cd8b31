"""What all three apps need to store: people, outgoing mail, history and uploaded files."""

from .history import HistoryEntry
from .mail import OutgoingMail
from .stored_file import StoredFile
from .user import User

__all__ = ["HistoryEntry", "OutgoingMail", "StoredFile", "User"]
