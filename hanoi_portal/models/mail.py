"""OutgoingMail: the outbox. A row is the promise that one message goes out; the broker is only a bell."""

import uuid
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Named reads of the outbox."""

    def due(self, at: datetime) -> "OutgoingMailQuerySet":
        """Return what may be claimed now, oldest first."""
        return self.filter(state=OutgoingMail.State.PENDING, due_at__lte=at).order_by(
            "due_at", "pk"
        )

    def lapsed(self, at: datetime) -> "OutgoingMailQuerySet":
        """Return claims whose lease has run out: their worker died or hangs."""
        return self.filter(state=OutgoingMail.State.CLAIMED, lease_until__lt=at)


class OutgoingMail(models.Model):
    """One message to one or more addresses.

    `pending → claimed → sent | failed | unknown`. `attempted_at` is set in the commit before the message is
    handed to the server, so a claim that lapses without it was certainly not sent, and one that lapses
    with it is `unknown`.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("chờ gửi")
        CLAIMED = "claimed", _("đang gửi")
        SENT = "sent", _("đã gửi")
        FAILED = "failed", _("không gửi được")
        UNKNOWN = "unknown", _("chưa rõ đã gửi hay chưa")

    key = models.UUIDField(_("khóa"), unique=True, default=uuid.uuid4, editable=False)
    unique_key = models.CharField(
        _("khóa chống lặp"),
        max_length=200,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Việc gì, cho ai, kỳ nào: cùng một khóa chỉ có một thư."),
    )
    kind = models.CharField(_("loại thư"), max_length=60)
    about_id = models.PositiveBigIntegerField(_("số của đối tượng"), null=True, blank=True)
    recipients = models.JSONField(_("người nhận"), default=list)
    subject = models.CharField(_("tiêu đề"), max_length=300, blank=True)
    text = models.TextField(_("nội dung"), blank=True)
    html = models.TextField(_("nội dung HTML"), blank=True)

    state = models.CharField(
        _("trạng thái"), max_length=10, choices=State.choices, default=State.PENDING
    )
    created_at = models.DateTimeField(_("lập lúc"), default=timezone.now)
    trying_since = models.DateTimeField(
        _("thử gửi từ lúc"), default=timezone.now, editable=False
    )  # 48 hours of patience with the mail server are counted from here
    due_at = models.DateTimeField(_("gửi từ lúc"), default=timezone.now)
    claimed_by = models.UUIDField(_("lượt gửi"), null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(_("giữ đến"), null=True, blank=True)
    attempted_at = models.DateTimeField(_("trao cho máy chủ lúc"), null=True, blank=True)
    sent_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    resends = models.PositiveSmallIntegerField(_("số lần gửi lại"), default=0)
    last_response = models.TextField(_("máy chủ trả lời"), blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("thư gửi đi")
        verbose_name_plural = _("thư gửi đi")
        ordering = ["-created_at", "-pk"]
        permissions = [("resend_outgoingmail", _("Gửi lại thư"))]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="mail_pending",
                condition=Q(state="pending"),
            ),
            models.Index(
                fields=["lease_until"],
                name="mail_claimed",
                condition=Q(state="claimed"),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.recipients)

    @property
    def message_id(self) -> str:
        """The Message-ID header, derived from the row: a resend is the same message (RFC 5322 §3.6.4)."""
        return f"<{self.key.hex}@{urlsplit(settings.SITE_URL).hostname}>"
