"""ImportRun: a file that somebody confirmed to load, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..sealed_fields import SealedTextField


class ImportRun(models.Model):
    """Lần nạp tệp: waits, and is done in the very transaction that loads the file, so that it is never half done.

    The file lies here encrypted, because it may hold phones, and only until it is loaded or given up. Never call
    `full_clean()` on a run: the encrypted field marks itself "already decrypted" for every thread while it cleans.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang nạp hoặc chờ nạp")
        DONE = "done", _("Đã nạp")
        REFUSED = "refused", _("Không nạp được, có lý do")
        FAILED = "failed", _("Bỏ dở")

    # What was confirmed, by whom, from which preview: the same confirmation twice is the same run.
    key = models.CharField(max_length=64, unique=True, editable=False)
    loads = models.CharField(_("loại dữ liệu"), max_length=60, editable=False)  # "app.Model"
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người nạp"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    content = SealedTextField(_("tệp, nén"), null=True, blank=True, editable=False)
    chosen = models.JSONField(_("lựa chọn"), default=dict, editable=False)
    expected = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0, editable=False)
    told = models.TextField(_("kết quả"), blank=True, editable=False)
    address = models.CharField(_("nơi xem"), max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(_("xác nhận lúc"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("xong lúc"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("lần nạp tệp")
        verbose_name_plural = _("những lần nạp tệp")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["created_at"], name="import_waiting", condition=Q(state="waiting"))
        ]

    def __str__(self) -> str:
        return _("Lần nạp số %(number)s") % {"number": self.pk}
