"""Reminders (nhắc hạn, đôn đốc): which rung of the ladder each assignment has been told of, for which deadline."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment
from .notice import Notice


class Rung(models.IntegerChoices):
    """The rungs in their order: a later one is never followed by an earlier one for the same deadline."""

    WEEK_BEFORE = 1, _("Còn 7 ngày làm việc")
    THREE_BEFORE = 2, _("Còn 3 ngày làm việc")
    DAY_BEFORE = 3, _("Còn 1 ngày làm việc")
    DAY_AFTER = 4, _("Quá hạn")
    FIRST_URGE = 5, _("Đôn đốc lần 1")
    SECOND_URGE = 6, _("Đôn đốc lần 2")
    THIRD_URGE = 7, _("Đôn đốc lần 3")
    ESCALATED = 8, _("Chậm kéo dài, báo người đứng đầu")


class Reminder(models.Model):
    """One rung for one assignment and deadline, written with the notice that carries it."""

    assignment = models.ForeignKey(
        Assignment, verbose_name=_("phân công"), on_delete=models.PROTECT, related_name="reminders"
    )
    rung = models.PositiveSmallIntegerField(_("nấc nhắc"), choices=Rung.choices)
    due_on = models.DateField(_("thời hạn được nhắc"))
    notice = models.ForeignKey(
        Notice, verbose_name=_("thông báo"), on_delete=models.PROTECT, related_name="reminders"
    )
    created_at = models.DateTimeField(_("nhắc lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("lần nhắc")
        verbose_name_plural = _("lần nhắc")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint("assignment", "rung", "due_on", name="reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_rung_display()}: {self.assignment}"
