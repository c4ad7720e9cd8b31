"""The pages that a unit's reports name, as one list: the articles of a press series, where and when each came out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from .exports import Row
from .models import Assignment, CitedPage


@dataclass(frozen=True)
class Series:
    """What an assignment's reports name, each address once, in the order of publishing; those without a day last."""

    assignment: Assignment
    pages: tuple[CitedPage, ...]

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day on which something was published, where days are known."""
        days = [page.published_on for page in self.pages if page.published_on]
        return (min(days), max(days)) if days else None


def series_of(assignment: Assignment) -> Series:
    """Return the assignment's series, in one query. Of an address that was named twice, the later naming counts."""
    rows = CitedPage.objects.filter(report__assignment=assignment).select_related("report__author")
    latest = {page.url: page for page in rows.order_by("pk")}
    ordered = sorted(latest.values(), key=lambda page: (page.published_on or date.max, page.pk))
    return Series(assignment, tuple(ordered))


def series_table(series: Series) -> list[Row]:
    """Return the series as a table; the first row names the columns."""
    assignment = series.assignment
    head = (
        _("Đơn vị"),
        _("Số"),
        _("Nhiệm vụ"),
        _("Tên bài"),
        _("Địa chỉ"),
        _("Ngày đăng"),
        _("Báo cáo ngày"),
        _("Người báo cáo"),
    )
    rows: Iterable[Row] = (
        (
            assignment.unit.name,
            assignment.task.code,
            assignment.task.title,
            page.title,
            page.url,
            page.published_on or "",
            page.report.reported_on,
            page.report.author_words,
        )
        for page in series.pages
    )
    return [head, *rows]
