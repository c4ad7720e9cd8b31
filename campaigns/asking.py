"""What pages show and take about more time: the forms that ask and answer, the coordinators' card."""

from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanoi_portal.errors import DomainError
from hanoi_portal.fields import ParagraphsField
from hanoi_portal.models import User
from hanoi_portal.registry import Card

from .actions.extensions import grant_extensions, refuse_extensions, require_later
from .forms import REASON_LENGTH
from .models import Assignment, ExtensionRequest
from .rules import can_follow_up


def day_input() -> forms.DateInput:
    """Return the browser's own calendar: on a phone there is nothing to type."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class AskForm(forms.Form):
    """Until when, and why."""

    day = forms.DateField(label=gettext_lazy("Xin gia hạn đến hết ngày"), widget=day_input())
    reason = ParagraphsField(
        label=gettext_lazy("Lý do"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Vướng ở đâu, đã làm được gì, cần thêm thời gian để làm gì."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, assignment: Assignment, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignment, self.on = assignment, on
        self.fields["day"].help_text = _("Thời hạn hiện nay là %(deadline)s.") % {
            "deadline": f"{assignment.deadline:%d/%m/%Y}"
        }

    def clean_day(self) -> date:
        """Let the day be later than the deadline."""
        day: date = self.cleaned_data["day"]
        try:
            require_later(self.assignment, day, self.on)
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error
        return day


class DecideForm(forms.Form):
    """What is answered to one request or several."""

    GRANT, OTHER, REFUSE = "grant", "other", "refuse"

    answer = forms.ChoiceField(
        label=gettext_lazy("Trả lời"),
        choices=(
            (GRANT, gettext_lazy("Đồng ý ngày đơn vị đề nghị")),
            (OTHER, gettext_lazy("Đồng ý, nhưng đến ngày khác")),
            (REFUSE, gettext_lazy("Không đồng ý, giữ thời hạn hiện nay")),
        ),
        widget=forms.RadioSelect,
    )
    day = forms.DateField(
        label=gettext_lazy("Ngày khác"),
        required=False,
        widget=day_input(),
        help_text=gettext_lazy("Chỉ khi đồng ý đến ngày khác."),
    )
    words = ParagraphsField(
        label=gettext_lazy("Lời trả lời"),
        required=False,
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Gửi cho đơn vị qua thư; bắt buộc khi không đồng ý."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what the answer needs."""
        cleaned: dict[str, Any] = super().clean() or {}
        answer = cleaned.get("answer")
        if answer == self.OTHER and not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", _("Xin chọn ngày gia hạn."))
        if answer == self.REFUSE and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", _("Xin ghi lý do không đồng ý, để đơn vị được biết."))
        return cleaned

    def act(self, requests: list[ExtensionRequest], *, by: User) -> int:
        """Do what was chosen; return how many were decided. Raises as the actions do."""
        words = self.cleaned_data["words"]
        if self.cleaned_data["answer"] == self.REFUSE:
            return refuse_extensions(requests, by=by, words=words)
        other = self.cleaned_data["day"] if self.cleaned_data["answer"] == self.OTHER else None
        return grant_extensions(requests, by=by, day=other, words=words)


def waiting_requests_card(user: User) -> Card | None:
    """Tell a coordinator how many units wait to hear about more time; no card while none does."""
    if not can_follow_up(user):
        return None
    count = ExtensionRequest.objects.waiting().filter(assignment__parent=None).count()
    if not count:
        return None
    return Card(
        title=_("Đề nghị gia hạn"),
        value=count,
        note=_("Đơn vị đang chờ trả lời; trong lúc chờ, thời hạn cũ vẫn tính."),
        url=f"{reverse('admin:campaigns_extensionrequest_changelist')}?cho=tra-loi",
    )
