"""Notices (thông báo giao việc): one per unit and event, whatever the number of its assignments."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanoi_portal.models import OutgoingMail

from ..querysets import NoticeQuerySet
from .assignment import Assignment
from .plan import Plan
from .unit import Unit

LINK_LIFE = timedelta(days=30)


def end_of_link() -> datetime:
    """Return until when the link of a notice that is written now opens."""
    return timezone.now() + LINK_LIFE


class Notice(models.Model):
    """What one message to a unit is about. How its sending stands is the outbox row's to say."""

    class Event(models.TextChoices):
        ISSUED = "issued", _("Giao nhiệm vụ")
        ADDED = "added", _("Giao bổ sung")
        PERIOD = "period", _("Mở kỳ mới")
        DEADLINE_CHANGED = "deadline_changed", _("Đổi thời hạn")
        RECALLED = "recalled", _("Thu hồi")
        GIVEN_AGAIN = "given_again", _("Giao lại")
        MOVED_ON = "moved_on", _("Chuyển cho đơn vị kế tục")
        HANDED_DOWN = "handed_down", _("Giao tiếp cho cấp dưới")
        RETURNED = "returned", _("Trả lại báo cáo")
        ACCEPTED = "accepted", _("Chấp nhận báo cáo")
        REMINDER = "reminder", _("Nhắc hạn, đôn đốc")
        EXTENSION = "extension", _("Trả lời đề nghị gia hạn")
        QUESTION = "question", _("Hỏi đơn vị")

    plan = models.ForeignKey(
        Plan, verbose_name=_("kế hoạch"), on_delete=models.PROTECT, related_name="notices"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("đơn vị"), on_delete=models.PROTECT, related_name="notices"
    )
    event = models.CharField(_("việc"), max_length=20, choices=Event.choices)
    assignments = models.ManyToManyField(
        Assignment, verbose_name=_("các phân công"), related_name="notices"
    )
    mail = models.OneToOneField(
        OutgoingMail,
        verbose_name=_("thư"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notice",
        help_text=_("Trống khi đơn vị chưa có địa chỉ nhận thông báo."),
    )
    words = models.TextField(_("lời kèm theo"), blank=True)
    is_from_above = models.BooleanField(
        _("đơn vị cấp trên gửi"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("Đơn vị đã giao tiếp tự đổi thời hạn, thu hồi hay giao lại, và ký thư."),
    )
    unique_key = models.CharField(
        _("khóa chống lặp"),
        max_length=190,
        unique=True,
        editable=False,
        help_text=_("Việc gì, cho ai, kỳ nào: cùng một khóa chỉ có một thông báo."),
    )
    created_at = models.DateTimeField(_("lập lúc"), default=timezone.now)
    link_key = models.UUIDField(
        _("số của liên kết"), unique=True, default=uuid.uuid4, editable=False
    )
    link_until = models.DateTimeField(_("liên kết dùng được đến"), default=end_of_link)
    link_revoked_at = models.DateTimeField(_("liên kết bị hủy lúc"), null=True, blank=True)
    told_at = models.DateTimeField(_("báo bằng cách khác lúc"), null=True, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người báo"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    told_words = models.TextField(_("đã báo thế nào"), blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thông báo giao việc")
        verbose_name_plural = _("thông báo giao việc")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_event_display()}: {self.unit}"
