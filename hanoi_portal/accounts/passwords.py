"""What a password must be. Django's own sentence about length is not translated into Vietnamese."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MINIMUM_LENGTH = 10
HINT = gettext_lazy(
    "Ít nhất %(least)s ký tự, không chỉ gồm chữ số, không giống tên đăng nhập hay địa chỉ thư của ông/bà."
) % {"least": MINIMUM_LENGTH}


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """Length is what makes a password hard to guess (NIST SP 800-63B)."""

    def __init__(self) -> None:
        super().__init__(MINIMUM_LENGTH)

    def get_error_message(self) -> str:
        """Say it in Vietnamese."""
        return _("Mật khẩu quá ngắn: cần ít nhất %(least)s ký tự.") % {"least": MINIMUM_LENGTH}
