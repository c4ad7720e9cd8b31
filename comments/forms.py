"""What is typed about comments: the comment itself, a receipt code, a moderator's decline. Shape only."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from hanoi_portal.fields import LineField, ParagraphsField, SharedFields

from . import receipts
from .consent import CONSENT_TEXT
from .human_check import codes
from .human_check.fields import HumanCheckField, typed_answer
from .models import (
    ANSWER_MAX,
    APPEAL_MAX,
    CONTENT_MAX,
    MAIL_MAX,
    NAME_MAX,
    REPORT_MAX,
    TITLE_MAX,
    Comment,
    HouseRule,
)
from .phone import normalize_phone

TOO_LONG = _("Dài nhất %(limit_value)d ký tự; hiện có %(show_value)d ký tự.")

NOT_TAKEN = "not-taken"  # of an error: the answer of the human check was wrong, or is used up


class WordsForm(forms.Form):
    """The words of a comment that readers will see: when it is written, and when it is put right."""

    name = LineField(
        label=_("Họ tên"),
        max_length=NAME_MAX,
        help_text=_("Được đăng cùng bình luận."),
        error_messages={"required": _("Xin nhập họ tên."), "max_length": TOO_LONG},
    )
    title = LineField(
        label=_("Tiêu đề"),
        max_length=TITLE_MAX,
        error_messages={"required": _("Xin nhập tiêu đề."), "max_length": TOO_LONG},
    )
    content = ParagraphsField(
        label=_("Nội dung"),
        max_length=CONTENT_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Địa chỉ liên kết chỉ bấm được sau khi có người duyệt. Xin không ghi số điện thoại ở đây."
        ),
        error_messages={"required": _("Xin nhập nội dung."), "max_length": TOO_LONG},
    )


class HumanCheckedForm(forms.Form):
    """A form that ends with the human check."""

    captcha = HumanCheckField(
        label=_("Mã xác nhận"),
        help_text=_(
            "Gõ các chữ số trong hình, hoặc câu trả lời cho câu hỏi bên dưới, để biết đây là người gửi chứ không "
            "phải máy."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Spend the code, last of all: an answer is not used up by a mistake in another field."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not codes.spend(*cleaned["captcha"]):
            self.add_error(
                "captcha",
                ValidationError(
                    _(
                        "Mã chưa đúng hoặc đã hết hạn. Xin gõ mã trong hình mới hoặc trả lời câu hỏi mới."
                    ),
                    code=NOT_TAKEN,
                ),
            )
        return cleaned

    @property
    def may_be_repeated(self) -> bool:
        """Tell whether only the code was not taken: so it is when the same form comes again."""
        return self.has_error("captcha", NOT_TAKEN)


class ContactForm(forms.Form):
    """What is never published: a phone and an address, each as one likes, and the consent to keep them."""

    phone = LineField(
        label=_("Số điện thoại"),
        required=False,
        help_text=_("Không đăng lên trang. Ví dụ: 0912 345 678; số nước ngoài bắt đầu bằng dấu +."),
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    mail = LineField(
        label=_("Thư điện tử"),
        required=False,
        max_length=MAIL_MAX,
        validators=[EmailValidator(_("Địa chỉ này chưa đúng. Ví dụ địa chỉ đúng: ten@vidu.vn."))],
        help_text=_("Không đăng lên trang. Cổng gửi một thư khi bình luận được xem xét xong."),
        widget=forms.EmailInput(),
        error_messages={"max_length": TOO_LONG},
    )
    consent = forms.BooleanField(
        label=CONSENT_TEXT,
        required=False,
        help_text=_(
            "Nếu không đánh dấu ô này, số điện thoại và thư điện tử sẽ không được lưu; bình luận vẫn được nhận."
        ),
    )

    def clean_phone(self) -> str:
        """Return the number as it is kept, or an empty text."""
        typed = self.cleaned_data["phone"]
        if not typed:
            return ""
        number = normalize_phone(typed)
        if number is None:
            raise ValidationError(
                _("Số điện thoại này chưa đúng. Ví dụ số đúng: 0912 345 678 hoặc +84 912 345 678.")
            )
        return number


class CommentForm(WordsForm, ContactForm, HumanCheckedForm):
    """The city's own comment form: name, phone, title, content, human check; and an address, if one likes."""

    field_order = ["name", "phone", "mail", "consent", "title", "content", "captcha"]

    @classmethod
    def empty(cls, parent: Comment | None = None) -> "CommentForm":
        """Return a fresh form; for a reply with a title that says so, which its writer may change."""
        if parent is None:
            return cls()
        title = _("Trả lời: %(title)s") % {"title": parent.title}
        return cls(initial={"title": Truncator(title).chars(TITLE_MAX)})

    @classmethod
    def as_typed(cls, data: Mapping[str, Any]) -> "CommentForm":
        """Return a fresh form that shows what was typed, without judging it, and with a new code."""
        return cls(initial={name: data.get(name) for name in cls.base_fields if name != "captcha"})

    def receipt_code(self) -> str:
        """Return the receipt code of what a checked form holds: the same each time it is sent."""
        words = (self.cleaned_data[name] for name in ("name", "title", "content"))
        return receipts.code_of(typed_answer(self.data).key, *words)


