"""The words of a reminder: one letter to a unit for everything that has reached a new rung, the most urgent first."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models.reminder import Rung
from .facts import Row

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


def subject_of(rows: Sequence[Row], unit: str) -> str:
    """Return the subject: the highest rung says whether this is a reminder or a demand, and which."""
    highest = Rung(
        max((row.rung or 0 for row in rows), default=Rung.WEEK_BEFORE) or Rung.WEEK_BEFORE
    )
    patterns = {
        Rung.ESCALATED: _("V/v nhiệm vụ chậm kéo dài (%(total)s nhiệm vụ) – %(unit)s"),
        Rung.THIRD_URGE: _("V/v đôn đốc lần 3 thực hiện %(total)s nhiệm vụ – %(unit)s"),
        Rung.SECOND_URGE: _("V/v đôn đốc lần 2 thực hiện %(total)s nhiệm vụ – %(unit)s"),
        Rung.FIRST_URGE: _("V/v đôn đốc lần 1 thực hiện %(total)s nhiệm vụ – %(unit)s"),
        Rung.DAY_AFTER: _("V/v nhiệm vụ đã quá hạn (%(total)s nhiệm vụ) – %(unit)s"),
    }
    before = _("V/v nhắc thời hạn %(total)s nhiệm vụ – %(unit)s")
    return patterns.get(highest, before) % {"total": len(rows), "unit": unit}


def groups_of(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Return the assignments under their rungs, the most urgent first."""
    grouped = [
        (str(heading), [row for row in rows if row.rung == rung]) for rung, heading in HEADINGS
    ]
    return [(heading, chosen) for heading, chosen in grouped if chosen]
