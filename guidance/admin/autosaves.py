"""Forms in the admin that keep what is typed, and tell who else has them open.

`static/js/autosave.js` posts the form here every few seconds; without JavaScript the page still tells, when it is
opened, who else is at it, and saving still refuses to overwrite (`forms.overtaken`).
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ..actions.autosave import drop_words, keep_words
from ..forms.overtaken import SeenForm
from ..models import Autosave
from .parts import FoldedSearchAdmin, person_of

RESTORE = "ban-tu-luu"  # ?ban-tu-luu=1: the form opens with what was kept
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "seen", "giu"})
LONGEST_FORM = 1_000_000  # characters; far beyond any article
MOVED_ON = gettext_lazy(
    "Trong lúc ông/bà sửa, trang này đã được chuyển sang bước khác nên chưa lưu vào được. Chữ ông/bà gõ vẫn "
    "được giữ riêng một tháng; khi lại sửa được, mở trang này ra là lấy lại được."
)


class AutosavingAdmin(FoldedSearchAdmin):
    """An admin whose form keeps what is typed."""

    autosave_kind: Autosave.Kind
    form: type[SeenForm]

    def get_urls(self) -> list[URLPattern]:
        """Add where the form is kept, of a new thing and of one that exists."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_autosave"
        view = self.admin_site.admin_view
        return [
            path("tu-luu/", view(self.keep), {"pk": 0}, name=f"{name}_new"),
            path("<int:pk>/tu-luu/", view(self.keep), name=name),
            *super().get_urls(),
        ]

    @method_decorator([never_cache, require_POST])
    def keep(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep what was typed (`giu=1`), or that the form is still open; with `bo=1` forget it."""
        person = person_of(request)
        thing = get_object_or_404(self.model, pk=pk) if pk else None
        # Words are also kept of who writes, but not this thing as it stands now: it may have moved on meanwhile.
        may = self.has_change_permission(request) if pk else self.has_add_permission(request)
        if not may:
            raise PermissionDenied
        if "bo" in request.POST:
            drop_words(by=person, kind=self.autosave_kind, thing_id=pk)
            return HttpResponseRedirect(self._form_address(pk))
        typed = None
        if "giu" in request.POST:
            typed = self._typed(request)
            if sum(len(each) for value in typed.values() for each in value) > LONGEST_FORM:
                return JsonResponse({"told": _("Bài dài quá, không tự lưu được.")}, status=413)
        seen = request.POST.get("seen", "")
        keep_words(by=person, kind=self.autosave_kind, thing_id=pk, seen=seen, fields=typed)
        told = [_("Đã tự lưu lúc %(at)s.") % {"at": _now()}] if typed is not None else []
        if thing is not None and not self.has_change_permission(request, thing):
            told.append(str(MOVED_ON))
        elif thing is not None and seen != self.form.mark_of(thing):
            told.append(_("Có người vừa lưu bản khác. Khi bấm lưu, ông/bà sẽ thấy chỗ khác nhau."))
        told += self._others(request, pk)
        return JsonResponse({"told": " ".join(told)})

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form; when asked to (`?ban-tu-luu=1`), with what this person had typed in it."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if request.method != "GET" or RESTORE not in request.GET:
            return form
        mine = self._mine(request, obj.pk if obj else 0)
        return form if mine is None or not mine.fields else _filled(form, mine)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell the template where the form is kept, what was kept before, and who else has it open."""
        thing = kwargs.get("obj")
        pk = thing.pk if thing is not None else 0
        may = self.has_change_permission(request, thing) if pk else self.has_add_permission(request)
        if may:
            mine = self._mine(request, pk)
            context["autosave"] = {
                "address": self._keep_address(pk),
                "form": f"{self.opts.model_name}_form",
                "mine": mine if mine is not None and mine.fields else None,
                "is_restored": RESTORE in request.GET,
                "restore": f"?{RESTORE}=1",
                "others": self._others(request, pk),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Keep what is saved too late, when the thing has moved on to others, instead of losing it."""
        if request.method == "POST" and object_id and self.has_change_permission(request):
            thing = self.get_object(request, unquote(object_id))
            if thing is not None and not self.has_change_permission(request, thing):
                keep_words(
                    by=person_of(request),
                    kind=self.autosave_kind,
                    thing_id=thing.pk,
                    seen=request.POST.get("seen", ""),
                    fields=self._typed(request),
                )
                self.message_user(request, str(MOVED_ON), messages.WARNING)
                return HttpResponseRedirect(self._form_address(thing.pk))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Forget what was typed in the form of a new thing: it is saved."""
        drop_words(by=person_of(request), kind=self.autosave_kind, thing_id=0)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Forget what was typed: it is saved."""
        drop_words(by=person_of(request), kind=self.autosave_kind, thing_id=obj.pk)
        return super().log_change(request, obj, message)

    def _typed(self, request: HttpRequest) -> dict[str, list[str]]:
        known = set(self.form.base_fields) - NOT_KEPT
        return {name: value for name, value in request.POST.lists() if name in known}

    def _mine(self, request: HttpRequest, pk: int) -> Autosave | None:
        forms = Autosave.objects.of_form(self.autosave_kind, pk)
        found: Autosave | None = forms.filter(user=person_of(request)).first()
        return found

    def _others(self, request: HttpRequest, pk: int) -> list[str]:
        forms = Autosave.objects.of_form(self.autosave_kind, pk)
        names = [
            str(each.user) for each in forms.open_by_others(person_of(request), timezone.now())
        ]
        if not names:
            return []
        return [_("%(names)s cũng đang mở trang này để sửa.") % {"names": ", ".join(names)}]

    def _keep_address(self, pk: int) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_autosave"
        return reverse(name, args=[pk]) if pk else reverse(f"{name}_new")

    def _form_address(self, pk: int) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return reverse(f"{name}_change", args=[pk]) if pk else reverse(f"{name}_add")


def _filled(form: Any, kept: Autosave) -> Any:
    """Return the form class with what was kept in place of what is saved; its mark is the one it was typed under."""
    words = {
        name: value if _takes_several(form.base_fields[name]) else value[-1]
        for name, value in kept.fields.items()
        if name in form.base_fields and value
    }
    start: Callable[..., None] = form.__init__

    def begin(self: Any, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {**(kwargs.get("initial") or {}), **words}
        start(self, *args, **kwargs)
        self.fields["seen"].initial = self.initial["seen"] = kept.seen

    return type(form.__name__, (form,), {"__init__": begin})


def _takes_several(field: Any) -> bool:
    return bool(getattr(field.widget, "allow_multiple_selected", False))


def _now() -> str:
    return timezone.localtime().strftime("%H:%M")
