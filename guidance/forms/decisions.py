"""What is typed when something is decided about an article: a note, a reason, an hour. Shape of input only."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.fields import LineField, ParagraphsField

from ..models import REMARK_MAX, Article
from .addressing import AddressField
from .shared import MOMENT_FORMATS, WIDE, day_widget, moment_widget


def _words(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **WIDE})


class NoteForm(forms.Form):
    """What the publishers should know about a text that is sent to them."""

    note = ParagraphsField(
        label=_("Lời nhắn cho người duyệt"),
        max_length=1000,
        required=False,
        help_text=_("Không bắt buộc. Tối đa 1.000 ký tự."),
        widget=_words(),
    )


class ApproveForm(forms.Form):
    """What goes with an approval."""

    note = ParagraphsField(
        label=_("Lời nhắn"),
        max_length=1000,
        required=False,
        help_text=_("Không bắt buộc; gửi kèm thư báo cho người viết. Tối đa 1.000 ký tự."),
        widget=_words(),
    )


class SendBackForm(forms.Form):
    """Why a text is sent back."""

    reason = ParagraphsField(
        label=_("Cần sửa gì"),
        max_length=1000,
        help_text=_("Người viết nhận lời này qua thư. Tối đa 1.000 ký tự."),
        widget=_words(),
    )


class RemarkForm(forms.Form):
    """What a colleague says about a text."""

    text = ParagraphsField(
        label=_("Nhận xét"),
        max_length=REMARK_MAX,
        help_text=_("Những người đang làm bài này nhận được qua thư. Tối đa 3.000 ký tự."),
        widget=_words(5),
    )


class ChangeNoteForm(forms.Form):
    """What readers are told about a change of a text that they knew."""

    change_note = LineField(
        label=_("Nội dung thay đổi"),
        max_length=300,
        required=False,
        help_text=_("Không bắt buộc. Hiện cùng bài, để người đọc cũ biết chỗ nào mới."),
        widget=forms.TextInput(attrs=WIDE),
    )


class ScheduleForm(ChangeNoteForm):
    """When a text is to be shown to readers by itself."""

    at = forms.DateTimeField(
        label=_("Giờ đăng"),
        input_formats=MOMENT_FORMATS,
        help_text=_("Giờ Hà Nội, chính xác đến phút."),
        widget=moment_widget(),
    )
    field_order = ["at", "change_note"]

    def clean_at(self) -> Any:
        """Take only an hour that is still to come."""
        at = self.cleaned_data["at"]
        if at <= timezone.now():
            raise ValidationError(gettext("Xin chọn giờ đăng sau lúc này."))
        return at


class WithdrawForm(forms.Form):
    """Why an article is withdrawn, and what took its place: readers see both."""

    reason = ParagraphsField(
        label=_("Lý do rút bài"),
        max_length=1000,
        help_text=_("Người đọc thấy lý do này ở địa chỉ của bài. Tối đa 1.000 ký tự."),
        widget=_words(),
    )
    successor = AddressField(
        Article.objects.all(),
        label=_("Bài thay thế"),
        required=False,
        help_text=_(
            "Không bắt buộc. Địa chỉ chép từ trang của bài kia; trang giải thích dẫn người đọc sang đó."
        ),
        widget=forms.TextInput(attrs=WIDE),
    )


class ConfirmForm(forms.Form):
    """When to look again at what is still right."""

    next_on = forms.DateField(
        label=_("Xem lại lần sau vào ngày"),
        widget=day_widget(),
        help_text=_("Người phụ trách được nhắc trước một tuần."),
    )

    def clean_next_on(self) -> Any:
        """Take only a day that is still to come."""
        day = self.cleaned_data["next_on"]
        if day <= timezone.localdate():
            raise ValidationError(gettext("Xin chọn ngày xem lại sau hôm nay."))
        return day
