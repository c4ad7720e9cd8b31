"""What all three apps need to store: people, outgoing mail, history and uploaded files."""

from .history import HistoryEntry
from .mail import OutgoingMail
from .search import EmptySearch, SearchEntry, SearchWord
from .stored_file import StoredFile
from .user import User

__all__ = [
    "EmptySearch",
    "HistoryEntry",
    "OutgoingMail",
    "SearchEntry",
    "SearchWord",
    "StoredFile",
    "User",
]
