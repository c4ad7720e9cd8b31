"""Units from files and into files, in the admin: the import with its preview, and the exports."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hanoi_portal.import_pages import ImportPages, ImportPreview, file_response
from hanoi_portal.import_runs import Progress
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.uploads import XLSX

from ..actions.load import preview_units, save_units
from ..drafting import known_units_and_people, unit_drafts
from ..loading import UnitDraft, read_units, units_to_csv, units_to_workbook
from ..models import Unit
from ..rules import can_load_units


class UnitFiles(ImportPages):
    """What the admin of units does with files."""

    accept = ".xlsx,.csv"

    def may_import(self, user: User) -> bool:
        """Tell whether the user may load units."""
        return can_load_units(user)

    def file_urls(self) -> list[URLPattern]:
        """Return the addresses of the import and of the exports."""
        wrap = self.admin_site.admin_view
        return [
            *self.import_urls(),
            path("xuat.<str:form>", wrap(self.export), name="campaigns_unit_export"),
        ]

    def preview_import(self, content: bytes, chosen: dict[str, Any]) -> ImportPreview:
        """Return what the file would change."""
        change = preview_units(_drafts(content))
        created = [f"{draft.code} – {draft.name}" for draft in change.created]
        changed = [
            f"{draft.code} – {draft.name}: {', '.join(_words(name) for name in names)}"
            for draft, names in change.changed
        ]
        text = _("%(total)s đơn vị: %(created)s mới, %(changed)s thay đổi, %(same)s giữ nguyên.")
        groups = [(_("Đơn vị mới"), created), (_("Đơn vị thay đổi"), changed)]
        return ImportPreview(
            headline=text % {"total": change.total, **vars(change.result)},
            changes=[(name, words) for name, words in groups if words],
            refusal="",
            is_empty=not (created or changed),
            fingerprint=change.fingerprint,
        )

    def save_import(
        self,
        content: bytes,
        chosen: dict[str, Any],
        *,
        by: User,
        expected: str,
        on_progress: Progress,
    ) -> tuple[str, str]:
        """Load the units."""
        drafts = _drafts(content)
        result = save_units(
            drafts, by=by, via=HistoryEntry.Via.WEB, expected=expected, on_progress=on_progress
        )
        text = _("Đã nạp đơn vị: %(created)s mới, %(changed)s thay đổi, %(same)s giữ nguyên.")
        return text % vars(result), reverse("admin:campaigns_unit_changelist")

    @method_decorator(require_safe)
    def export(self, request: HttpRequest, form: str) -> HttpResponse:
        """Give all units as a file that loads back identical; the same file serves as the template."""
        user: Any = request.user
        if not user.has_perm("campaigns.view_unit"):
            raise PermissionDenied(_("Bạn không có quyền xem các đơn vị."))
        drafts = unit_drafts(Unit.objects.order_by("kind", "code"))
        if form == "xlsx":
            return file_response(units_to_workbook(drafts), XLSX.content_type, "don-vi.xlsx")
        if form == "csv":
            return file_response(units_to_csv(drafts), "text/csv; charset=utf-8", "don-vi.csv")
        raise Http404


def _drafts(content: bytes) -> list[UnitDraft]:
    return read_units(content, *known_units_and_people())


def _words(name: str) -> str:
    """Return the name of a field in the words of the page."""
    if name in {"contacts", "people"}:
        return {"contacts": _("địa chỉ nhận thông báo"), "people": _("cán bộ đầu mối")}[name]
    return str(Unit._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
