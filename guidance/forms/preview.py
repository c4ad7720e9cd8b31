"""What is typed about a preview link: for how long it opens, and what an outside reader answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hanoi_portal.fields import LineField, ParagraphsField

from ..models import REMARK_MAX

DAYS = (
    (1, _("1 ngày")),
    (3, _("3 ngày")),
    (7, _("7 ngày")),
    (14, _("14 ngày")),
    (30, _("30 ngày")),
)


class PreviewLinkForm(forms.Form):
    """For how long a link opens."""

    days = forms.TypedChoiceField(label=_("Mở được trong"), choices=DAYS, coerce=int, initial=7)


class AnswerForm(forms.Form):
    """What an outside reader says of a text."""

    name = LineField(
        label=_("Họ tên"),
        max_length=100,
        error_messages={"required": _("Xin điền họ tên.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    text = ParagraphsField(
        label=_("Góp ý"),
        max_length=REMARK_MAX,
        help_text=_(
            "Người biên tập đọc được lời này; trang công khai thì không. Tối đa 3.000 ký tự."
        ),
        error_messages={
            "required": _("Xin ghi điều ông/bà muốn góp ý."),
            "max_length": _(
                "Xin rút gọn còn tối đa %(limit_value)d ký tự; đang có %(show_value)d."
            ),
        },
        widget=forms.Textarea(attrs={"rows": 6}),
    )
