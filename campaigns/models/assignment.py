"""Assignments (phân công): one task given to one unit, and the reports and evidence that come back."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.models import StoredFile

from ..periods import name_of
from ..querysets import AssignmentQuerySet, EvidenceQuerySet
from .plan import Role, Task, vn_decimal
from .unit import Unit


class Assignment(models.Model):
    """`issued → acknowledged → in_progress → reported → completed`; returned → in_progress; recalled.

    The state changes only by conditional update in `campaigns.actions`. How it stands in time is derived
    (`timeliness.py`), never stored.
    """

    class State(models.TextChoices):
        ISSUED = "issued", _("Đã giao")
        ACKNOWLEDGED = "acknowledged", _("Đã tiếp nhận")
        IN_PROGRESS = "in_progress", _("Đang thực hiện")
        REPORTED = "reported", _("Đã báo cáo, chờ duyệt")
        COMPLETED = "completed", _("Hoàn thành")
        RECALLED = "recalled", _("Đã thu hồi")

    task = models.ForeignKey(
        Task, verbose_name=_("nhiệm vụ"), on_delete=models.PROTECT, related_name="assignments"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("đơn vị"), on_delete=models.PROTECT, related_name="assignments"
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("giao tiếp từ"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
        help_text=_("Phân công của đơn vị cấp trên đã giao tiếp việc này xuống."),
    )
    role = models.CharField(_("vai trò"), max_length=12, choices=Role.choices)
    period = models.CharField(
        _("kỳ"),
        max_length=7,
        blank=True,
        default="",
        help_text=_("Việc định kỳ: tháng 2026-11 hay quý 2026-Q4; trống với việc làm một lần."),
    )
    state = models.CharField(
        _("trạng thái"), max_length=14, choices=State.choices, default=State.ISSUED
    )
    percent = models.PositiveSmallIntegerField(_("tiến độ (%)"), default=0)
    first_deadline = models.DateField(_("thời hạn ban đầu"))
    deadline = models.DateField(_("thời hạn hiện nay"))
    issued_at = models.DateTimeField(_("giao lúc"), default=timezone.now)
    acknowledged_at = models.DateTimeField(_("tiếp nhận lúc"), null=True, blank=True)
    reported_on = models.DateField(
        _("ngày báo cáo"),
        null=True,
        blank=True,
        help_text=_("Ngày (giờ Hà Nội) của báo cáo đang chờ duyệt hoặc đã được chấp nhận."),
    )
    completed_at = models.DateTimeField(_("duyệt hoàn thành lúc"), null=True, blank=True)
    version = models.PositiveIntegerField(
        _("lần thay đổi"),
        default=0,
        editable=False,
        help_text=_("Mỗi thay đổi cộng một: ai làm theo bản đã cũ thì được báo."),
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("phân công")
        verbose_name_plural = _("phân công")
        ordering = ["task__code_sort", "unit__name_sort"]
        constraints = [
            models.UniqueConstraint("task", "unit", "period", name="assignment_once_a_period"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="assignment_percent"),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "deadline"], name="assignment_desk"),
            models.Index(fields=["state", "deadline"], name="assignment_due"),
        ]

    def __str__(self) -> str:
        period = f" ({self.period_name})" if self.period else ""
        return f"{self.task.code} – {self.unit}{period}"

    def get_absolute_url(self) -> str:
        """Return the assignment's page on the officers' desk."""
        return f"/can-bo/phan-cong/{self.pk}/"

    @property
    def period_name(self) -> str:
        """The period in words ("Tháng 11/2026"); empty for a one-off task."""
        return name_of(self.period)


class ProgressReport(models.Model):
    """Báo cáo tiến độ: what the unit says, at one moment. Never changed; a decision is added once."""

    class Decision(models.TextChoices):
        NONE = "", _("Chưa duyệt")
        ACCEPTED = "accepted", _("Chấp nhận")
        RETURNED = "returned", _("Trả lại")

    assignment = models.ForeignKey(
        Assignment, verbose_name=_("phân công"), on_delete=models.PROTECT, related_name="reports"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người báo cáo"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    author_name = models.CharField(
        _("tên người báo cáo"),
        max_length=200,
        blank=True,
        help_text=_("Ghi khi báo cáo đến qua liên kết trong thư, không có tài khoản."),
    )
    created_at = models.DateTimeField(_("báo cáo lúc"), default=timezone.now)
    is_final = models.BooleanField(_("báo cáo hoàn thành"), default=False)
    percent = models.PositiveSmallIntegerField(_("tiến độ (%)"))
    text = models.TextField(_("nội dung"))
    indicator_value = models.DecimalField(
        _("chỉ tiêu đạt được"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    difficulties = models.TextField(_("khó khăn, vướng mắc"), blank=True)
    articles = models.ManyToManyField(
        "guidance.Article", verbose_name=_("bài hướng dẫn đã dùng"), blank=True, related_name="+"
    )
    decision = models.CharField(
        _("ý kiến của Sở"),
        max_length=10,
        choices=Decision.choices,
        default=Decision.NONE,
        blank=True,
    )
    decided_at = models.DateTimeField(_("duyệt lúc"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người duyệt"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.TextField(_("lý do trả lại"), blank=True)

    class Meta:
        verbose_name = _("báo cáo tiến độ")
        verbose_name_plural = _("báo cáo tiến độ")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="report_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} ({self.created_at:%d/%m/%Y})"

    @property
    def author_words(self) -> str:
        """Who reported: the person, or the link through which it came."""
        return str(self.author) if self.author else self.author_name

    @property
    def indicator(self) -> str:
        """What was reached of the task's indicator, in one line with what is asked; empty without."""
        task = self.assignment.task
        if self.indicator_value is None or not task.indicator_name:
            return ""
        reached = " ".join(filter(None, [vn_decimal(self.indicator_value), task.indicator_unit]))
        if task.indicator_target is None:
            return f"{task.indicator_name}: {reached}"
        asked = gettext("cần đạt %(target)s") % {"target": vn_decimal(task.indicator_target)}
        return f"{task.indicator_name}: {reached} ({asked})"

    @property
    def reported_on(self) -> date:
        """The day of the report, in Hà Nội."""
        return timezone.localdate(self.created_at)


class Evidence(models.Model):
    """Minh chứng: a file that backs a report."""

    report = models.ForeignKey(
        ProgressReport, verbose_name=_("báo cáo"), on_delete=models.PROTECT, related_name="evidence"
    )
    stored = models.OneToOneField(
        StoredFile, verbose_name=_("tệp"), on_delete=models.PROTECT, related_name="evidence"
    )
    published_at = models.DateTimeField(
        _("công khai lúc"),
        null=True,
        blank=True,
        help_text=_("Do Sở chọn; trống thì chỉ đơn vị và Sở xem được."),
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("minh chứng")
        verbose_name_plural = _("minh chứng")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["published_at"],
                condition=Q(published_at__isnull=False),
                name="evidence_published",
            )
        ]

    def __str__(self) -> str:
        return str(self.stored)

    def get_absolute_url(self) -> str:
        """Return where whoever may see it can download the file."""
        return f"/can-bo/minh-chung/{self.stored.key}/"

    def get_public_url(self, plan_slug: str) -> str:
        """Return where everybody can download the file while it is public."""
        return reverse("plan-evidence", args=[plan_slug, self.stored.key])
