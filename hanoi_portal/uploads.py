"""Files that people send: judged by content, never by name; kept below MEDIA_ROOT/private, which nobody serves.

`UploadsField` judges in a form and says beside the field what is wrong; `storing` keeps what an action accepts, and
leaves nothing behind when the action fails. Who may read a file is the business of the view that serves it.
"""

import hashlib
import re
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

from . import videos
from .models import StoredFile, User
from .photographs import without_traces
from .text import clean_line

ACCEPT = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"
ACCEPT_VIDEO = ".mp4,.webm"
MAX_FILES = 10
MAX_PIXELS = 100_000_000
MAX_UNPACKED_BYTES = 500 * 1024 * 1024
MAX_ZIP_ENTRIES = 5_000
NAME_LENGTH = 120


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


def check(upload: UploadedFile, *, with_video: bool = False) -> CheckedFile:
    """Return the file with its true kind and a clean name; ValidationError, in Vietnamese, when it is not taken.

    Of a photograph or a video, where it was made is taken out. Video is taken only where it is asked for.
    """
    name = clean_name(upload.name or "")
    if not upload.size:
        raise _refusal(_("Tệp “%(name)s” không có nội dung."), name)
    upload.seek(0)
    start = upload.read(64)
    video = _video_kind(start) if with_video else None
    limit = limit_in_megabytes(is_video=video is not None)
    if upload.size > limit * 1024 * 1024:
        text = _("Tệp “%(name)s” nặng hơn %(limit)s MB. Xin chọn tệp nhẹ hơn.")
        raise _refusal(text, name, limit=limit)
    if videos.is_heif(start):
        text = _(
            "Chưa nhận ảnh HEIC “%(name)s”. Xin đổi sang JPEG "
            "(trên iPhone: Cài đặt, Camera, Định dạng, Tương thích nhất)."
        )
        raise _refusal(text, name)
    kind = video or _kind_of(upload, name, with_video=with_video)
    if kind == MP4:
        _blank_place(upload, name)
    elif kind in {JPEG, PNG}:
        upload = _without_traces(upload, name)
    upload.seek(0)
    return CheckedFile(upload, _with_ending(name, kind), kind.content_type)


def limit_in_megabytes(*, is_video: bool = False) -> int:
    """Return how large one file may be, in MB."""
    limit = settings.UPLOAD_VIDEO_MAX_BYTES if is_video else settings.UPLOAD_MAX_BYTES
    return int(limit) // (1024 * 1024)


def clean_name(name: str) -> str:
    """Return the last part of a name as one clean line, without what a file system or a header could trip over."""
    last = re.split(r"[/\\]", name)[-1]
    line = re.sub(r'[<>:"|?*;]', "-", clean_line(last)).strip(" .")
    stem, dot, ending = line.rpartition(".")
    if not dot:
        return line[:NAME_LENGTH]
    return f"{stem[: NAME_LENGTH - 10]}.{ending[:9]}"


def _with_ending(name: str, kind: Kind) -> str:
    """Let the name say what the content is: "a.exe" that holds a PDF becomes "a.exe.pdf"."""
    return name if name.lower().endswith(kind.endings) else f"{name or _('tep')}{kind.endings[0]}"


def _refusal(text: str, name: str, **values: object) -> ValidationError:
    return ValidationError(text % {"name": name or _("không tên"), **values})


def _video_kind(start: bytes) -> Kind | None:
    if videos.is_mp4(start):
        return MP4
    return WEBM if videos.is_webm(start) else None


def _blank_place(file: UploadedFile, name: str) -> None:
    """Take out of a film where it was made, in the temporary file itself: films are long."""
    stream: Any = file.file if file.file is not None else file
    try:
        videos.blank_place(stream, file.size or 0)
    except videos.BrokenVideo as error:
        raise _broken(name) from error


def _without_traces(file: UploadedFile, name: str) -> UploadedFile:
    """Return the photograph without what its camera wrote beside it."""
    file.seek(0)
    try:
        content = without_traces(file.read())
    except (ValueError, struct.error) as error:
        raise _broken(name) from error
    return SimpleUploadedFile(file.name or "anh", content, file.content_type or "")


def _kind_of(file: UploadedFile, name: str, *, with_video: bool) -> Kind:
    """Look at the first bytes, then at the whole as that kind of file."""
    file.seek(0)
    start = file.read(8)
    if start.startswith(b"%PDF-"):
        _check_pdf(file, name)
        return PDF
    if start.startswith(b"PK\x03\x04"):
        return _office_kind(file, name)
    if start.startswith(b"\xff\xd8\xff"):
        _check_picture(file, name, "JPEG")
        return JPEG
    if start == b"\x89PNG\r\n\x1a\n":
        _check_picture(file, name, "PNG")
        return PNG
    text = _("Không nhận tệp “%(name)s”. Xin chọn tệp PDF, DOCX, XLSX, JPEG hoặc PNG.")
    if with_video:
        text = _(
            "Không nhận tệp “%(name)s”. Xin chọn tệp PDF, DOCX, XLSX, JPEG, PNG, MP4 hoặc WebM."
        )
    raise _refusal(text, name)


def _broken(name: str) -> ValidationError:
    return _refusal(_("Tệp “%(name)s” bị hỏng hoặc chưa tải đủ. Xin mở thử rồi chọn lại."), name)


