"""Autosaves (bản tự lưu): what somebody is typing in a form and has not saved; also tells who has a form open."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import AutosaveQuerySet


class Autosave(models.Model):
    """One person's form of one thing. Without `fields` it only says that the form is open."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Bài hướng dẫn")
        DOCUMENT = "document", _("Văn bản pháp luật")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người soạn"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    thing_id = models.PositiveBigIntegerField(_("số của đối tượng"), default=0)  # 0: not saved yet
    fields = models.JSONField(_("chữ đã gõ"), default=dict, blank=True)
    seen = models.CharField(
        max_length=80, blank=True
    )  # the saved text that the form was opened with
    seen_at = models.DateTimeField(_("mở lúc"), default=timezone.now)
    saved_at = models.DateTimeField(_("tự lưu lúc"), null=True, blank=True)

    objects = AutosaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("bản tự lưu")
        verbose_name_plural = _("bản tự lưu")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "thing_id"], name="autosave_one_a_form")
        ]
        indexes = [models.Index(fields=["kind", "thing_id", "seen_at"], name="autosave_open")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.thing_id}: {self.user}"
