"""StoredFile: a file somebody uploaded, checked by content, served only through a view that asks a rule."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def private_path(stored: "StoredFile", filename: str) -> str:
    """Return where the bytes lie below MEDIA_ROOT: never the name the sender chose."""
    return f"private/{stored.created_at:%Y/%m}/{stored.key.hex}"


class StoredFile(models.Model):
    """The bytes, and what is known about them. The sender's name is shown, never used as a path."""

    key = models.UUIDField(_("khóa"), unique=True, default=uuid.uuid4, editable=False)
    file = models.FileField(_("tệp"), upload_to=private_path)
    original_name = models.CharField(_("tên tệp"), max_length=200)
    content_type = models.CharField(_("loại nội dung"), max_length=100)
    size = models.PositiveBigIntegerField(_("dung lượng (byte)"))
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người tải lên"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("tải lên lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("tệp đã nhận")
        verbose_name_plural = _("tệp đã nhận")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.original_name
