"""Loading from a file in the admin: send a file, see what it will change, confirm, see how far it is; and the files
that come out.

Between the preview and the confirmation the file waits in the page itself, packed, signed for the person who sent it,
together with what was chosen beside it; what is confirmed is read and judged again (import_runs.py).
"""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from . import import_runs
from .errors import DomainError
from .models import ImportRun, User
from .table_files import BadFile

MAX_BYTES = 1024 * 1024
HOLDS_SECONDS = 60 * 60
SALT = "hanoi_portal.import."
REFRESH_SECONDS = 3
STUCK_REFRESH_SECONDS = 20  # there is a button: who goes to it by keyboard needs the time
NOT_BEGUN_SECONDS = 15  # that a worker may take to begin
NEWEST = 5  # of the own runs, beside the form


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
        self,
        content: bytes,
        chosen: dict[str, Any],
        *,
        by: User,
        expected: str,
        on_progress: import_runs.Progress,
    ) -> tuple[str, str]:
        """Load the file; return what was done in a sentence, and the address to see it."""

    def import_urls(self) -> list[URLPattern]:
        """Return the addresses of the form and of a confirmed file's progress."""
        wrap = self.admin_site.admin_view
        return [
            path("nap/", wrap(self.import_file), name=f"{self._url_name}_import"),
            path("nap/<int:number>/", wrap(self.import_progress), name=f"{self._url_name}_run"),
        ]

    @property
    def _url_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def import_file(self, request: HttpRequest) -> HttpResponse:
        """GET: the form. POST of a file: what it will change. POST of what was seen: change it."""
        user = self._require_importer(request)
        if request.method != "POST":
            return self._show(request, user)
        if "held" in request.POST:
            return self._confirm(request, user)
        form = self.import_form(request.POST, request.FILES, accept=self.accept)
        if not form.is_valid():
            return self._show(request, user, form=form)
        chosen = {name: value for name, value in form.cleaned_data.items() if name != "file"}
        return self._preview(request, user, form.cleaned_data["file"].read(), chosen, form=form)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def import_progress(self, request: HttpRequest, number: int) -> HttpResponse:
        """Show how far a confirmed file is, and in the end what came of it. POST: load it in this very request."""
        user = self._require_importer(request)
        run = get_object_or_404(ImportRun, pk=number, by=user, loads=self.opts.label)
        if request.method == "POST":
            import_runs.run_once(run.pk)
            return HttpResponseRedirect(request.path)
        if run.state == ImportRun.State.REFUSED:
            return self._show_refused(request, user, run)
        standing = import_runs.standing(run.pk)
        waits = run.state == ImportRun.State.WAITING
        has_waited = timezone.now() - run.created_at > timedelta(seconds=NOT_BEGUN_SECONDS)
        is_stuck = waits and standing is None and (run.attempts > 0 or has_waited)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Nạp từ tệp: %(what)s") % {"what": self.opts.verbose_name_plural},
            "run": run,
            "standing": standing,
            "is_stuck": is_stuck,
            "refresh_seconds": (STUCK_REFRESH_SECONDS if is_stuck else REFRESH_SECONDS)
            if waits
            else None,
            "form_address": reverse(f"admin:{self._url_name}_import"),
        }
        return TemplateResponse(request, "admin/import_progress.html", context)

    def _require_importer(self, request: HttpRequest) -> User:
        user = request.user
        assert isinstance(user, User)
        if not self.may_import(user):
            raise PermissionDenied(gettext("Bạn không có quyền nạp dữ liệu từ tệp."))
        return user

    def _confirm(self, request: HttpRequest, user: User) -> HttpResponse:
        content, chosen = _held(request, user)
        if content is None:
            refusal = DomainError(gettext("Trang xem trước đã quá một giờ. Xin chọn lại tệp."))
            return self._show(request, user, refusal=refusal)
        run = import_runs.start(
            content,
            chosen,
            loads=self.opts.label,
            by=user,
            expected=request.POST.get("fingerprint", "")[:64],
            confirmed=request.POST["held"],
        )
        if run.state == ImportRun.State.REFUSED:
            return self._show_refused(request, user, run)
        if run.state == ImportRun.State.DONE:
            messages.success(request, run.told)
            return HttpResponseRedirect(run.address)
        return HttpResponseRedirect(reverse(f"admin:{self._url_name}_run", args=[run.pk]))

    def _show_refused(self, request: HttpRequest, user: User, run: ImportRun) -> HttpResponse:
        """Say why a file was not loaded, and what it would change now; nobody has to choose it again."""
        content = import_runs.content_of(run)
        refusal = DomainError(run.told) if run.told else None
        if content is None:
            return self._show(request, user, refusal=refusal)
        return self._preview(request, user, content, run.chosen, refusal=refusal, status=409)

    def _preview(
        self,
        request: HttpRequest,
        user: User,
        content: bytes,
        chosen: dict[str, Any],
        *,
        refusal: DomainError | None = None,
        form: forms.Form | None = None,
        status: int = 200,
    ) -> HttpResponse:
        try:
            preview = self.preview_import(content, chosen)
            held = _hold(content, chosen, user)
        except DomainError as error:
            return self._show(request, user, form=form, refusal=error)
        return self._show(
            request, user, form=form, preview=preview, held=held, refusal=refusal, status=status
        )

    def _show(
        self,
        request: HttpRequest,
        user: User,
        *,
        form: forms.Form | None = None,
        preview: ImportPreview | None = None,
        held: str = "",
        refusal: DomainError | None = None,
        status: int = 200,
    ) -> HttpResponse:
        mine = ImportRun.objects.defer("content").filter(by=user, loads=self.opts.label)
        runs = [
            (run, reverse(f"admin:{self._url_name}_run", args=[run.pk])) for run in mine[:NEWEST]
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Nạp từ tệp: %(what)s") % {"what": self.opts.verbose_name_plural},
            "form": form or self.import_form(accept=self.accept),
            "preview": preview,
            "held": held,
            "refusal": refusal,
            "problems": refusal.problems if isinstance(refusal, BadFile) else [],
            "runs": runs,
        }
        return TemplateResponse(request, "admin/import_file.html", context, status=status)


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Return bytes as a download."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _hold(content: bytes, chosen: dict[str, Any], user: User) -> str:
    """Return the file, packed, and what was chosen as a word that only this user can hand in again."""
    word = signing.dumps([import_runs.pack(content), chosen], salt=f"{SALT}{user.pk}")
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
    return import_runs.unpack(packed), chosen
