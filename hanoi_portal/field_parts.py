"""What a form field is made of when it is shown: its errors in words, its control, its hints tied together."""

from typing import Any

from django.core.validators import (
    EmailValidator,
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
)
from django.forms import BoundField, DateField, Field, IntegerField
from django.utils.translation import gettext as _


def field_errors(bound: BoundField) -> list[str]:
    """Return a field's errors in words: Django's own sentences are replaced by ones that say what to do."""
    kind = getattr(bound.field.widget, "input_type", "text")
    name = str(bound.label)
    asks = {
        "file": _("Xin chọn một tệp."),
        "checkbox": _("Xin đánh dấu vào ô này để tiếp tục."),
        "radio": _("Xin chọn một mục."),
        "select": _("Xin chọn một mục."),
    }
    ours = {
        Field.default_error_messages["required"]: asks.get(kind)
        or _("Xin điền %(name)s.") % {"name": name[:1].lower() + name[1:]},
        IntegerField.default_error_messages["invalid"]: _("Xin nhập một số nguyên, ví dụ 40."),
        DateField.default_error_messages["invalid"]: _("Xin nhập ngày đúng dạng 31/12/2018."),
        EmailValidator.message: _("Xin nhập địa chỉ thư đúng dạng ten@donvi.vn."),
        MinValueValidator.message: _("Xin nhập số từ %(limit_value)s trở lên."),
        MaxValueValidator.message: _("Xin nhập số không quá %(limit_value)s."),
        MaxLengthValidator.message: _(
            "Xin rút gọn còn tối đa %(limit_value)s ký tự; đang có %(show_value)s."
        ),
    }
    said = []
    for error in bound.errors.as_data():
        if error.message in ours:
            said.append(str(ours[error.message]) % (error.params or {}))
        else:
            said.extend(map(str, error.messages))
    return said


def field_parts(bound: BoundField, autocomplete: str = "", limit: int = 0) -> dict[str, Any]:
    """Return what components/_field.html shows of a field, with the control already drawn."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    is_group = bool(widget.use_fieldset)
    is_textarea = widget.__class__.__name__.endswith("Textarea")
    count = limit or (getattr(bound.field, "max_length", None) if is_textarea else 0) or 0
    own_id = bound.id_for_label or bound.auto_id
    said_by = [
        f"{bound.auto_id}_{part}"
        for part, is_there in (
            ("hint", bool(bound.help_text)),
            ("count", bool(count)),
            ("error", bool(bound.errors)),
        )
        if is_there
    ]
    attrs: dict[str, Any] = {}
    if said_by and not is_group:
        attrs["aria-describedby"] = " ".join(said_by)
    if bound.errors and not is_group:
        attrs["aria-invalid"] = "true"
    if autocomplete:
        attrs["autocomplete"] = autocomplete
    if count:
        attrs["data-count"] = count
        attrs["maxlength"] = False
    return {
        "field": bound,
        "errors": field_errors(bound),
        "control": bound.as_widget(attrs=attrs),
        "own_id": own_id,
        "base_id": bound.auto_id,
        "count": count,
        "is_check": kind == "checkbox" and not is_group,
        "is_group": is_group,
        "said_by": " ".join(said_by),
        "is_required": bound.field.required,
    }
