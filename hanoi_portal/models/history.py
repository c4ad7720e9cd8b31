"""HistoryEntry: who did what, when, from what state to what. Written once, never changed."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class HistoryQuerySet(models.QuerySet["HistoryEntry"]):
    """Reads of the history; it cannot be changed or emptied through the ORM."""

    def about(self, obj: models.Model) -> "HistoryQuerySet":
        """Return the entries about one object, oldest first."""
        return self.filter(subject_type=obj._meta.label, subject_id=obj.pk).order_by("at", "pk")

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: history is not rewritten."""
        raise TypeError("HistoryEntry cannot be updated.")

    def delete(self) -> NoReturn:
        """Refuse: history is not deleted."""
        raise TypeError("HistoryEntry cannot be deleted.")


class HistoryEntry(models.Model):
    """One change of one object. It outlives its subject, so it names it in words (no foreign key)."""

    class Via(models.TextChoices):
        WEB = "web", _("trên trang")
        SHELL = "shell", _("bằng lệnh")
        LINK = "link", _("qua liên kết trong thư")
        SYSTEM = "system", _("hệ thống tự làm")

    at = models.DateTimeField(_("lúc"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người làm"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    actor_name = models.CharField(_("tên người làm"), max_length=200)
    via = models.CharField(_("cách làm"), max_length=10, choices=Via.choices, default=Via.WEB)
    verb = models.CharField(_("việc"), max_length=50)
    subject_type = models.CharField(_("loại đối tượng"), max_length=60)
    subject_id = models.PositiveBigIntegerField(_("số của đối tượng"))
    subject_name = models.CharField(_("đối tượng"), max_length=300)
    from_state = models.CharField(_("từ trạng thái"), max_length=30, blank=True)
    to_state = models.CharField(_("sang trạng thái"), max_length=30, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    data = models.JSONField(_("dữ liệu"), default=dict, blank=True)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("dòng lịch sử")
        verbose_name_plural = _("lịch sử")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="history_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.actor_name}: {self.verb} {self.subject_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the entry once."""
        if not self._state.adding:
            raise TypeError("HistoryEntry cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: history is not deleted."""
        raise TypeError("HistoryEntry cannot be deleted.")
