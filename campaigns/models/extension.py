"""Extension requests (đề nghị gia hạn): a unit asks for more time, whoever gave the work decides once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import ExtensionRequestQuerySet
from .assignment import Assignment


class ExtensionRequest(models.Model):
    """Asked with a reason and a day; granted, granted another day, or refused, with words.

    A request that waits stops nothing: until it is granted, the current deadline holds, and so do reminders.
    """

    class Decision(models.TextChoices):
        NONE = "", _("Chờ trả lời")
        GRANTED = "granted", _("Đồng ý")
        REFUSED = "refused", _("Không đồng ý")

    assignment = models.ForeignKey(
        Assignment, verbose_name=_("phân công"), on_delete=models.PROTECT, related_name="extensions"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người đề nghị"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    author_name = models.CharField(_("tên người đề nghị"), max_length=400)
    created_at = models.DateTimeField(_("đề nghị lúc"), default=timezone.now)
    deadline_then = models.DateField(_("thời hạn khi đề nghị"))
    day = models.DateField(_("xin gia hạn đến"))
    reason = models.TextField(_("lý do"))
    decision = models.CharField(
        _("trả lời"), max_length=10, choices=Decision.choices, default=Decision.NONE, blank=True
    )
    granted_day = models.DateField(_("gia hạn đến"), null=True, blank=True)
    decided_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người trả lời"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    words = models.TextField(_("lời trả lời"), blank=True)

    objects = ExtensionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("đề nghị gia hạn")
        verbose_name_plural = _("đề nghị gia hạn")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "assignment", condition=Q(decision=""), name="extension_waiting_once"
            ),
            models.CheckConstraint(
                condition=Q(decision="granted", granted_day__isnull=False)
                | (~Q(decision="granted") & Q(granted_day__isnull=True)),
                name="extension_granted_day",
            ),
            models.CheckConstraint(
                condition=Q(day__gt=models.F("deadline_then")), name="extension_is_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} ({self.created_at:%d/%m/%Y})"

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided yet."""
        return self.decision == self.Decision.NONE

    @property
    def is_other_day(self) -> bool:
        """Whether another day was granted than the one asked for."""
        return self.granted_day is not None and self.granted_day != self.day
