"""Opens a workbook (XLSX) that somebody sent: what it is, is judged before anything in it is read."""

import io
import zipfile
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from .. import uploads
from .problems import BadFile, Problem

MAX_UNPACKED_BYTES = 50 * 1024 * 1024


def is_workbook(content: bytes) -> bool:
    """Tell whether the bytes are a zip, as every XLSX is."""
    return content.startswith(b"PK\x03\x04")


def open_workbook(content: bytes) -> Any:
    """Return the workbook; BadFile if it is none, is too large, or carries macros."""
    try:
        checked = uploads.check(SimpleUploadedFile("ban-tinh.xlsx", content))
        if checked.content_type != uploads.XLSX.content_type:
            raise BadFile([Problem(0, "", _("không phải bảng tính XLSX."))])
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise BadFile([Problem(0, "", _("bảng tính giải nén ra quá lớn."))])
        return load_workbook(io.BytesIO(content), read_only=True)
    except ValidationError as error:
        raise BadFile([Problem(0, "", " ".join(error.messages))]) from error
    except BadFile:
        raise
    except Exception as error:  # openpyxl lets through whatever its parsers meet in a broken part
        raise BadFile([Problem(0, "", _("bảng tính bị hỏng, không đọc được."))]) from error
