"""The words of a reminder: one letter to a unit for everything that has reached a new rung, the most urgent first."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Assignment, Notice
from .models.reminder import Rung

HEADINGS = (
    (Rung.ESCALATED, gettext_lazy("CHẬM KÉO DÀI")),
    (Rung.THIRD_URGE, gettext_lazy("ĐÔN ĐỐC LẦN 3")),
    (Rung.SECOND_URGE, gettext_lazy("ĐÔN ĐỐC LẦN 2")),
    (Rung.FIRST_URGE, gettext_lazy("ĐÔN ĐỐC LẦN 1")),
    (Rung.DAY_AFTER, gettext_lazy("ĐÃ QUÁ HẠN")),
    (Rung.DAY_BEFORE, gettext_lazy("CÒN 1 NGÀY LÀM VIỆC")),
    (Rung.THREE_BEFORE, gettext_lazy("CÒN 3 NGÀY LÀM VIỆC")),
    (Rung.WEEK_BEFORE, gettext_lazy("CÒN 7 NGÀY LÀM VIỆC")),
)


def rungs_of(notice: Notice) -> dict[int, int]:
    """Return which rung each assignment of the notice had reached, by assignment id."""
    return dict(notice.reminders.values_list("assignment_id", "rung"))


def subject_of(notice: Notice, assignments: Sequence[Assignment]) -> str:
    """Return the subject: the highest rung says whether this is a reminder or a demand, and which."""
    highest = Rung(max(rungs_of(notice).values(), default=Rung.WEEK_BEFORE))
    patterns = {
        Rung.ESCALATED: _("V/v nhiệm vụ chậm kéo dài (%(total)s nhiệm vụ) – %(unit)s"),
        Rung.THIRD_URGE: _("V/v đôn đốc lần 3 thực hiện %(total)s nhiệm vụ – %(unit)s"),
        Rung.SECOND_URGE: _("V/v đôn đốc lần 2 thực hiện %(total)s nhiệm vụ – %(unit)s"),
        Rung.FIRST_URGE: _("V/v đôn đốc lần 1 thực hiện %(total)s nhiệm vụ – %(unit)s"),
        Rung.DAY_AFTER: _("V/v nhiệm vụ đã quá hạn (%(total)s nhiệm vụ) – %(unit)s"),
    }
    before = _("V/v nhắc thời hạn %(total)s nhiệm vụ – %(unit)s")
    return patterns.get(highest, before) % {"total": len(assignments), "unit": notice.unit.name}


def groups_of(notice: Notice, assignments: Sequence[Assignment]) -> list[tuple[str, list[Any]]]:
    """Return the assignments under their rungs, the most urgent first."""
    rungs = rungs_of(notice)
    grouped = [
        (str(heading), [each for each in assignments if rungs.get(each.pk) == rung])
        for rung, heading in HEADINGS
    ]
    return [(heading, rows) for heading, rows in grouped if rows]
