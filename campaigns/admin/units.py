"""Units in the admin: their addresses and their people on the same page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanoi_portal import history
from hanoi_portal.fields import LineField

from ..models import Membership, Unit, UnitContact
from .folded_search import FoldedSearch
from .unit_files import UnitFiles

LIFE = ("opened_on", "closed_on", "successors")


class UnitForm(forms.ModelForm):
    """A unit, its texts cleaned."""

    code = LineField(label=_("Mã"), max_length=20)
    name = LineField(label=_("Tên đầy đủ"), max_length=200)
    short_name = LineField(label=_("Tên gọn"), max_length=80)


class ContactForm(forms.ModelForm):
    """An address; a new one starts without the old one's mark."""

    def clean(self) -> dict[str, Any]:
        """Forget that the address before this was refused."""
        if "email" in self.changed_data:
            self.instance.refused_at, self.instance.refused_words = None, ""
        return super().clean() or self.cleaned_data


class ContactInline(admin.TabularInline):
    """The addresses at which the unit is told."""

    model = UnitContact
    form = ContactForm
    extra = 1
    readonly_fields = ("trouble",)

    @admin.display(description=_("máy chủ thư từ chối"))
    def trouble(self, contact: UnitContact) -> str:
        """When and in what words a mail server refused the address for good."""
        if contact.refused_at is None:
            return "–"
        return f"{timezone.localtime(contact.refused_at):%H:%M %d/%m/%Y}: {contact.refused_words}"


class MembershipInline(admin.TabularInline):
    """The unit's people. Who leaves gets a last day; the row stays, because history names it."""

    model = Membership
    extra = 0
    can_delete = False
    autocomplete_fields = ("user",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Offer today as the first day."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.base_fields["since"].initial = timezone.localdate
        return formset


class AddressFilter(admin.SimpleListFilter):
    """Which units can be told by mail."""

    title = _("địa chỉ nhận thông báo")
    parameter_name = "dia-chi"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the two answers."""
        return [
            ("co", _("Có địa chỉ")),
            ("chua", _("Chưa có địa chỉ")),
            ("hong", _("Có địa chỉ bị từ chối")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Unit]) -> QuerySet[Unit]:
        """Keep the units that have an address in use, or those that have none."""
        told = UnitContact.objects.filter(is_active=True).values("unit")
        if self.value() == "co":
            return queryset.filter(pk__in=told)
        if self.value() == "chua":
            return queryset.exclude(pk__in=told)
        if self.value() == "hong":
            refused = UnitContact.objects.filter(is_active=True, refused_at__isnull=False)
            return queryset.filter(pk__in=refused.values("unit"))
        return queryset


class LifeFilter(admin.SimpleListFilter):
    """Which units are no more."""

    title = _("hoạt động")
    parameter_name = "hoat-dong"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the two answers."""
        return [("con", _("Đang hoạt động")), ("het", _("Đã chấm dứt"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep the units that are there today, or those that are not."""
        today = timezone.localdate()
        if self.value() == "con":
            return queryset.open_on(today)
        return queryset.filter(closed_on__lt=today) if self.value() == "het" else queryset


@admin.register(Unit)
class UnitAdmin(UnitFiles, FoldedSearch, admin.ModelAdmin):
    """Units by kind; a unit that is no more keeps its row and is given a last day and successors."""

    form = UnitForm
    inlines = (ContactInline, MembershipInline)
    list_display = ("short_name", "name", "kind", "code", "parent", "address_count", "closed_on")
    list_display_links = ("short_name", "name")
    list_filter = ("kind", AddressFilter, LifeFilter)
    show_facets = admin.ShowFacets.NEVER
    list_select_related = ("parent",)
    list_per_page = 100
    search_fields = ("name_folded",)
    search_help_text = _("Tên hoặc mã, có dấu hay không dấu đều được.")
    autocomplete_fields = ("parent", "successors")
    ordering = ("name_sort",)
    change_list_template = "admin/campaigns/unit/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the pages that load and give files."""
        return [*self.file_urls(), *super().get_urls()]

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Keep in the history when a unit opened, closed, what came after it; its addresses and its people."""
        super().save_related(request, form, formsets, change)
        life = [name for name in form.changed_data if name in LIFE]
        if life:
            unit = form.instance
            closed_on = unit.closed_on.isoformat() if unit.closed_on else ""
            codes = sorted(unit.successors.values_list("code", flat=True))
            told = {"changed": life, "closed_on": closed_on, "successors": codes}
            history.record("change_unit_life", unit, by=request.user, data=told)
        for formset in formsets:
            _record_rows(form.instance, formset, by=request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        """Count the addresses in use in the same query."""
        in_use = Count("contacts", filter=Q(contacts__is_active=True))
        return super().get_queryset(request).annotate(address_total=in_use)

    @admin.display(description=_("số địa chỉ"), ordering="address_total")
    def address_count(self, unit: Any) -> int:
        """How many addresses in use the unit has."""
        return int(unit.address_total)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a unit that is no more is given a last day."""
        return False


def _record_rows(unit: Unit, formset: Any, *, by: Any) -> None:
    """Write into the unit's history which addresses or people came, changed or went."""
    rows = [
        *((_("thêm"), row, []) for row in formset.new_objects),
        *((_("sửa"), row, fields) for row, fields in formset.changed_objects),
        *((_("bỏ"), row, []) for row in formset.deleted_objects),
    ]
    if not rows:
        return
    lines = []
    for what, row, fields in rows:
        name = row.email if isinstance(row, UnitContact) else row.user
        labels = [str(row._meta.get_field(field).verbose_name) for field in fields]
        lines.append(f"{what} {name}" + (f": {', '.join(labels)}" if labels else ""))
    verb = "change_contacts" if formset.model is UnitContact else "change_people"
    history.record(verb, unit, by=by, note="\n".join(lines))