CommentForm.base_fields = SharedFields(CommentForm.base_fields)


class DataForm(ContactForm):
    """A reader puts the own personal data right: the name, and what is not published."""

    field_order = ["name", "phone", "mail", "consent"]

    name = LineField(
        label=_("Họ tên"),
        max_length=NAME_MAX,
        help_text=_("Họ tên mới được một người đọc trước khi thay trên trang."),
        error_messages={"required": _("Xin nhập họ tên."), "max_length": TOO_LONG},
    )
    consent = forms.BooleanField(
        label=CONSENT_TEXT,
        required=False,
        help_text=_("Cần đánh dấu nếu để lại số điện thoại hoặc thư điện tử."),
    )


class ReceiptForm(forms.Form):
    """Asks for a receipt code; cleans to the bare code."""

    code = LineField(
        label=_("Mã tra cứu"),
        max_length=40,
        help_text=_("Mã gồm 12 ký tự, ví dụ 7K3M-9QXW-42TP. Viết thường hay viết hoa đều được."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "autocorrect": "off",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": _("Xin nhập mã tra cứu."), "max_length": TOO_LONG},
    )

    def clean_code(self) -> str:
        """Return the bare code."""
        code = receipts.read_code(self.cleaned_data["code"])
        if code is None:
            raise ValidationError(
                _(
                    "Mã này chưa đúng. Xin xem lại từng ký tự: mã có đủ 12 ký tự, không có các chữ I, L, O và "
                    "các số 0, 1."
                )
            )
        return code


class DeclineForm(forms.Form):
    """What a reader is owed when a comment is not shown: the rule, and why it applies here."""

    rule = forms.ModelChoiceField(
        HouseRule.objects.filter(is_active=True),
        label=_("Quy tắc không được giữ"),
        empty_label=_("Chọn một quy tắc"),
        error_messages={"required": _("Xin chọn quy tắc.")},
    )
    reason = ParagraphsField(
        label=_("Lý do"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Người gửi đọc được câu này. Xin viết ngắn, lịch sự, nói rõ chỗ nào chưa phù hợp; không chép lại thông "
            "tin cá nhân."
        ),
        error_messages={"required": _("Xin ghi lý do để người gửi hiểu."), "max_length": TOO_LONG},
    )


class ReviewForm(forms.Form):
    """A reader's appeal: why a decline should be read again."""

    text = ParagraphsField(
        label=_("Vì sao nên xem lại"),
        max_length=APPEAL_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Người khác, không phải người đã quyết định, sẽ đọc và trả lời bằng văn bản tại trang này."
        ),
        error_messages={"required": _("Xin viết vì sao nên xem lại."), "max_length": TOO_LONG},
    )


class AnswerForm(forms.Form):
    """What staff answer in writing, to an appeal or to a request about personal data."""

    answer = ParagraphsField(
        label=_("Câu trả lời"),
        max_length=APPEAL_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Người gửi đọc được câu này bằng mã tra cứu."),
        error_messages={
            "required": _("Xin viết câu trả lời cho người gửi."),
            "max_length": TOO_LONG,
        },
    )


class ReportForm(HumanCheckedForm):
    """A reader tells that a comment that stands on the page does not keep a rule."""

    rule = forms.ModelChoiceField(
        HouseRule.objects.filter(is_active=True),
        label=_("Quy tắc không được giữ"),
        empty_label=_("Chọn một quy tắc"),
        error_messages={"required": _("Xin chọn quy tắc.")},
    )
    text = ParagraphsField(
        label=_("Chỗ nào chưa phù hợp"),
        max_length=REPORT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Chỉ người kiểm duyệt đọc được. Không cần nêu tên ông/bà."),
        error_messages={
            "required": _("Xin nói rõ chỗ nào chưa phù hợp."),
            "max_length": TOO_LONG,
        },
    )
    field_order = ["rule", "text", "captcha"]


class OfficialAnswerForm(forms.Form):
    """What the Sở answers below a comment, and who signs."""

    text = ParagraphsField(
        label=_("Nội dung trả lời"),
        max_length=ANSWER_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Hiện ngay dưới bình luận, ghi rõ là trả lời chính thức. Không nêu thông tin cá nhân."
        ),
        error_messages={"required": _("Xin nhập nội dung trả lời."), "max_length": TOO_LONG},
    )
    signed_as = LineField(
        label=_("Ký tên"),
        max_length=150,
        initial=_("Sở Thông tin và Truyền thông Hà Nội"),
        error_messages={"required": _("Xin ghi tên cơ quan trả lời."), "max_length": TOO_LONG},
    )
