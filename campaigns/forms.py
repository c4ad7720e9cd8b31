"""What officers and coordinators type: the shape of input only; who may, and when, is for the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanoi_portal.fields import LineField, ParagraphsField
from hanoi_portal.uploads import UploadsField

from .models import Assignment

TEXT_LENGTH = 3000
REASON_LENGTH = 1000


class SeenForm(forms.Form):
    """A form that remembers which version of the assignment its author saw."""

    seen = LineField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, assignment: Assignment, **initial: Any) -> "SeenForm":
        """Return an empty form about the assignment as it is now."""
        return cls(initial={"seen": assignment.version, **initial})

    def clean_seen(self) -> int:
        """Return the version; one that nobody can have seen stands for none at all."""
        value = self.cleaned_data["seen"]
        return int(value) if value.isdecimal() and len(value) < 10 else -1

    def renew(self, assignment: Assignment) -> None:
        """Keep what was typed, about the assignment as it is now: sending again is then deliberate."""
        self.data = {**self.data, "seen": str(assignment.version)}


class ReportForm(SeenForm):
    """A progress report: how far, in numbers, words and evidence."""

    DOING, DONE = "doing", "done"

    stage = forms.ChoiceField(
        label=gettext_lazy("Tình hình"),
        choices=(
            (DOING, gettext_lazy("Đang thực hiện")),
            (DONE, gettext_lazy("Đã hoàn thành – gửi Sở duyệt")),
        ),
        widget=forms.RadioSelect,
    )
    percent = forms.IntegerField(
        label=gettext_lazy("Đã làm được bao nhiêu phần trăm"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy(
            "Khi đang thực hiện: số từ 0 đến 99. Khi đã hoàn thành thì để trống, cổng ghi 100%."
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    text = ParagraphsField(
        label=gettext_lazy("Đã làm những gì, kết quả ra sao"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    evidence = UploadsField(label=gettext_lazy("Minh chứng"), required=False, with_video=True)

    def clean(self) -> dict[str, Any]:
        """Let the stage and the number agree."""
        cleaned: dict[str, Any] = super().clean() or {}
        stage, percent = cleaned.get("stage"), cleaned.get("percent")
        if stage == self.DONE:
            cleaned["percent"] = 100
        elif stage == self.DOING and "percent" not in self.errors:
            if percent is None:
                self.add_error("percent", _("Xin ghi đã làm được bao nhiêu phần trăm."))
            elif percent == 100:
                text = _("Nếu đã làm xong 100%, xin chọn “Đã hoàn thành – gửi Sở duyệt”.")
                self.add_error("percent", text)
        return cleaned


class ReturnForm(SeenForm):
    """Why a report is given back."""

    reason = ParagraphsField(
        label=gettext_lazy("Lý do trả lại"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Ghi rõ cần bổ sung gì. Lời này được gửi cho đơn vị qua thư."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    """What a unit answers, or what the Sở's people say."""

    text = ParagraphsField(
        label=gettext_lazy("Nội dung"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ToldForm(forms.Form):
    """How a unit was told by other means than mail."""

    words = ParagraphsField(
        label=gettext_lazy("Đã báo cho ai, bằng cách nào"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Ví dụ: gọi điện cho bà Lan, Văn phòng UBND quận, 024 0000 0000."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
