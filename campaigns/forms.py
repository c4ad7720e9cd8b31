"""What officers and coordinators type: the shape of input only; who may, and when, is for the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanoi_portal.fields import LineField, ParagraphsField
from hanoi_portal.text import clean_line, clean_paragraphs
from hanoi_portal.uploads import UploadsField

from .models import Assignment, ReportDraft, Task, Unit
from .models.plan import vn_decimal
from .report_fields import (
    MOST_ARTICLES,
    MOST_PAGES,
    ArticlesField,
    CitedField,
    CitedInput,
    VietnameseDecimalField,
)

TEXT_LENGTH = 3000
DIFFICULTIES_LENGTH = 2000
REASON_LENGTH = 1000
PRESS_ROWS = 3  # of articles that a press agency finds ready to fill in
# How much of each is kept of a draft: more than is taken, so that too long a text is not lost before it is cut.
LONGEST_KEPT = {
    "stage": 10,
    "percent": 10,
    "indicator": 30,
    "text": 20_000,
    "difficulties": 20_000,
    "cited": MOST_PAGES,
    "articles": MOST_ARTICLES,
}


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
        self.data = {**self.data, self.add_prefix("seen"): str(assignment.version)}


class ReportForm(SeenForm):
    """A progress report: how far, in numbers, words, evidence, pages published elsewhere and guidance used.

    `draft` is the stamp of the draft that the page showed; `kept` are the files that came before.
    """

    DOING, DONE = "doing", "done"

    draft = LineField(required=False, widget=forms.HiddenInput)
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
    indicator = VietnameseDecimalField(
        label=gettext_lazy("Chỉ tiêu đạt được"),
        required=False,
    )
    text = ParagraphsField(
        label=gettext_lazy("Đã làm những gì, kết quả ra sao"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    difficulties = ParagraphsField(
        label=gettext_lazy("Khó khăn, vướng mắc"),
        max_length=DIFFICULTIES_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    evidence = UploadsField(label=gettext_lazy("Minh chứng"), required=False, with_video=True)
    cited = CitedField(
        label=gettext_lazy("Bài, trang đã đăng"),
        required=False,
        help_text=gettext_lazy(
            "Tên bài, địa chỉ, ngày đăng của bài báo, tin, trang mạng làm minh chứng."
        ),
    )
    articles = ArticlesField(
        label=gettext_lazy("Bài hướng dẫn đã dùng"),
        required=False,
        help_text=gettext_lazy("Bài trên cổng này mà đơn vị đã phổ biến."),
    )

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        task = assignment.task
        if task.indicator_name:
            self.fields["indicator"].label = task.indicator_name
            self.fields["indicator"].help_text = _indicator_hint(task)
        else:
            del self.fields["indicator"]
        cited = self.fields["cited"].widget
        assert isinstance(cited, CitedInput)
        if assignment.unit.kind == Unit.Kind.PRESS:
            cited.rows_at_least = PRESS_ROWS
            self.fields["cited"].label = gettext_lazy("Các bài của tuyến bài")

    @classmethod
    def about(cls, assignment: Assignment, draft: ReportDraft | None = None) -> "ReportForm":
        """Return the form as it is first shown: with what the draft holds, or how far the unit was."""
        initial: dict[str, Any] = {
            "seen": assignment.version,
            "percent": assignment.percent or None,
        }
        if draft:
            initial |= {"draft": draft.stamp, **draft.content}
        return cls(initial=initial, assignment=assignment)

    def typed(self) -> dict[str, Any]:
        """Return what was typed, right or wrong, without what is empty: the content of a draft."""
        content: dict[str, Any] = {}
        for name in ("stage", "percent", "indicator", "text", "difficulties", "cited", "articles"):
            if name not in self.fields:
                continue
            value = self[name].data
            if isinstance(value, str):
                tidy = clean_paragraphs if name in {"text", "difficulties"} else clean_line
                value = tidy(value)[: LONGEST_KEPT[name]]
            elif isinstance(value, list):
                value = value[: LONGEST_KEPT[name]]
            if value:
                content[name] = value
        return content

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

    @property
    def has_more(self) -> bool:
        """Whether the folded part of the form has something in it, or something wrong."""
        return any(self[name].value() or self[name].errors for name in ("cited", "articles"))


def _indicator_hint(task: Task) -> str:
    """Say what is asked and in which unit."""
    if task.indicator_target is None:
        return (
            _("Tính bằng: %(unit)s.") % {"unit": task.indicator_unit} if task.indicator_unit else ""
        )
    asked = " ".join(filter(None, [vn_decimal(task.indicator_target), task.indicator_unit]))
    return _("Cần đạt %(asked)s. Ghi số đã đạt đến nay, ví dụ 1.250 hoặc 12,5.") % {"asked": asked}


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
