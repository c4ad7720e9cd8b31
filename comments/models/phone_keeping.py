"""For how many days readers' phones are kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Fewer leave a moderator no time to call back; more than a year would be no purpose that anybody agreed to.
PHONE_DAYS_MIN, PHONE_DAYS_MAX = 7, 365
PHONE_DAYS_DEFAULT = 90


class PhoneKeeping(models.Model):
    """Thời gian giữ số điện thoại: how long from a moment on. The latest row holds; none is changed or deleted.

    The rows before it still tell what each reader was promised (phone_clock.py).
    """

    days = models.PositiveSmallIntegerField(_("số ngày giữ"))
    since = models.DateTimeField(_("từ lúc"), default=timezone.now, editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người đặt"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("thời gian giữ số điện thoại")
        verbose_name_plural = _("thời gian giữ số điện thoại")
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__range=(PHONE_DAYS_MIN, PHONE_DAYS_MAX)),
                name="phone_keeping_days",
            ),
        ]

    def __str__(self) -> str:
        return _("%(days)s ngày") % {"days": self.days}
