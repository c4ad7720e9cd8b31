"""The forms about accounts: allauth's, with our words, and the one by which people are invited."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as second_factor_forms
from allauth.mfa.totp import forms as app_forms
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..fields import LineField
from ..models import User
from ..roles import ROLES
from .actions import answer_forgotten_password
from .passwords import HINT


def _say(form: forms.BaseForm, name: str, label: Any, hint: Any = "", **attributes: str) -> None:
    """Give a field of allauth our label and hint, and take its placeholder away."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


class _TypedTwice:
    """Two fields for a new password."""

    def _say_both(self: Any) -> None:
        _say(self, "password1", _("Mật khẩu mới"), HINT)
        _say(self, "password2", _("Mật khẩu mới, lần nữa"))

    def clean(self: Any) -> dict[str, Any]:
        """Ask for the same password twice."""
        data = forms.Form.clean(self) or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("Hai lần nhập chưa giống nhau."))
        return data


class SignInForm(account_forms.LoginForm):
    """Sign in by user name or mail address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = LineField(label=_("Tên đăng nhập hoặc thư điện tử"), max_length=254)
        self.order_fields(["login", "password", "remember"])
        attributes = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        self.fields["login"].widget.attrs.update(attributes)
        _say(self, "password", _("Mật khẩu"))
        _say(
            self,
            "remember",
            _("Giữ đăng nhập trên máy này"),
            _("Không chọn khi dùng máy chung."),
        )

    def user_credentials(self) -> dict[str, str]:
        """Look in one place only: allauth tries a known address twice, and the time would tell that it is known."""
        login = self.cleaned_data["login"]
        kind = "email" if "@" in login else "username"  # no user name has an @ (PersonForm)
        return {kind: login, "password": self.cleaned_data["password"]}


class ForgottenPasswordForm(account_forms.ResetPasswordForm):
    """Ask for a link by mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "email", _("Địa chỉ thư điện tử"), _("Địa chỉ đã nhận lời mời."))

    def clean_email(self) -> str:
        """Take the address as it is; whether it is known is looked up where nobody can watch."""
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Answer by mail."""
        email = str(self.cleaned_data["email"])
        answer_forgotten_password(email)
        return email


class OwnPasswordForm(_TypedTwice, account_forms.ResetPasswordKeyForm):
    """Set one's own password, from a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._say_both()


class ChangePasswordForm(_TypedTwice, account_forms.ChangePasswordForm):
    """Change one's password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", _("Mật khẩu đang dùng"))
        self._say_both()


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """Prove once more who one is, before a change to security."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", _("Mật khẩu"))


class _CodeForm:
    """A field for a one-time code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("Sáu chữ số trong ứng dụng xác thực, hoặc một mã dự phòng.")
        _say(self, "code", _("Mã xác thực"), hint, inputmode="numeric")  # type: ignore[arg-type]


class SecondFactorForm(_CodeForm, second_factor_forms.AuthenticateForm):
    """The second step of signing in."""


class SecondFactorAgainForm(_CodeForm, second_factor_forms.ReauthenticateForm):
    """Prove once more who one is, by code."""


class ActivateAppForm(app_forms.ActivateTOTPForm):
    """Join a phone's application to the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("Sáu chữ số mà ứng dụng đang hiện.")
        _say(self, "code", _("Mã xác thực"), hint, inputmode="numeric")


class PersonForm(forms.ModelForm):
    """Invite a person, or put right what is kept about one."""

    full_name = LineField(label=_("Họ và tên"), max_length=120)
    roles = forms.MultipleChoiceField(
        label=_("Vai trò"),
        choices=[(key, role.group) for key, role in ROLES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Chỉ chọn những vai trò người này cần cho công việc."),
    )

    class Meta:
        model = User
        fields = ["username", "full_name", "email"]
        help_texts = {
            "username": _("Chữ cái, chữ số và các dấu . + - _; không có dấu cách."),
            "email": _("Lời mời đặt mật khẩu được gửi tới địa chỉ này."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "roles" in self.fields:
            names = set(self.instance.groups.values_list("name", flat=True))
            held = [key for key, role in ROLES.items() if role.group in names]
            self.initial.setdefault("roles", held)

    def clean_email(self) -> str:
        """Keep addresses apart whatever their case."""
        email = str(self.cleaned_data["email"])
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Đã có người dùng khác với địa chỉ này."))
        return email

    def clean_username(self) -> str:
        """Keep user names apart whatever their case, and apart from mail addresses."""
        username = str(self.cleaned_data["username"])
        others = User.objects.filter(username__iexact=username).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(_("Tên đăng nhập này đã có người dùng."))
        if "@" in username:
            raise ValidationError(_("Tên đăng nhập không được có ký tự @."))
        return username


class OwnDetailsForm(PersonForm):
    """What people with access to accounts may put right about themselves: not their roles."""

    roles = None  # type: ignore[assignment]  # Django's way to leave a field out
