"""The mails about accounts. The worker writes those with a link, so that no link lies in the database."""

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import User
from ..outbox import WRITTEN, queue_mail
from ..registry import RenderedMail
from .tokens import PasswordLinkTokens

INVITATION = "hanoi_portal.invitation"
FORGOTTEN_PASSWORD = "hanoi_portal.forgotten_password"
WORDS = {
    WRITTEN: gettext_lazy("Thư của cổng"),
    INVITATION: gettext_lazy("Lời mời"),
    FORGOTTEN_PASSWORD: gettext_lazy("Quên mật khẩu"),
}


def render_invitation(user_id: int) -> RenderedMail:
    """Write the mail in which an invited person gets the link to set a password."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return _written(_("Lời mời đã được rút lại"), "invitation_withdrawn", {})
    return _written(
        _("Mời ông/bà dùng %(site)s") % {"site": settings.SITE_NAME},
        "invitation",
        {"user": user, "url": password_link(user)},
    )


def render_forgotten_password(user_id: int) -> RenderedMail:
    """Write the mail that answers "I forgot my password"; 0 is an address nobody has an account under."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return _written(_("Đặt lại mật khẩu: không có tài khoản"), "forgotten_password_unknown", {})
    return _written(
        _("Đặt lại mật khẩu"), "forgotten_password", {"user": user, "url": password_link(user)}
    )


def queue_security_notice(user: User, sentence: str) -> None:
    """Tell the person that something about the account's security has changed."""
    context = {"user": user, "sentence": sentence, "at": timezone.now()}
    mail = _written(_("Bảo mật tài khoản của ông/bà vừa thay đổi"), "security_notice", context)
    queue_mail(to=[user.email], subject=mail.subject, text=mail.text, html=mail.html)


def password_link(user: User) -> str:
    """Return the address at which this user, once, may set a password."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": PasswordLinkTokens().make_token(user)},
    )
    return f"{settings.SITE_URL}{path}"


def _written(subject: str, template: str, context: dict[str, object]) -> RenderedMail:
    context = {"site_url": settings.SITE_URL, **context}
    return RenderedMail(
        subject=subject,
        text=render_to_string(f"hanoi_portal/mail/{template}.txt", context),
        html=render_to_string(f"hanoi_portal/mail/{template}.html", context),
    )
