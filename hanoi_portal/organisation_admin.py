"""Who runs the portal, in the admin: one row, changed by administrators, never added to."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .fields import LineField, ParagraphsField
from .models import Organisation, User
from .models.organisation import FUNCTIONS_MAX
from .organisation import can_change, change_organisation

WIDE = {"class": "vLargeTextField"}  # the admin's own class for wide fields


def _line(label: Any, length: int, *, is_required: bool = False, **kwargs: Any) -> LineField:
    widget = forms.TextInput(attrs=WIDE)
    return LineField(label=label, max_length=length, required=is_required, widget=widget, **kwargs)


def _paragraphs(label: Any) -> ParagraphsField:
    widget = forms.Textarea(attrs={"rows": 5, **WIDE})
    return ParagraphsField(label=label, max_length=FUNCTIONS_MAX, required=False, widget=widget)


class OrganisationForm(forms.ModelForm):
    """What readers are told, as staff type it."""

    name = _line(_("Tên"), 200, is_required=True)
    name_en = _line(_("Tên tiếng Anh"), 200)
    functions = _paragraphs(_("Chức năng, nhiệm vụ"))
    functions_en = _paragraphs(_("Bằng tiếng Anh"))
    address = _line(_("Địa chỉ"), 300)
    address_en = _line(_("Địa chỉ bằng tiếng Anh"), 300)
    phone = _line(_("Điện thoại"), 60)
    hours = _line(_("Giờ làm việc"), 200, help_text=_("Ví dụ: thứ Hai đến thứ Sáu, 8:00–17:00."))
    hours_en = _line(_("Giờ làm việc bằng tiếng Anh"), 200)

    class Meta:
        model = Organisation
        fields = [
            *("name", "name_en", "functions", "functions_en", "address", "address_en"),
            *("phone", "email", "hours", "hours_en"),
        ]


class OrganisationAdmin(admin.ModelAdmin):
    """Shown to readers on the page “Giới thiệu và liên hệ”, in both languages."""

    form = OrganisationForm
    list_display = ["name", "phone", "email", "changed_at"]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "name_en"],
                "description": _(
                    "Người đọc thấy ở trang “Giới thiệu và liên hệ”, cả tiếng Việt và tiếng Anh, ngay khi lưu. "
                    "Mục để trống thì không hiện."
                ),
            },
        ),
        (_("Chức năng, nhiệm vụ"), {"fields": ["functions", "functions_en"]}),
        (
            _("Liên hệ"),
            {"fields": ["address", "address_en", "phone", "email", "hours", "hours_en"]},
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Somebody always runs the portal."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the rule."""
        return can_change(request.user)

    def view_on_site(self, obj: Organisation) -> str:
        """Lead to the page that shows it."""
        return "/gioi-thieu/"

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Write through the action."""
        assert isinstance(request.user, User)
        change_organisation(obj, by=request.user, changed=form.changed_data)
