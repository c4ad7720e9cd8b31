"""The kinds of change that are done to many assignments on one page: what is typed, what is said, what is called."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanoi_portal.fields import LineField, ParagraphsField

from ..actions.change_deadline import change_deadlines, preview_deadline
from ..actions.give_again import give_again, preview_give_again
from ..actions.many import ChangeResult, Choice
from ..actions.move_on import move_on, preview_move_on
from ..actions.recall import preview_recall, recall
from ..forms import REASON_LENGTH
from ..models import Assignment
from ..rules import OPEN

MOST_AT_ONCE = 20_000


def numbers_of(value: str) -> list[int]:
    """Return the row numbers of a list with commas; what cannot be one is left out."""
    parts = value.split(",")[:MOST_AT_ONCE]
    return [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 19]


class ChosenForm(forms.Form):
    """Which assignments, and why; the reason is sent to the units."""

    chosen = LineField(widget=forms.HiddenInput)
    reason = ParagraphsField(
        label=gettext_lazy("Lý do"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Lời này được gửi cho các đơn vị qua thư và ghi vào lịch sử."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_chosen(self) -> str:
        """Let only row numbers through."""
        value: str = self.cleaned_data["chosen"]
        if len(numbers_of(value)) != len(value.split(",")):
            raise forms.ValidationError(_("Danh sách phân công không đọc được. Xin chọn lại."))
        return value


class DeadlineForm(ChosenForm):
    """The new day, beside the reason."""

    field_order = ("chosen", "deadline", "reason")
    deadline = forms.DateField(
        label=gettext_lazy("Thời hạn mới"),
        help_text=gettext_lazy("Ngày/tháng/năm. Thời hạn ban đầu vẫn được giữ bên cạnh."),
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "size": 12}),
    )

    def clean_deadline(self) -> date | None:
        """Refuse a day that is over."""
        day: date | None = self.cleaned_data["deadline"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("Thời hạn mới phải từ hôm nay trở đi."))
        return day


class GiveAgainForm(DeadlineForm):
    """The reason; and another day, where the old one does not do."""

    deadline = forms.DateField(
        label=gettext_lazy("Thời hạn mới"),
        required=False,
        help_text=gettext_lazy(
            "Ngày/tháng/năm. Để trống thì mỗi phân công giữ thời hạn đang có; phân công đã qua hạn cần thời hạn mới."
        ),
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "size": 12}),
    )


class MoveOnForm(ChosenForm):
    """The reason; and to whom, where several units came after one."""

    successor = LineField(
        label=gettext_lazy("Mã đơn vị kế tục"),
        max_length=20,
        required=False,
        help_text=gettext_lazy(
            "Chỉ cần khi một đơn vị tách thành nhiều; nếu không, việc về đơn vị kế tục duy nhất."
        ),
        widget=forms.TextInput(attrs={"size": 12}),
    )


def _open(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return rows.filter(state__in=OPEN)


def _recalled(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return rows.filter(state=Assignment.State.RECALLED)


def _of_closed(rows: Any) -> QuerySet[Assignment]:
    found: QuerySet[Assignment] = rows.orphaned(timezone.localdate())
    return found


@dataclass(frozen=True)
class Verb:
    """One kind of change: its words, its form, its preview and its doing."""

    name: str
    title: str | Promise
    confirm: str | Promise
    done: str | Promise
    left: str | Promise
    form: type[ChosenForm]
    preview: Callable[..., Choice]
    act: Callable[..., ChangeResult]
    takes: Callable[[QuerySet[Assignment]], QuerySet[Assignment]]  # of a whole plan or task
    none: str | Promise  # said where a plan or task has none of these


CHANGE_DEADLINE = Verb(
    name="doi-han",
    title=gettext_lazy("Đổi thời hạn"),
    confirm=gettext_lazy("Xác nhận đổi thời hạn của %(changed)s phân công, báo %(units)s đơn vị"),
    done=gettext_lazy("Đã đổi thời hạn của %(changed)s phân công, báo cho %(units)s đơn vị."),
    left=gettext_lazy(
        "%(left)s phân công giữ nguyên: đã hoàn thành, đã thu hồi, đã có đúng thời hạn đó, hoặc muộn hơn "
        "hạn của đơn vị cấp trên."
    ),
    form=DeadlineForm,
    preview=preview_deadline,
    act=change_deadlines,
    takes=_open,
    none=gettext_lazy("Không có phân công nào đang mở."),
)
RECALL = Verb(
    name="thu-hoi",
    title=gettext_lazy("Thu hồi nhiệm vụ"),
    confirm=gettext_lazy("Xác nhận thu hồi %(changed)s phân công, báo %(units)s đơn vị"),
    done=gettext_lazy("Đã thu hồi %(changed)s phân công, báo cho %(units)s đơn vị."),
    left=gettext_lazy("%(left)s phân công giữ nguyên: đã hoàn thành hoặc đã thu hồi từ trước."),
    form=ChosenForm,
    preview=preview_recall,
    act=recall,
    takes=_open,
    none=gettext_lazy("Không có phân công nào đang mở."),
)
GIVE_AGAIN = Verb(
    name="giao-lai",
    title=gettext_lazy("Giao lại nhiệm vụ đã thu hồi"),
    confirm=gettext_lazy("Xác nhận giao lại %(changed)s phân công, báo %(units)s đơn vị"),
    done=gettext_lazy("Đã giao lại %(changed)s phân công, báo cho %(units)s đơn vị."),
    left=gettext_lazy(
        "%(left)s phân công giữ nguyên: không phải đã thu hồi, đơn vị đã chấm dứt, đã qua hạn mà chưa có "
        "thời hạn mới, hoặc đơn vị cấp trên không còn giữ việc đến hạn ấy."
    ),
    form=GiveAgainForm,
    preview=preview_give_again,
    act=give_again,
    takes=_recalled,
    none=gettext_lazy("Không có phân công nào đã thu hồi."),
)
MOVE_ON = Verb(
    name="chuyen-giao",
    title=gettext_lazy("Chuyển việc cho đơn vị kế tục"),
    confirm=gettext_lazy("Xác nhận chuyển %(changed)s phân công, báo %(units)s đơn vị"),
    done=gettext_lazy("Đã chuyển %(changed)s phân công, báo cho %(units)s đơn vị kế tục."),
    left=gettext_lazy(
        "%(left)s phân công giữ nguyên: đơn vị chưa chấm dứt, chưa rõ một đơn vị kế tục đang hoạt động, đơn vị "
        "ấy đã có nhiệm vụ này, hoặc việc đã xong hay đã thu hồi."
    ),
    form=MoveOnForm,
    preview=preview_move_on,
    act=move_on,
    takes=_of_closed,
    none=gettext_lazy("Không có phân công đang mở nào của đơn vị đã chấm dứt."),
)
VERBS = (CHANGE_DEADLINE, RECALL, GIVE_AGAIN, MOVE_ON)
