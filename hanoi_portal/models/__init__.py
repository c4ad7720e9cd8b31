"""What all three apps need to store: people, outgoing mail, history and uploaded files."""

from .history import HistoryEntry
from .import_run import ImportRun
from .mail import OutgoingMail
from .organisation import Organisation
from .search import EmptySearch, SearchEntry, SearchWord
from .stored_file import StoredFile
from .user import User

__all__ = [
    "EmptySearch",
    "HistoryEntry",
    "ImportRun",
    "Organisation",
    "OutgoingMail",
    "SearchEntry",
    "SearchWord",
    "StoredFile",
    "User",
]
