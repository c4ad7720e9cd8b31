"""Plans from files and into files, in the admin: the import with its preview, the template, the exports."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hanoi_portal.import_pages import ImportPages, ImportPreview, file_response
from hanoi_portal.import_runs import Progress
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.uploads import XLSX

from ..actions.load import preview_plan, save_plan
from ..drafting import draft_of, known_names, offered_groups, offered_units
from ..loading import PlanDraft, plan_to_workbook, plan_to_yaml, read_plan
from ..models import Plan, Task
from ..rules import can_load_plans


class PlanFiles(ImportPages):
    """What the admin of plans does with files."""

    accept = ".xlsx,.yaml,.yml"

    def may_import(self, user: User) -> bool:
        """Tell whether the user may load plans."""
        return can_load_plans(user)

    def file_urls(self) -> list[URLPattern]:
        """Return the addresses of the import, the template and the exports."""
        wrap = self.admin_site.admin_view
        return [
            *self.import_urls(),
            path("mau.xlsx", wrap(self.template), name="campaigns_plan_template"),
            path("<int:plan_id>/xuat.<str:form>", wrap(self.export), name="campaigns_plan_export"),
        ]

    def preview_import(self, content: bytes, chosen: dict[str, Any]) -> ImportPreview:
        """Return what the file would change."""
        change = preview_plan(_draft(content))
        titles = {task.code: f"{task.code}. {task.title}" for task in change.draft.tasks}
        removed = change.plan.tasks.filter(code__in=change.removed) if change.plan else ()
        groups = [
            (_("Nhiệm vụ mới"), [titles[code] for code in change.created]),
            (
                _("Nhiệm vụ thay đổi"),
                [f"{titles[code]}: {_words(change.fields[code])}" for code in change.changed],
            ),
            (_("Nhiệm vụ bỏ đi"), [str(task) for task in removed]),
            (_("Khác"), change.other_words if change.plan else ()),
        ]
        text = _(
            "Kế hoạch %(number)s: %(measures)s giải pháp, %(tasks)s nhiệm vụ "
            "(%(created)s mới, %(changed)s thay đổi, %(same)s giữ nguyên)."
        )
        counts = {"measures": len(change.draft.measures), "tasks": len(change.draft.tasks)}
        told = {"number": change.draft.number, **counts, **vars(change.result)}
        return ImportPreview(
            headline=text % told,
            changes=[(name, list(words)) for name, words in groups if words],
            refusal=change.refusal,
            is_empty=change.is_empty,
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
        """Load the plan."""
        draft = _draft(content)
        plan, result = save_plan(
            draft, by=by, via=HistoryEntry.Via.WEB, expected=expected, on_progress=on_progress
        )
        text = _(
            "Đã nạp kế hoạch %(plan)s: %(created)s nhiệm vụ mới, %(changed)s thay đổi, "
            "%(same)s giữ nguyên."
        )
        address = reverse("admin:campaigns_plan_change", args=[plan.pk])
        return text % {"plan": plan, **vars(result)}, address

    @method_decorator(require_safe)
    def template(self, request: HttpRequest) -> HttpResponse:
        """Give the empty workbook with its drop-downs."""
        _require_view(request)
        content = plan_to_workbook(None, offered_units(), offered_groups())
        return file_response(content, XLSX.content_type, "mau-ke-hoach.xlsx")

    @method_decorator(require_safe)
    def export(self, request: HttpRequest, plan_id: int, form: str) -> HttpResponse:
        """Give a plan as a file that loads back identical."""
        _require_view(request)
        plan = get_object_or_404(Plan, pk=plan_id)
        if form == "xlsx":
            content = plan_to_workbook(draft_of(plan), offered_units(), offered_groups())
            return file_response(content, XLSX.content_type, f"{plan.slug}.xlsx")
        if form == "yaml":
            return file_response(
                plan_to_yaml(draft_of(plan)), "application/yaml", f"{plan.slug}.yaml"
            )
        raise Http404


def _require_view(request: HttpRequest) -> None:
    user: Any = request.user
    if not user.has_perm("campaigns.view_plan"):
        raise PermissionDenied(_("Bạn không có quyền xem các kế hoạch."))


def _words(fields: Sequence[str]) -> str:
    """Return the names of fields of a task in the words of the page."""
    return ", ".join(
        _("nơi thực hiện") if name == "targets" else str(Task._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in fields
    )


def _draft(content: bytes) -> PlanDraft:
    return read_plan(content, known_names())
