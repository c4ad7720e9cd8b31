"""Loading from a file in the admin: send a file, see what it will change, confirm; and the files that come out.

Between the preview and the confirmation the file waits in the page itself, signed for the person who sent it; what
is confirmed is read and judged again.
"""

import base64
from dataclasses import dataclass
from typing import Any

from django import forms
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

from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.models import User

from ..loading import BadFile

MAX_BYTES = 1024 * 1024
HOLDS_SECONDS = 60 * 60
SALT = "campaigns.import."


@dataclass(frozen=True)
class ImportPreview:
    """What loading a file would do: a sentence with counts, and under headings what changes."""

    headline: str
    changes: list[tuple[str, list[str]]]
    refusal: str
    is_empty: bool
    fingerprint: str


class ImportForm(forms.Form):
    """One file."""

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
        if (upload.size or 0) > MAX_BYTES:
            raise ValidationError(gettext("Tệp nặng hơn 1 MB, không phải tệp cần nạp."))
        return upload


class ImportPages:
    """A page of the admin that loads a file. A subclass reads, previews and saves what its files hold."""

    accept = ".xlsx"
    opts: Any
    admin_site: Any

    def may_import(self, user: User) -> bool:
        """Tell whether the user may load files."""
        raise NotImplementedError

    def preview_import(self, content: bytes) -> ImportPreview:
        """Return what the file would change; BadFile or DomainError if it cannot be loaded."""
        raise NotImplementedError

    def save_import(self, content: bytes, *, by: User, expected: str) -> tuple[str, str]:
        """Load the file; return what was done in a sentence, and the address to see it."""
        raise NotImplementedError

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def import_file(self, request: HttpRequest) -> HttpResponse:
        """GET: the form. POST of a file: what it will change. POST of what was seen: change it."""
        user = request.user
        assert isinstance(user, User)
        if not self.may_import(user):
            raise PermissionDenied(gettext("Bạn không có quyền nạp dữ liệu từ tệp."))
        is_confirmed = request.method == "POST" and "held" in request.POST
        form = ImportForm(accept=self.accept)
        content: bytes | None = None
        refusal: DomainError | None = None
        if is_confirmed:
            content = _held(request, user)
            if content is None:
                refusal = DomainError(gettext("Trang xem trước đã quá một giờ. Xin chọn lại tệp."))
        elif request.method == "POST":
            form = ImportForm(request.POST, request.FILES, accept=self.accept)
            if form.is_valid():
                content = form.cleaned_data["file"].read()
        preview: ImportPreview | None = None
        if content is not None:
            try:
                if is_confirmed:
                    expected = request.POST.get("fingerprint", "")
                    text, address = self.save_import(content, by=user, expected=expected)
                    messages.success(request, text)
                    return HttpResponseRedirect(address)
                preview = self.preview_import(content)
            except DomainError as error:
                refusal = error
                if isinstance(error, StaleState):
                    preview = self.preview_import(content)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Nạp từ tệp: %(what)s") % {"what": self.opts.verbose_name_plural},
            "form": form,
            "preview": preview,
            "held": _hold(content, user) if content is not None and preview is not None else "",
            "refusal": refusal,
            "problems": refusal.problems if isinstance(refusal, BadFile) else [],
        }
        status = 409 if isinstance(refusal, StaleState) else 200
        return TemplateResponse(request, "admin/campaigns/import_file.html", context, status=status)


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Return bytes as a download."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _hold(content: bytes, user: User) -> str:
    """Return the file as a word that only this user can hand in again."""
    return signing.dumps(base64.b85encode(content).decode(), salt=f"{SALT}{user.pk}")


def _held(request: HttpRequest, user: User) -> bytes | None:
    """Return the file that the page held; None if it is too old or not what was held."""
    try:
        word = signing.loads(request.POST["held"], salt=f"{SALT}{user.pk}", max_age=HOLDS_SECONDS)
    except signing.BadSignature:
        return None
    return base64.b85decode(word)
