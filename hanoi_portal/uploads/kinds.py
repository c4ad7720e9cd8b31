"""The kinds of file that are taken, and how much of each."""

from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

ACCEPT = ".pdf,.docx,.xlsx,.jpg,.jpeg,.heic,.heif,.png"
ACCEPT_VIDEO = ".mp4,.webm"
MAX_FILES = 10


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: how it is announced, and the endings that belong to it, the usual one first."""

    content_type: str
    endings: tuple[str, ...]


PDF = Kind("application/pdf", (".pdf",))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"))
PNG = Kind("image/png", (".png",))
MP4 = Kind("video/mp4", (".mp4", ".m4v", ".mov"))
WEBM = Kind("video/webm", (".webm",))
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = Kind(f"{OFFICE}.wordprocessingml.document", (".docx",))
XLSX = Kind(f"{OFFICE}.spreadsheetml.sheet", (".xlsx",))
# Where the parts of each lie; the main one's name differs between programs, its type does not (ECMA-376, part 1).
OFFICE_FOLDERS = {"word/": DOCX, "xl/": XLSX}


def ending_of(content_type: str) -> str:
    """Return what people call a kind of file that we take: PDF, DOCX, JPG …; empty for any other."""
    kinds = (PDF, JPEG, PNG, MP4, WEBM, DOCX, XLSX)
    found = (kind.endings[0] for kind in kinds if kind.content_type == content_type)
    return next(found, "").removeprefix(".").upper()


@dataclass(frozen=True)
class CheckedFile:
    """A file whose content has been judged, under a name that is safe to show."""

    file: UploadedFile
    name: str
    content_type: str


def limit_in_megabytes(*, is_video: bool = False) -> int:
    """Return how large one file may be, in MB."""
    limit = settings.UPLOAD_VIDEO_MAX_BYTES if is_video else settings.UPLOAD_MAX_BYTES
    return int(limit) // (1024 * 1024)
