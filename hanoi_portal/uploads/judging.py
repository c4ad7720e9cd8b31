"""Judging a file by its content: what kind it is, whether it is whole, and what is taken out of it."""

import re
import struct
import warnings
import zipfile
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

from .. import heif, videos
from ..photographs import without_traces
from ..text import clean_line
from .kinds import (
    JPEG,
    MP4,
    OFFICE_FOLDERS,
    PDF,
    PNG,
    WEBM,
    CheckedFile,
    Kind,
    limit_in_megabytes,
)

MAX_PIXELS = 100_000_000
MAX_UNPACKED_BYTES = 500 * 1024 * 1024
MAX_ZIP_ENTRIES = 5_000
NAME_LENGTH = 120
TOO_HEAVY = gettext_lazy("Tệp “%(name)s” nặng hơn %(limit)s MB. Xin chọn tệp nhẹ hơn.")
TOO_MANY_POINTS = gettext_lazy("Ảnh “%(name)s” có quá nhiều điểm ảnh. Xin thu nhỏ rồi gửi lại.")


def check(
    upload: UploadedFile, *, with_video: bool = False, seconds: float = heif.SECONDS
) -> CheckedFile:
    """Return the file with its true kind and a clean name; ValidationError, in Vietnamese, when it is not taken.

    Of a photograph or a video, where it was made is taken out; a HEIC photograph becomes a JPEG. Video is taken only
    where it is asked for. `seconds` is how long changing a HEIC may take.
    """
    name = clean_name(upload.name or "")
    if not upload.size:
        raise _refusal(_("Tệp “%(name)s” không có nội dung."), name)
    upload.seek(0)
    start = upload.read(64)
    video = _video_kind(start) if with_video else None
    limit = limit_in_megabytes(is_video=video is not None)
    if upload.size > limit * 1024 * 1024:
        raise _refusal(TOO_HEAVY, name, limit=limit)
    if videos.is_heif(start):
        return _jpeg_of_heif(upload, name, limit, seconds)
    kind = video or _kind_of(upload, name, with_video=with_video)
    if kind == MP4:
        _blank_place(upload, name)
    elif kind in {JPEG, PNG}:
        upload = _without_traces(upload, name)
    upload.seek(0)
    return CheckedFile(upload, _with_ending(name, kind), kind.content_type)


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


def _refusal(text: str | Promise, name: str, **values: object) -> ValidationError:
    return ValidationError(str(text) % {"name": name or _("không tên"), **values})


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


def _jpeg_of_heif(file: UploadedFile, name: str, limit: int, seconds: float) -> CheckedFile:
    """Return the HEIC photograph as a JPEG: every browser and office program can show that."""
    file.seek(0)
    try:
        content = heif.as_jpeg(file.read(), seconds=seconds)
    except heif.TooManyPoints as error:
        raise _refusal(TOO_MANY_POINTS, name) from error
    except heif.TookTooLong as error:
        text = _("Chưa kịp đổi ảnh HEIC “%(name)s” sang JPEG. Xin gửi lại riêng ảnh này.")
        raise _refusal(text, name) from error
    except heif.BrokenHeif as error:
        text = _(
            "Không mở được ảnh “%(name)s”. Xin đổi sang JPEG rồi gửi lại "
            "(trên iPhone: Cài đặt, Camera, Định dạng, Tương thích nhất)."
        )
        raise _refusal(text, name) from error
    if len(content) > limit * 1024 * 1024:
        raise _refusal(TOO_HEAVY, name, limit=limit)
    stem = re.sub(r"\.(heic|heif|hif)$", "", name, flags=re.IGNORECASE)
    name = _with_ending(stem, JPEG)
    return CheckedFile(
        SimpleUploadedFile(name, content, JPEG.content_type), name, JPEG.content_type
    )


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
    text = _("Không nhận tệp “%(name)s”. Xin chọn tệp PDF, DOCX, XLSX, JPEG, HEIC hoặc PNG.")
    if with_video:
        text = _(
            "Không nhận tệp “%(name)s”. Xin chọn tệp PDF, DOCX, XLSX, JPEG, HEIC, PNG, MP4 hoặc WebM."
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
    text = _(
        "Không nhận tệp nén “%(name)s”. Xin gửi từng tệp PDF, DOCX, XLSX, JPEG, HEIC hoặc PNG."
    )
    raise _refusal(text, name)


def _list_of_contents(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "[Content_Types].xml" not in names:
        return ""
    with archive.open("[Content_Types].xml") as part:
        return part.read(1024 * 1024).decode("utf-8", "replace")


def _check_picture(file: UploadedFile, name: str, picture_format: str) -> None:
    """Have Pillow go through the whole picture without unpacking it in full size, within bounds."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged here
            with Image.open(file, formats=(picture_format,)) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise _refusal(TOO_MANY_POINTS, name)
                if picture_format == "PNG":
                    picture.verify()  # every chunk's checksum, no pixel
                else:
                    picture.draft("RGB", (64, 64))  # an eighth of the size
                    picture.load()
    except Image.DecompressionBombError as error:
        raise _refusal(TOO_MANY_POINTS, name) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise _broken(name) from error
