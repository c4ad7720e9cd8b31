"""Where assignments stand, as citizens and officers are told: one part of a bar, one heading of the desk."""

from datetime import date

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from .timeliness import Timeliness, condition


class Standing(models.TextChoices):
    """The parts of a bar: each assignment that counts is in exactly one. The values are the frame's keys."""

    DONE = "done", _("Hoàn thành")
    REPORTED = "reported", _("Đã báo cáo, chờ duyệt")
    DOING = "doing", _("Đang thực hiện")
    LATE = "late", _("Quá hạn, chưa báo cáo")
    NONE = "none", _("Chưa bắt đầu")


def standing(on: date) -> Case:
    """Return where each assignment stands on a day; recalled ones are left out before."""
    return Case(
        When(state="completed", then=Value(Standing.DONE.value)),
        When(state="reported", then=Value(Standing.REPORTED.value)),
        When(condition(Timeliness.OPEN_LATE, on), then=Value(Standing.LATE.value)),
        When(state="in_progress", then=Value(Standing.DOING.value)),
        default=Value(Standing.NONE.value),
        output_field=models.CharField(),
    )


class Group(models.IntegerChoices):
    """The headings of an officer's desk, in their order; `ASKING` groups wait for the officer."""

    LATE = 1, _("Quá hạn")
    RETURNED = 2, _("Được trả lại, cần bổ sung")
    NEW = 3, _("Mới giao, chưa tiếp nhận")
    DUE = 4, _("Đến hạn trong 7 ngày tới")
    DOING = 5, _("Đang thực hiện")
    REPORTED = 6, _("Đã báo cáo, chờ duyệt")
    DONE = 7, _("Hoàn thành")


DUE_DAYS = 7


def group(on: date, due_until: date) -> Case:
    """Return under which heading of the desk each assignment is on a day; needs `latest_decision`."""
    return Case(
        When(state="completed", then=Value(Group.DONE)),
        When(state="reported", then=Value(Group.REPORTED)),
        When(condition(Timeliness.OPEN_LATE, on), then=Value(Group.LATE)),
        When(Q(state="in_progress", latest_decision="returned"), then=Value(Group.RETURNED)),
        When(state="issued", then=Value(Group.NEW)),
        When(deadline__lte=due_until, then=Value(Group.DUE)),
        default=Value(Group.DOING),
        output_field=models.IntegerField(),
    )
