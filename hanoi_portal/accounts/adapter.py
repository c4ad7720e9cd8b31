"""How django-allauth behaves here: closed, silent about who has an account, its words ours, its mail in the outbox."""

import base64
import hashlib
from io import BytesIO
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from ..models import User
from .actions import note_security_change

_WRONG = _("Tên đăng nhập hoặc mật khẩu không đúng. Xin kiểm tra rồi nhập lại.")
_TOO_OFTEN = _("Đã nhập sai nhiều lần. Xin chờ vài phút rồi thử lại.")
_WRONG_CODE = _("Mã không đúng hoặc đã hết hạn. Xin nhập mã mới nhất.")

# What allauth says after a step, by the name of its template; what is not named here is not said.
_SAID = {
    "account/messages/password_changed.txt": _("Mật khẩu mới đã có hiệu lực."),
    "account/messages/password_set.txt": _("Mật khẩu đã có hiệu lực."),
    "mfa/messages/totp_activated.txt": _("Đã bật xác thực hai lớp."),
    "mfa/messages/totp_deactivated.txt": _("Đã tắt xác thực hai lớp."),
    "mfa/messages/recovery_codes_generated.txt": _(
        "Đã tạo mã dự phòng. Xin cất ở nơi an toàn, ngoài máy tính này."
    ),
}
# What the person is told by mail, with the history's verb, by the prefix of allauth's template.
_MAILED = {
    "account/email/password_changed": ("change_password", _("Mật khẩu đã được đổi.")),
    "account/email/password_reset": ("reset_password", _("Mật khẩu đã được đặt qua liên kết.")),
    "mfa/email/totp_activated": ("add_second_factor", _("Xác thực hai lớp đã được bật.")),
    "mfa/email/totp_deactivated": ("remove_second_factor", _("Xác thực hai lớp đã bị tắt.")),
    "mfa/email/recovery_codes_generated": (
        "renew_recovery_codes",
        _("Mã dự phòng đã được tạo lại; mã cũ không dùng được nữa."),
    ),
}


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in, passwords, and what is said about them."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _WRONG,
        "email_password_mismatch": _WRONG,
        "username_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "enter_current_password": _("Mật khẩu đang dùng không đúng."),
        "incorrect_password": _("Mật khẩu không đúng."),
        "incorrect_code": _WRONG_CODE,
        "invalid_password_reset": _("Liên kết không còn dùng được."),
        "too_many_login_attempts": _TOO_OFTEN,
        "rate_limited": _TOO_OFTEN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: people are invited."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return who may sign in. A switched-off account gets the same answer as a wrong password."""
        user = super().authenticate(request, **credentials)
        return user if isinstance(user, User) and user.is_active else None

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff go to the admin, officers to their desk; a safe `next` goes first."""
        return landing_page(request.user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """After a changed password: where one works."""
        return landing_page(request.user)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Nothing is said about a switched-off account."""
        return HttpResponseRedirect(reverse("account_login"))

    def is_ajax(self, request: HttpRequest) -> bool:
        """Pages only: allauth's JSON answers speak English and no page of ours asks for them."""
        return False

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say our own sentence in place of allauth's."""
        sentence = message or _SAID.get(message_template or "")
        if sentence:
            messages.add_message(request, level, sentence, extra_tags=extra_tags)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Put the news of a security change into the outbox."""
        if template_prefix in _MAILED:
            verb, sentence = _MAILED[template_prefix]
            note_security_change(user, verb, str(sentence))


class SecondFactorAdapter(DefaultMFAAdapter):
    """One-time codes and recovery codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Cán bộ quản trị không được tắt xác thực hai lớp."),
        "cannot_generate_recovery_codes": _("Cần bật xác thực hai lớp trước."),
        "incorrect_code": _WRONG_CODE,
    }

    def get_totp_label(self, user: Any) -> str:
        """How the phone's application names the account."""
        return str(user.get_username())

    def get_totp_issuer(self) -> str:
        """How the phone's application names the portal."""
        return str(settings.SITE_NAME)

    def build_totp_svg(self, url: str) -> str:
        """Draw the code to scan on a white ground, so that it can be read in the dark theme too."""
        buffer = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(buffer)
        return buffer.getvalue().decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Where a second factor is required, staff keep theirs."""
        return not (settings.IS_SECOND_FACTOR_REQUIRED and authenticator.user.is_staff)

    def encrypt(self, text: str) -> str:
        """Keep secrets unreadable in a copy of the database."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read a secret back, also one written under an older SECRET_KEY."""
        return _fernet().decrypt(encrypted_text.encode()).decode()


def landing_page(user: Any) -> str:
    """Return where a signed-in person works."""
    return "/quan-tri/" if user.is_staff else "/can-bo/"


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"hanoi_portal.mfa" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
