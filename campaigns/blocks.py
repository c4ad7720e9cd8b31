"""What campaigns show on the pages of others: the plan's progress on the home page, the coordinators' cards."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from hanoi_portal.models import User
from hanoi_portal.registry import Block, Card

from .figures import Tally, tallies
from .models import Assignment, Notice, Plan
from .reminders import long_overdue
from .rules import REPORTABLE, can_change_given, can_follow_up
from .timeliness import Timeliness, day_of
from .working_days import year_without_holidays


def plan_progress(subject: Any) -> Block | None:
    """Show on the home page how far the newest public plan has come. Two queries."""
    plan = Plan.objects.public().first()
    if plan is None:
        return None
    tally = tallies([plan], day_of()).get(plan.pk, Tally())
    return Block("campaigns/_home_progress.html", {"plan": plan, "tally": tally})


def waiting_card(user: User) -> Card | None:
    """Tell a coordinator how many reports wait for approval."""
    if not can_follow_up(user):
        return None
    # What a district handed down, the district decides on.
    count = Assignment.objects.filter(state=Assignment.State.REPORTED, parent=None).count()
    address = reverse("admin:campaigns_assignment_changelist")
    return Card(
        title=_("Báo cáo chờ duyệt"),
        value=count,
        note=_("Duyệt, hoặc trả lại có lý do.") if count else _("Không có báo cáo nào chờ duyệt."),
        url=f"{address}?state__exact={Assignment.State.REPORTED}&parent__isempty=1",
    )


def overdue_card(user: User) -> Card | None:
    """Tell a coordinator how many assignments are overdue without a report."""
    if not can_follow_up(user):
        return None
    late = Assignment.objects.counted().overdue(day_of())
    count = late.filter(state__in=REPORTABLE).count()
    listed = {
        "thoi-han": Timeliness.OPEN_LATE.value,
        "role__exact": "lead",
        "parent__isempty": "1",
        "state__in": ",".join(sorted(REPORTABLE)),
    }
    address = reverse("admin:campaigns_assignment_changelist")
    return Card(
        title=_("Phân công quá hạn"),
        value=count,
        note=_("Chủ trì, đã qua hạn mà chưa báo cáo hoàn thành."),
        url=f"{address}?{urlencode(listed)}",
        is_urgent=count > 0,
    )


def not_through_card(user: User) -> Card | None:
    """Tell a coordinator how many notices may not have reached their unit."""
    if not can_follow_up(user):
        return None
    count = Notice.objects.not_through().count()
    told = _("Chưa có địa chỉ, gửi không được, hoặc chưa rõ tới hay chưa.")
    return Card(
        title=_("Thông báo chưa chắc đã tới"),
        value=count,
        note=told if count else _("Mọi đơn vị đều đã được báo."),
        url=f"{reverse('admin:campaigns_notice_changelist')}?thu=can-xem",
        is_urgent=count > 0,
    )


def long_overdue_card(user: User) -> Card | None:
    """Tell a coordinator what stayed silent after three urgings; no card while there is none."""
    if not can_follow_up(user):
        return None
    count = Assignment.objects.filter(long_overdue()).count()
    if not count:
        return None
    return Card(
        title=_("Chậm kéo dài"),
        value=count,
        note=_("Đã đôn đốc ba lần mà chưa báo cáo hoàn thành."),
        url=f"{reverse('admin:campaigns_assignment_changelist')}?keo-dai=co",
        is_urgent=True,
    )


def orphaned_card(user: User) -> Card | None:
    """Tell who may move it what open work stands with units that are no more; no card while there is none."""
    if not can_change_given(user):
        return None
    count = Assignment.objects.orphaned(day_of()).count()
    if not count:
        return None
    return Card(
        title=_("Việc của đơn vị đã chấm dứt"),
        value=count,
        note=_("Còn mở, chưa chuyển cho đơn vị kế tục."),
        url=f"{reverse('admin:campaigns_assignment_changelist')}?cham-dut=co",
        is_urgent=True,
    )


def holidays_card(user: User) -> Card | None:
    """Ask who keeps the calendar for the holidays of this year, and from November of the next, while none are there."""
    if not user.has_perm("campaigns.add_holiday"):
        return None
    missing = year_without_holidays(day_of())
    if missing is None:
        return None
    return Card(
        title=_("Ngày nghỉ lễ năm %(year)s") % {"year": missing},
        value=0,
        note=_("Chưa có ngày nào; nhắc hạn và đôn đốc tính theo ngày làm việc."),
        url=reverse("admin:campaigns_holiday_changelist"),
        is_urgent=True,
    )
