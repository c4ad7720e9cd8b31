"""Files that people send: judged by content, never by name; kept below MEDIA_ROOT/private, which nobody serves.

`UploadsField` judges in a form and says beside the field what is wrong; `storing` keeps what an action accepts, and
leaves nothing behind when the action fails. Who may read a file is the business of the view that serves it.
"""

from .fields import UploadsField
from .judging import NAME_LENGTH, check, clean_name
from .kinds import (
    ACCEPT,
    DOCX,
    JPEG,
    MAX_FILES,
    MP4,
    PDF,
    PNG,
    WEBM,
    XLSX,
    CheckedFile,
    ending_of,
    limit_in_megabytes,
)
from .storing import storing

__all__ = [
    "ACCEPT",
    "DOCX",
    "JPEG",
    "MAX_FILES",
    "MP4",
    "NAME_LENGTH",
    "PDF",
    "PNG",
    "WEBM",
    "XLSX",
    "CheckedFile",
    "UploadsField",
    "check",
    "clean_name",
    "ending_of",
    "limit_in_megabytes",
    "storing",
]
