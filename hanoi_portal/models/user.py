"""The portal's user: staff of the Sở and officers of the units. Citizens have no account."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person invited by mail; signs in with the user name or the mail address."""

    first_name = None  # type: ignore[assignment]  # a Vietnamese name is one field, never cut in two
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("họ và tên"), max_length=120)
    email = models.EmailField(_("địa chỉ thư điện tử"))

    objects = UserManager()  # type: ignore[misc]

    REQUIRED_FIELDS = ["full_name", "email"]

    class Meta:
        verbose_name = _("người dùng")
        verbose_name_plural = _("người dùng")
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("Đã có người dùng khác với địa chỉ này."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        """Return the name as the person writes it."""
        return self.full_name

    def get_short_name(self) -> str:
        """Return the given name: the last syllable, as Vietnamese address each other."""
        return self.full_name.split()[-1] if self.full_name.strip() else self.username
