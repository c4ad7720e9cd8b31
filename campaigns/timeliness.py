"""How an assignment stands in time: the four classes of Quyết định 42/2014/QĐ-TTg. Derived, never stored.

On time means: the day of the report that waits for approval or was accepted (`reported_on`), before there is one
today, is no later than the current deadline; the deadline's day counts to its end in Hà Nội. Recalled
assignments have no class and leave the figures. The two parts of the definition stand side by side, for SQL
and for Python; a test holds them against each other.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .models import Assignment

DONE = "completed"
RECALLED = "recalled"


class Timeliness(models.TextChoices):
    """The four classes, in the words of the decision."""

    DONE_ON_TIME = "done_on_time", _("Hoàn thành đúng hạn")
    DONE_LATE = "done_late", _("Hoàn thành quá hạn")
    OPEN_ON_TIME = "open_on_time", _("Đang thực hiện trong hạn")
    OPEN_LATE = "open_late", _("Đang thực hiện quá hạn")


# (is it done, is it late) -> class
CLASSES = {
    (True, False): Timeliness.DONE_ON_TIME,
    (True, True): Timeliness.DONE_LATE,
    (False, False): Timeliness.OPEN_ON_TIME,
    (False, True): Timeliness.OPEN_LATE,
}


def day_of(at: datetime | None = None) -> date:
    """Return the day of a moment (now) in Hà Nội: until 24:00 there, it is still that day."""
    return timezone.localdate(at)


def is_late(assignment: "Assignment", on: date) -> bool:
    """Tell whether the report came, or without one the day is, after the deadline."""
    return (assignment.reported_on or on) > assignment.deadline


def late(on: date) -> Q:
    """Return `is_late` for SQL."""
    return Q(deadline__lt=Coalesce(F("reported_on"), Value(on, models.DateField())))


def timeliness_of(assignment: "Assignment", on: date) -> Timeliness | None:
    """Return the class of an assignment on a day; None when it was recalled."""
    if assignment.state == RECALLED:
        return None
    return CLASSES[assignment.state == DONE, is_late(assignment, on)]


def condition(wanted: Timeliness, on: date) -> Q:
    """Return which assignments are of a class on a day, for SQL."""
    for (is_done, is_late_), timeliness in CLASSES.items():
        if timeliness == wanted:
            done = Q(state=DONE) if is_done else ~Q(state__in=(DONE, RECALLED))
            return done & (late(on) if is_late_ else ~late(on))
    raise ValueError(wanted)


def as_case(on: date) -> Case:
    """Return the class of each row as an expression, null for recalled ones."""
    return Case(
        *(When(condition(each, on), then=Value(each.value)) for each in Timeliness),
        default=None,
        output_field=models.CharField(null=True),
    )
