"""The evidence that the Sở chose to show to everybody: files to download, pages to read, of a plan or of one unit."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateField, F, PositiveBigIntegerField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.urls import reverse

from .models import CitedPage, Evidence, Plan, Unit


@dataclass(frozen=True)
class Shown:
    """One piece of evidence in public. `size` is a file's; a page elsewhere may have the day of its publishing."""

    name: str
    url: str
    size: int | None
    day: date | None
    assignment_id: int
    task_code: str
    unit_code: str
    unit_name: str


def shown_evidence(plan: Plan, unit: Unit | None = None, limit: int = 500) -> list[Shown]:
    """Return what is public of a plan, or of one unit in it, the latest chosen first, in one query."""
    wanted: dict[str, Any] = {"report__assignment__task__plan": plan}
    if unit:
        wanted["report__assignment__unit"] = unit
    near = {
        "assignment_id": F("report__assignment_id"),
        "task_code": F("report__assignment__task__code"),
        "unit_code": F("report__assignment__unit__code"),
        "unit_name": F("report__assignment__unit__name"),
    }
    # The same columns in the same order of both tables; a file's key stands where a page has its address.
    order = ("shown_name", "where", "bytes", "day", "published_at", *near)
    files = Evidence.objects.public().filter(**wanted).order_by()
    pages = CitedPage.objects.public().filter(**wanted).order_by()
    rows = files.annotate(
        shown_name=F("stored__original_name"),
        where=Cast("stored__key", CharField()),
        bytes=F("stored__size"),
        day=Cast(Value(None), DateField()),
        **near,
    ).values_list(*order)
    rows = rows.union(
        pages.annotate(
            shown_name=Coalesce(NullIf("title", Value("")), "url", output_field=CharField()),
            where=F("url"),
            bytes=Cast(Value(None), PositiveBigIntegerField()),
            day=F("published_on"),
            **near,
        ).values_list(*order),
        all=True,
    ).order_by("-published_at", "where")
    return [
        Shown(name, _file_url(plan, where) if size is not None else where, size, day, *about)
        for name, where, size, day, _at, *about in rows[:limit]
    ]


def by_assignment(shown: list[Shown]) -> dict[int, list[Shown]]:
    """Return the same by assignment id."""
    found: dict[int, list[Shown]] = {}
    for each in shown:
        found.setdefault(each.assignment_id, []).append(each)
    return found


def _file_url(plan: Plan, key: str) -> str:
    return reverse("plan-evidence", args=[plan.slug, UUID(key)])
