"""Plans (kế hoạch), their measures and tasks, and whom each task is for."""

from datetime import date
from decimal import Decimal
from itertools import islice

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.models import StoredFile

from .. import periods
from ..periods import Period
from ..querysets import PlanQuerySet
from .group import UnitGroup
from .unit import Unit


class Role(models.TextChoices):
    """What a unit does in a task: carries it out, or takes part."""

    LEAD = "lead", _("Chủ trì")
    COORDINATE = "coordinate", _("Phối hợp")


class Recurrence(models.TextChoices):
    """How often a task is to be done."""

    ONCE = "once", _("Một lần")
    MONTHLY = "monthly", _("Hằng tháng")
    QUARTERLY = "quarterly", _("Hằng quý")


def vn_decimal(value: Decimal) -> str:
    """Return a number as it is written in Vietnamese, without idle zeros: 1.250,5."""
    whole, _dot, rest = f"{value:,.2f}".partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")


class Plan(models.Model):
    """A signed plan. `issued_at` is empty until its tasks are given to units ("chưa giao")."""

    number = models.CharField(_("số, ký hiệu"), max_length=60, unique=True)
    slug = models.SlugField(_("địa chỉ"), max_length=80, unique=True)
    title = models.CharField(_("trích yếu"), max_length=400)
    issuer = models.ForeignKey(
        Unit, verbose_name=_("cơ quan ban hành"), on_delete=models.PROTECT, related_name="plans"
    )
    year = models.PositiveSmallIntegerField(_("năm"))
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến hết ngày"))
    has_assumed_dates = models.BooleanField(
        _("thời hạn giả định"),
        default=False,
        help_text=_("Văn bản không ghi ngày; thời hạn ở đây do người nhập đặt."),
    )
    carries_out_number = models.CharField(_("thực hiện văn bản số"), max_length=60, blank=True)
    carries_out_issuer = models.ForeignKey(
        Unit,
        verbose_name=_("cơ quan ban hành văn bản đó"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    carries_out_issued_on = models.DateField(_("ngày ban hành văn bản đó"), null=True, blank=True)
    document = models.OneToOneField(
        StoredFile,
        verbose_name=_("văn bản đã ký"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="plan",
        help_text=_("Tệp PDF; ai cũng tải được khi kế hoạch công khai."),
    )
    is_public = models.BooleanField(_("công khai"), default=True)
    has_links = models.BooleanField(
        _("gửi liên kết không cần đăng nhập"),
        default=True,
        help_text=_("Bỏ chọn thì mọi liên kết trong thư của kế hoạch này ngừng dùng được ngay."),
    )
    issued_at = models.DateTimeField(_("giao lúc"), null=True, blank=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người giao"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    related_articles = models.ManyToManyField(
        "guidance.Article", verbose_name=_("bài liên quan"), blank=True, related_name="plans"
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("kế hoạch")
        verbose_name_plural = _("kế hoạch")
        ordering = ["-starts_on", "number"]
        permissions = [
            ("issue_plan", _("Giao nhiệm vụ của kế hoạch")),
            ("follow_up", _("Theo dõi, duyệt và trả lại báo cáo")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="plan_ends_after_start",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            )
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Return the plan's public page."""
        return f"/ke-hoach/{self.slug}/"

    def get_document_url(self) -> str:
        """Return where the signed document can be downloaded."""
        return f"/ke-hoach/{self.slug}/van-ban/"

    @property
    def is_issued(self) -> bool:
        """Whether its tasks have been given to units."""
        return self.issued_at is not None


class Measure(models.Model):
    """A group of tasks: the plan's "giải pháp"."""

    plan = models.ForeignKey(
        Plan, verbose_name=_("kế hoạch"), on_delete=models.CASCADE, related_name="measures"
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    title = models.CharField(_("tên giải pháp"), max_length=300)

    class Meta:
        verbose_name = _("giải pháp")
        verbose_name_plural = _("giải pháp")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint("plan", "position", name="measure_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class Task(models.Model):
    """One piece of work: what, by when, with which product at the end."""

    plan = models.ForeignKey(
        Plan, verbose_name=_("kế hoạch"), on_delete=models.CASCADE, related_name="tasks"
    )
    measure = models.ForeignKey(
        Measure, verbose_name=_("giải pháp"), on_delete=models.CASCADE, related_name="tasks"
    )
    code = models.CharField(_("số"), max_length=12)
    code_sort = models.CharField(max_length=400, editable=False)
    title = models.CharField(_("nội dung"), max_length=500)
    deliverable = models.CharField(_("sản phẩm đầu ra"), max_length=300)
    is_deliverable_assumed = models.BooleanField(_("sản phẩm do người nhập đặt"), default=False)
    deadline = models.DateField(_("thời hạn"))
    is_cascading = models.BooleanField(_("giao tiếp cho cấp xã"), default=False)
    authority = models.CharField(
        _("căn cứ"),
        max_length=300,
        blank=True,
        help_text=_("Theo thẩm quyền, văn bản nào; trống thì theo kế hoạch."),
    )
    responsibility = models.CharField(
        _("trách nhiệm"),
        max_length=300,
        blank=True,
        help_text=_("Ai chịu trách nhiệm về kết quả; trống thì người đứng đầu đơn vị chủ trì."),
    )
    indicator_name = models.CharField(_("chỉ tiêu"), max_length=200, blank=True)
    indicator_unit = models.CharField(_("đơn vị tính"), max_length=60, blank=True)
    indicator_target = models.DecimalField(
        _("mức cần đạt"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    is_starred = models.BooleanField(_("trọng tâm"), default=False)
    recurrence = models.CharField(
        _("định kỳ"),
        max_length=12,
        choices=Recurrence.choices,
        default=Recurrence.ONCE,
        help_text=_("Việc định kỳ: mỗi kỳ một phân công riêng, đến hết thời hạn."),
    )

    class Meta:
        verbose_name = _("nhiệm vụ")
        verbose_name_plural = _("nhiệm vụ")
        ordering = ["plan", "measure__position", "code_sort"]
        constraints = [
            models.UniqueConstraint("plan", "code", name="task_code_once"),
            models.CheckConstraint(
                condition=~Q(indicator_name="") | Q(indicator_unit="", indicator_target=None),
                name="task_indicator_named",
                violation_error_message=_("Đơn vị tính và mức cần đạt phải có tên chỉ tiêu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.title}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the sorting key in step with the code ("1.10" after "1.9")."""
        self.code_sort = ".".join(part.zfill(4) for part in self.code.split("."))
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def indicator(self) -> str:
        """The indicator in one line, such as "Số lớp tập huấn: 12 lớp"; empty without one."""
        if self.indicator_target is None:
            return self.indicator_name
        words = [vn_decimal(self.indicator_target), self.indicator_unit]
        return f"{self.indicator_name}: {' '.join(filter(None, words))}"

    @property
    def last_day(self) -> date:
        """Until when a recurring task recurs: its deadline, never beyond the plan."""
        return min(self.deadline, self.plan.ends_on)

    def period_to_give(self, on: date) -> Period | None:
        """Return which period is given when the plan is issued on a day; None for a one-off task."""
        return periods.period_to_give(self.recurrence, self.plan.starts_on, self.last_day, on)

    def period_on(self, on: date) -> Period | None:
        """Return which period is open on a day; None if there is none, and for a one-off task."""
        return periods.period_on(self.recurrence, self.plan.starts_on, self.last_day, on)

    def periods_after(self, on: date, count: int) -> list[Period]:
        """Return the next periods that open after a day, at most so many."""
        every = periods.periods(self.recurrence, self.plan.starts_on, self.last_day)
        return list(islice((period for period in every if period.opens > on), count))

    @property
    def details(self) -> list[tuple[str, str]]:
        """What is said of the task beside product and deadline, as pairs of name and words; without the usual."""
        is_recurring = self.recurrence != Recurrence.ONCE
        pairs = [
            (gettext("Trọng tâm"), gettext("có") if self.is_starred else ""),
            (gettext("Căn cứ"), self.authority),
            (gettext("Trách nhiệm"), self.responsibility),
            (gettext("Chỉ tiêu"), self.indicator),
            (gettext("Định kỳ"), str(self.get_recurrence_display()) if is_recurring else ""),
        ]
        return [(name, words) for name, words in pairs if words]


class TaskTarget(models.Model):
    """Whom a task is for: one unit, every open unit of a kind, or the open units of a saved group."""

    task = models.ForeignKey(
        Task, verbose_name=_("nhiệm vụ"), on_delete=models.CASCADE, related_name="targets"
    )
    role = models.CharField(_("vai trò"), max_length=12, choices=Role.choices)
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("đơn vị"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    unit_kind = models.CharField(_("cả loại"), max_length=12, choices=Unit.Kind.choices, blank=True)
    group = models.ForeignKey(
        UnitGroup,
        verbose_name=_("nhóm đơn vị"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("nơi thực hiện")
        verbose_name_plural = _("nơi thực hiện")
        ordering = ["task", "-role", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, unit_kind="", group__isnull=True)
                | (Q(unit__isnull=True, group__isnull=True) & ~Q(unit_kind=""))
                | Q(unit__isnull=True, unit_kind="", group__isnull=False),
                name="target_unit_kind_or_group",
                violation_error_message=_("Chọn một đơn vị, cả một loại đơn vị hoặc một nhóm."),
            )
        ]

    def __str__(self) -> str:
        if self.group_id:
            return gettext("Nhóm %(group)s") % {"group": self.group}
        return str(self.unit) if self.unit_id else f"Mọi {self.get_unit_kind_display().lower()}"
