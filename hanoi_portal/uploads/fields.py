"""The form field that takes several files and judges each."""

from collections.abc import Sequence
from time import monotonic
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .judging import check
from .kinds import ACCEPT, ACCEPT_VIDEO, MAX_FILES, CheckedFile, limit_in_megabytes

SECONDS = 20.0  # for changing all photographs of one request; what is not ready by then is asked for again


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
            "PDF, DOCX, XLSX, JPEG, HEIC hoặc PNG; tối đa {files} tệp, mỗi tệp không quá {size} MB."
        )
        if with_video:
            words = gettext_lazy(
                "PDF, DOCX, XLSX, JPEG, HEIC, PNG không quá {size} MB mỗi tệp; video MP4, WebM không quá {video} MB. "
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
        until = monotonic() + SECONDS
        for upload in uploads:
            try:
                left = until - monotonic()
                self.taken.append(check(upload, with_video=self.with_video, seconds=left))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return self.taken
