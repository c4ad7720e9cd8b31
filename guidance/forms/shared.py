"""What the forms of guidance share: the admin's wide fields, the words beside an address, days and hours."""

from django import forms
from django.utils.translation import gettext_lazy as _

WIDE = {"class": "vLargeTextField"}  # the admin's own class for wide fields
SLUG_HELP = _("Chữ thường không dấu, nối bằng gạch ngang. Để trống thì cổng đặt theo tên.")
# What a browser's own chooser sends, and what people type where there is none.
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%H:%M %d/%m/%Y", "%d/%m/%Y %H:%M"]


def moment_widget() -> forms.DateTimeInput:
    """Return the browser's own chooser of a day and an hour."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def day_widget() -> forms.DateInput:
    """Return the browser's own chooser of a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
