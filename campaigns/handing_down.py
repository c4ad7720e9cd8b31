"""What the pages show and take about work handed down: the parts and how they add up; the form that hands down."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanoi_portal.fields import ParagraphsField
from hanoi_portal.models import User

from . import rules
from .actions.hand_down import recalled_parts, units_below, units_having
from .forms import REASON_LENGTH, SeenForm
from .models import Assignment


class HandDownForm(forms.Form):
    """To whom below, by when, with which words."""

    units = forms.MultipleChoiceField(
        label=gettext_lazy("Giao cho"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Xin chọn ít nhất một đơn vị.")},
    )
    deadline = forms.DateField(
        label=gettext_lazy("Thời hạn"),
        help_text=gettext_lazy("Ngày/tháng/năm, không muộn hơn thời hạn của đơn vị mình."),
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric"}),
    )
    words = ParagraphsField(
        label=gettext_lazy("Lời kèm theo"),
        required=False,
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Gửi cho các đơn vị qua thư."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, assignment: Assignment, on: date, **kwargs: Any) -> None:
        """Offer the units below that do not have the task: new ones ticked, those it was recalled from not."""
        having = units_having(assignment)
        taken_back = set(recalled_parts(assignment).values_list("unit_id", flat=True))
        below = units_below(assignment, on)
        free = [unit for unit in below if unit.pk not in having]
        again = [unit for unit in below if unit.pk in taken_back]
        kwargs.setdefault(
            "initial",
            {"units": [unit.code for unit in free], "deadline": assignment.deadline},
        )
        super().__init__(*args, **kwargs)
        self.first, self.last = on, assignment.deadline
        field = self.fields["units"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            *((unit.code, unit.name) for unit in free),
            *(
                (unit.code, _("%(unit)s (đã thu hồi, chọn để giao lại)") % {"unit": unit.name})
                for unit in again
            ),
        ]

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody left to whom it could be given."""
        field = self.fields["units"]
        assert isinstance(field, forms.MultipleChoiceField)
        return not field.choices

    def clean_deadline(self) -> date:
        """Let the day lie between today and the unit's own deadline."""
        day: date = self.cleaned_data["deadline"]
        if not self.first <= day <= self.last:
            text = _("Thời hạn phải từ hôm nay đến hết %(last)s.")
            raise forms.ValidationError(text % {"last": f"{self.last:%d/%m/%Y}"})
        return day


class PartRecallForm(SeenForm):
    """Why what was handed down to a unit is taken back."""

    prefix = "thu-hoi"
    reason = ParagraphsField(
        label=gettext_lazy("Lý do thu hồi"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Đơn vị không phải làm tiếp; những gì đã báo cáo vẫn được giữ."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PartDeadlineForm(SeenForm):
    """Until when a unit below has time now, and why."""

    prefix = "thoi-han"
    deadline = forms.DateField(
        label=gettext_lazy("Thời hạn mới"),
        help_text=gettext_lazy("Ngày/tháng/năm, không muộn hơn thời hạn của đơn vị mình."),
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric"}),
    )
    reason = ParagraphsField(
        label=gettext_lazy("Lý do đổi thời hạn"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def shown_parts(user: User, assignment: Assignment, on: date) -> dict[str, Any]:
    """Return what campaigns/_parts.html shows of an assignment: the parts, their sum, and what the user may do."""
    parts = Assignment.objects.held().filter(parent=assignment).select_related("unit")
    summed = Assignment.objects.filter(pk=assignment.pk).with_parts(on).get()
    return {
        "parts": parts.with_timeliness(on).order_by("unit__name_sort") if summed.part_count else [],
        "summed": summed,
        "can_hand_down": rules.can_hand_down(user, assignment, on),
        "can_decide_part": assignment.parent_id is not None
        and rules.can_decide(user, assignment, on),
        "can_change_part": rules.can_change_part(user, assignment, on),
    }
