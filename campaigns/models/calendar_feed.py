"""Calendar feeds: the secret address at which an officer's calendar finds the unit's deadlines."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .unit import Unit


class CalendarFeed(models.Model):
    """One officer's address for one unit. It opens while it is not revoked and the officer speaks for the unit."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(
        Unit, verbose_name=_("đơn vị"), on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("của cán bộ"),
        on_delete=models.CASCADE,
        related_name="calendar_feeds",
    )
    created_at = models.DateTimeField(_("tạo lúc"), default=timezone.now)
    revoked_at = models.DateTimeField(_("hủy lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("địa chỉ lịch")
        verbose_name_plural = _("địa chỉ lịch")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                "unit", "owner", condition=Q(revoked_at__isnull=True), name="calendar_feed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} – {self.owner}"
