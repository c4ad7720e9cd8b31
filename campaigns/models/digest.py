"""What waits for an address's daily digest: written with the notice, so that nothing can be forgotten."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hanoi_portal.models import OutgoingMail

from .notice import Notice
from .unit import UnitContact


class DigestItem(models.Model):
    """One notice that one address is told of once a day, together with the others; `mail` is empty until then."""

    contact = models.ForeignKey(
        UnitContact,
        verbose_name=_("địa chỉ nhận"),
        on_delete=models.CASCADE,
        related_name="digest_items",
    )
    notice = models.ForeignKey(
        Notice, verbose_name=_("thông báo"), on_delete=models.CASCADE, related_name="digest_items"
    )
    mail = models.ForeignKey(
        OutgoingMail,
        verbose_name=_("thư tổng hợp"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="digest_items",
    )

    class Meta:
        verbose_name = _("thông báo chờ tổng hợp")
        verbose_name_plural = _("thông báo chờ tổng hợp")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("contact", "notice", name="digest_item_once"),
        ]
        indexes = [
            models.Index(fields=["contact"], name="digest_waiting", condition=models.Q(mail=None)),
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {self.notice}"
