"""Loading from a file in the admin: send a file, see what it will change, confirm; and the files that come out.

Between the preview and the confirmation the file waits in the page itself, packed, signed for the person who sent it,
together with what was chosen beside it; what is confirmed is read and judged again.
"""

import base64
import zlib
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from .errors import DomainError, StaleState
from .models import User
from .table_files import BadFile

MAX_BYTES = 1024 * 1024
MAX_UNPACKED_BYTES = 32 * 1024 * 1024  # of what a page held
HOLDS_SECONDS = 60 * 60
SALT = "hanoi_portal.import."


@dataclass(frozen=True)
class ImportPreview:
    """What loading a file would do: a sentence with counts, and under headings what changes."""

    headline: str
    changes: list[tuple[str, list[str]]]
    refusal: str
    is_empty: bool
    fingerprint: str


class ImportForm(forms.Form):
    """One file. A subclass adds what is to be chosen beside it, and may take larger ones."""

    max_bytes = MAX_BYTES

    file = forms.FileField(
        label=_("Tệp"),
        help_text=_("Không quá 1 MB. Chưa có gì thay đổi cho đến khi xác nhận."),
    )

    def __init__(self, *args: Any, accept: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = accept

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large to be a plan or a list of units."""
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > self.max_bytes:
            told = {"n": self.max_bytes // 1024**2}
            raise ValidationError(gettext("Tệp nặng hơn %(n)s MB, không phải tệp cần nạp.") % told)
        return upload


class ImportPages:
    """A page of the admin that loads a file. A subclass reads, previews and saves what its files hold."""

    accept = ".xlsx"
    import_form = ImportForm
    opts: Any
    admin_site: Any

    @abstractmethod
    def may_import(self, user: User) -> bool:
        """Tell whether the user may load files."""

    @abstractmethod
    def preview_import(self, content: bytes, chosen: dict[str, Any]) -> ImportPreview:
        """Return what the file would change; BadFile or DomainError if it cannot be loaded."""

    @abstractmethod
    def save_import(
        self, content: bytes, chosen: dict[str, Any], *, by: User, expected: str
    ) -> tuple[str, str]:
        """Load the file; return what was done in a sentence, and the address to see it."""

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def import_file(self, request: HttpRequest) -> HttpResponse:
        """GET: the form. POST of a file: what it will change. POST of what was seen: change it."""
        user = request.user
        assert isinstance(user, User)
        if not self.may_import(user):
            raise PermissionDenied(gettext("Bạn không có quyền nạp dữ liệu từ tệp."))
        is_confirmed = request.method == "POST" and "held" in request.POST
        form = self.import_form(accept=self.accept)
        content: bytes | None = None
        chosen: dict[str, Any] = {}
        refusal: DomainError | None = None
        if is_confirmed:
            content, chosen = _held(request, user)
            if content is None:
                refusal = DomainError(gettext("Trang xem trước đã quá một giờ. Xin chọn lại tệp."))
        elif request.method == "POST":
            form = self.import_form(request.POST, request.FILES, accept=self.accept)
            if form.is_valid():
                chosen = {k: v for k, v in form.cleaned_data.items() if k != "file"}
                content = form.cleaned_data["file"].read()
        preview: ImportPreview | None = None
        held = ""
        if content is not None:
            try:
                if is_confirmed:
                    expected = request.POST.get("fingerprint", "")
                    text, address = self.save_import(content, chosen, by=user, expected=expected)
                    messages.success(request, text)
                    return HttpResponseRedirect(address)
                preview = self.preview_import(content, chosen)
                held = _hold(content, chosen, user)
            except DomainError as error:
                refusal, preview = error, None
                if isinstance(error, StaleState):
                    preview = self.preview_import(content, chosen)
                    held = _hold(content, chosen, user)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Nạp từ tệp: %(what)s") % {"what": self.opts.verbose_name_plural},
            "form": form,
            "preview": preview,
            "held": held,
            "refusal": refusal,
            "problems": refusal.problems if isinstance(refusal, BadFile) else [],
        }
        status = 409 if isinstance(refusal, StaleState) else 200
        return TemplateResponse(request, "admin/import_file.html", context, status=status)


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Return bytes as a download."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _hold(content: bytes, chosen: dict[str, Any], user: User) -> str:
    """Return the file, packed, and what was chosen as a word that only this user can hand in again."""
    packed = base64.b85encode(zlib.compress(content)).decode()
    word = signing.dumps([packed, chosen], salt=f"{SALT}{user.pk}")
    if len(word) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or len(word)) * 0.9:
        raise DomainError(
            gettext(
                "Tệp quá lớn cho trang này. Xin chia thành nhiều tệp, hoặc nạp bằng lệnh trên máy chủ."
            )
        )
    return word


def _held(request: HttpRequest, user: User) -> tuple[bytes | None, dict[str, Any]]:
    """Return the file that the page held and what was chosen; None if it is too old or not what was held."""
    try:
        held = signing.loads(request.POST["held"], salt=f"{SALT}{user.pk}", max_age=HOLDS_SECONDS)
        packed, chosen = held
    except (signing.BadSignature, ValueError):
        return None, {}
    return zlib.decompressobj().decompress(base64.b85decode(packed), MAX_UNPACKED_BYTES), chosen