def _check_pdf(file: UploadedFile, name: str) -> None:
    """A whole PDF has its end mark near the end (ISO 32000-1, 7.5.5)."""
    file.seek(max(0, (file.size or 0) - 2048))
    if b"%%EOF" not in file.read():
        raise _broken(name)


def _office_kind(file: UploadedFile, name: str) -> Kind:
    """Tell DOCX and XLSX from other zips by their own list of contents; macros and zip bombs are refused."""
    file.seek(0)
    stream: IO[bytes] = file.file if file.file is not None else file
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > MAX_ZIP_ENTRIES or unpacked > MAX_UNPACKED_BYTES:
                raise _refusal(_("Tệp “%(name)s” giải nén ra quá lớn nên không nhận được."), name)
            names = {entry.filename for entry in entries}
            contents = _list_of_contents(archive, names)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError) as error:
        raise _broken(name) from error
    except NotImplementedError as error:  # a way of packing that Office does not use
        raise _broken(name) from error
    if "macroenabled" in contents.lower() or any(each.endswith("vbaProject.bin") for each in names):
        text = _(
            "Tệp “%(name)s” có chứa mã lệnh (macro) nên không nhận được. Xin lưu lại không macro."
        )
        raise _refusal(text, name)
    for folder, kind in OFFICE_FOLDERS.items():
        is_there = any(each.startswith(folder) for each in names)
        if is_there and f"{kind.content_type}.main+xml" in contents:
            return kind
    text = _("Không nhận tệp nén “%(name)s”. Xin gửi từng tệp PDF, DOCX, XLSX, JPEG hoặc PNG.")
    raise _refusal(text, name)


def _list_of_contents(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "[Content_Types].xml" not in names:
        return ""
    with archive.open("[Content_Types].xml") as part:
        return part.read(1024 * 1024).decode("utf-8", "replace")


def _check_picture(file: UploadedFile, name: str, picture_format: str) -> None:
    """Have Pillow go through the whole picture without unpacking it in full size, within bounds."""
    too_large = _("Ảnh “%(name)s” có quá nhiều điểm ảnh. Xin thu nhỏ rồi gửi lại.")
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged here
            with Image.open(file, formats=(picture_format,)) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise _refusal(too_large, name)
                if picture_format == "PNG":
                    picture.verify()  # every chunk's checksum, no pixel
                else:
                    picture.draft("RGB", (64, 64))  # an eighth of the size
                    picture.load()
    except Image.DecompressionBombError as error:
        raise _refusal(too_large, name) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise _broken(name) from error


# --- in forms -----------------------------------------------------------------------------------
class UploadsInput(forms.FileInput):
    """A control that takes several files at once."""

    allow_multiple_selected = True


class UploadsField(forms.FileField):
    """Several files, each judged; gives a list of `CheckedFile`. Limits are said before anything is chosen.

    `taken` are the good ones of the last judgement, also when others were refused: nobody need send them again.
    """

    widget = UploadsInput

    def __init__(self, *, with_video: bool = False, **kwargs: Any) -> None:
        self.with_video = with_video
        self.taken: list[CheckedFile] = []
        words = gettext_lazy(
            "PDF, DOCX, XLSX, JPEG hoặc PNG; tối đa {files} tệp, mỗi tệp không quá {size} MB."
        )
        if with_video:
            words = gettext_lazy(
                "PDF, DOCX, XLSX, JPEG, PNG không quá {size} MB mỗi tệp; video MP4, WebM không quá {video} MB. "
                "Tối đa {files} tệp. Vị trí chụp trong ảnh, video được xóa khi nhận."
            )
        kwargs.setdefault(
            "help_text",
            format_lazy(
                words,
                files=MAX_FILES,
                size=limit_in_megabytes(),
                video=limit_in_megabytes(is_video=True),
            ),
        )
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("accept", f"{ACCEPT},{ACCEPT_VIDEO}" if with_video else ACCEPT)

    def clean(self, data: Any, initial: Any = None) -> list[CheckedFile]:
        """Judge every file, and say of each what is wrong with it."""
        uploads: Sequence[UploadedFile] = data if isinstance(data, list | tuple) else []
        self.taken = []
        if not uploads:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        if len(uploads) > MAX_FILES:
            text = _("Xin chọn tối đa %(limit)s tệp; đang có %(count)s.")
            raise ValidationError(text % {"limit": MAX_FILES, "count": len(uploads)})
        errors = []
        for upload in uploads:
            try:
                self.taken.append(check(upload, with_video=self.with_video))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return self.taken


# --- in actions ---------------------------------------------------------------------------------
@contextmanager
def storing(by: User | None) -> Iterator[Callable[[CheckedFile], StoredFile]]:
    """Give a function that keeps a checked file; if what it is for fails, the bytes are taken away again.

    Open it around the transaction: the rows go with the rollback, the bytes with this.
    """
    written: list[StoredFile] = []

    def store(checked: CheckedFile) -> StoredFile:
        digest = hashlib.sha256()
        for chunk in checked.file.chunks():
            digest.update(chunk)
        checked.file.seek(0)
        stored = StoredFile(
            original_name=checked.name,
            content_type=checked.content_type,
            size=checked.file.size or 0,
            sha256=digest.hexdigest(),
            uploaded_by=by,
        )
        stored.file.save(checked.name, checked.file, save=False)
        written.append(stored)
        stored.save()
        return stored

    try:
        yield store
    except BaseException:
        for stored in written:
            stored.file.storage.delete(str(stored.file.name))
        raise
