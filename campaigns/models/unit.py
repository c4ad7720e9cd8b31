"""Units (đơn vị) that carry plans out, their addresses, and the people who speak for them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from hanoi_portal.text import fold, sort_key

from ..querysets import MembershipQuerySet, UnitQuerySet


class Unit(models.Model):
    """An office: the city, a department, a district, a commune, a press agency, a Party commission.

    A unit that no longer exists keeps its row and its name; `closed_on` and `successors` say what became of it.
    """

    class Kind(models.TextChoices):
        CITY = "city", _("Thành phố")
        DEPARTMENT = "department", _("Sở, ban, ngành")
        DISTRICT = "district", _("Quận, huyện, thị xã")
        COMMUNE = "commune", _("Xã, phường, thị trấn")
        PRESS = "press", _("Cơ quan báo chí")
        PARTY = "party", _("Cơ quan Đảng")

    code = models.CharField(_("mã"), max_length=20, unique=True)
    kind = models.CharField(_("loại"), max_length=12, choices=Kind.choices, db_index=True)
    name = models.CharField(_("tên đầy đủ"), max_length=200)
    short_name = models.CharField(_("tên gọn"), max_length=80)
    name_sort = models.CharField(max_length=400, editable=False, db_index=True)
    name_folded = models.CharField(max_length=320, editable=False)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("cấp trên"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    grid_x = models.PositiveSmallIntegerField(_("cột trên bản đồ ô"), null=True, blank=True)
    grid_y = models.PositiveSmallIntegerField(_("hàng trên bản đồ ô"), null=True, blank=True)
    opened_on = models.DateField(_("thành lập"), null=True, blank=True)
    closed_on = models.DateField(_("chấm dứt"), null=True, blank=True)
    head_approves = models.BooleanField(
        _("lãnh đạo duyệt trước khi gửi"),
        default=False,
        help_text=_("Báo cáo hoàn thành chỉ đến Sở sau khi lãnh đạo đơn vị duyệt."),
    )
    successors = models.ManyToManyField(
        "self",
        verbose_name=_("đơn vị kế tục"),
        symmetrical=False,
        blank=True,
        related_name="predecessors",
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị")
        verbose_name_plural = _("đơn vị")
        ordering = ["name_sort"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(opened_on__isnull=True)
                | Q(closed_on__gte=models.F("opened_on")),
                name="unit_closed_after_opened",
                violation_error_message=_("Ngày chấm dứt phải sau ngày thành lập."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the keys for sorting and for searching without diacritics in step with the names."""
        self.name_sort = sort_key(self.short_name)
        self.name_folded = fold(f"{self.name} {self.short_name} {self.code}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class UnitContact(models.Model):
    """An address at which a unit is told of its work."""

    class Delivery(models.TextChoices):
        IMMEDIATE = "immediate", _("Nhận ngay từng thông báo")
        DAILY = "daily", _("Nhận một thư tổng hợp mỗi ngày")

    unit = models.ForeignKey(
        Unit, verbose_name=_("đơn vị"), on_delete=models.CASCADE, related_name="contacts"
    )
    email = models.EmailField(_("địa chỉ thư điện tử"))
    label = models.CharField(_("của ai"), max_length=120, blank=True)
    is_active = models.BooleanField(_("đang dùng"), default=True)
    delivery = models.CharField(
        _("cách nhận"),
        max_length=10,
        choices=Delivery.choices,
        default=Delivery.IMMEDIATE,
        help_text=_("Thư cần làm ngay (trả lại, thu hồi, hỏi) luôn gửi ngay."),
    )
    refused_at = models.DateTimeField(
        _("bị từ chối lúc"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Máy chủ thư từ chối hẳn địa chỉ này; thư sau nhận được thì tự xóa dấu."),
    )
    refused_words = models.TextField(_("lời máy chủ từ chối"), blank=True, editable=False)

    class Meta:
        verbose_name = _("địa chỉ nhận thông báo")
        verbose_name_plural = _("địa chỉ nhận thông báo")
        ordering = ["unit", "pk"]
        constraints = [
            models.UniqueConstraint("unit", Lower("email"), name="unit_contact_once"),
        ]

    def __str__(self) -> str:
        return self.email


class Membership(models.Model):
    """Cán bộ đầu mối: a person who acts for a unit, from a day until (perhaps) a day."""

    unit = models.ForeignKey(
        Unit, verbose_name=_("đơn vị"), on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("cán bộ"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    is_responsible = models.BooleanField(_("chịu trách nhiệm chính"), default=False)
    is_head = models.BooleanField(_("lãnh đạo đơn vị"), default=False)
    since = models.DateField(_("từ ngày"))
    until = models.DateField(_("đến hết ngày"), null=True, blank=True)
    guide_closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("cán bộ đầu mối")
        verbose_name_plural = _("cán bộ đầu mối")
        ordering = ["unit", "-is_responsible", "pk"]
        constraints = [
            models.UniqueConstraint(
                "unit", "user", condition=Q(until__isnull=True), name="membership_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.unit}"
