"""Named reads of units, plans and assignments. What a person may see is decided here and nowhere else."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Avg, Count, Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce

from .standing import DUE_DAYS, group, standing
from .timeliness import Timeliness, as_case, condition

if TYPE_CHECKING:
    from hanoi_portal.models import User


class UnitQuerySet(models.QuerySet[Any]):
    """Reads of units."""

    def open_on(self, day: date) -> "UnitQuerySet":
        """Return the units that exist on a day."""
        return self.filter(
            Q(opened_on__isnull=True) | Q(opened_on__lte=day),
            Q(closed_on__isnull=True) | Q(closed_on__gte=day),
        )


class MembershipQuerySet(models.QuerySet[Any]):
    """Reads of memberships."""

    def current(self, on: date) -> "MembershipQuerySet":
        """Return the memberships that hold on a day."""
        return self.filter(Q(since__lte=on), Q(until__isnull=True) | Q(until__gte=on))


class PlanQuerySet(models.QuerySet[Any]):
    """Reads of plans."""

    def public(self) -> "PlanQuerySet":
        """Return the plans that citizens may read."""
        return self.filter(is_public=True)


class AssignmentQuerySet(models.QuerySet[Any]):
    """Reads of assignments."""

    def of_officer(self, user: "User", on: date) -> "AssignmentQuerySet":
        """Return the assignments of the units for which the user speaks on a day."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        from .models import Membership

        return self.filter(unit__in=Membership.objects.current(on).filter(user=user).values("unit"))

    def visible_to(self, user: "User", on: date) -> "AssignmentQuerySet":
        """Return what the user may see: followers-up all; an officer the own units' and what these handed down."""
        if user.is_authenticated and user.is_active and user.has_perm("campaigns.follow_up"):
            return self
        from .models import Assignment

        mine = Assignment.objects.of_officer(user, on).values("pk")
        return self.filter(Q(pk__in=mine) | Q(parent__in=mine))

    def held(self) -> "AssignmentQuerySet":
        """Return what has not been recalled."""
        return self.exclude(state="recalled")

    def orphaned(self, on: date) -> "AssignmentQuerySet":
        """Return the open work of units that are no more: nobody speaks for them, it waits to be moved on."""
        return self.exclude(state__in=("completed", "recalled")).filter(unit__closed_on__lt=on)

    def counted(self) -> "AssignmentQuerySet":
        """Return what the figures count: carried out by the unit itself, not recalled.

        What a district handed down is part of the district's own and does not count beside it.
        """
        return self.held().filter(role="lead", parent__isnull=True)

    def with_parts(self, on: date) -> "AssignmentQuerySet":
        """Add what was handed down of each: `part_count`, `part_done`, `part_late` and the mean `part_percent`."""
        from .models import Assignment

        parts = Assignment.objects.held().filter(parent=OuterRef("pk")).order_by()

        def rolled_up(rows: models.QuerySet[Any], figure: Any) -> Any:
            return Coalesce(Subquery(rows.values("parent").annotate(n=figure).values("n")), 0)

        return self.annotate(
            part_count=rolled_up(parts, Count("pk")),
            part_done=rolled_up(parts.filter(state="completed"), Count("pk")),
            part_late=rolled_up(parts.overdue(on), Count("pk")),
            part_percent=rolled_up(parts, Cast(Avg("percent"), models.IntegerField())),
        )

    def overdue(self, on: date) -> "AssignmentQuerySet":
        """Return what is not done and was not reported by its deadline."""
        return self.filter(condition(Timeliness.OPEN_LATE, on))

    def with_timeliness(self, on: date) -> "AssignmentQuerySet":
        """Add `timeliness`: the class on a day, null for recalled ones."""
        return self.annotate(timeliness=as_case(on))

    def with_standing(self, on: date) -> "AssignmentQuerySet":
        """Add `standing`: the part of the public bar that each is in."""
        return self.annotate(standing=standing(on))

    def with_latest_decision(self) -> "AssignmentQuerySet":
        """Add `latest_decision`: what was decided on the latest report, null without a report."""
        from .models import ProgressReport

        reports = ProgressReport.objects.filter(assignment=OuterRef("pk"))
        return self.annotate(
            latest_decision=Subquery(reports.order_by("-pk").values("decision")[:1])
        )

    def with_backing(self) -> "AssignmentQuerySet":
        """Add `has_report` and `has_evidence`: whether the unit has said anything, and whether something backs it.

        What backs it is a file, or a page published elsewhere.
        """
        from .models import CitedPage, Evidence, ProgressReport

        files = Evidence.objects.filter(report__assignment=OuterRef("pk"))
        pages = CitedPage.objects.filter(report__assignment=OuterRef("pk"))
        return self.annotate(
            has_report=Exists(ProgressReport.objects.filter(assignment=OuterRef("pk"))),
            has_evidence=Exists(files) | Exists(pages),
        )

    def with_evidence_counts(self) -> "AssignmentQuerySet":
        """Add `evidence_count` (files) and `cited_count` (pages published elsewhere, each address once)."""
        from .models import CitedPage, Evidence

        def counted(rows: models.QuerySet[Any], figure: Count) -> Coalesce:
            mine = rows.filter(report__assignment=OuterRef("pk")).order_by()
            per = mine.values("report__assignment").annotate(count=figure).values("count")
            return Coalesce(Subquery(per), 0)

        return self.annotate(
            evidence_count=counted(Evidence.objects.all(), Count("pk")),
            cited_count=counted(CitedPage.objects.all(), Count("url", distinct=True)),
        )

    def with_own_draft(self, user: "User") -> "AssignmentQuerySet":
        """Add `has_draft`: whether the user has begun a report and not sent it."""
        from .models import ReportDraft

        return self.annotate(
            has_draft=Exists(ReportDraft.objects.filter(assignment=OuterRef("pk"), user=user))
        )

    def for_desk(self, on: date) -> "AssignmentQuerySet":
        """Add `group` (see `standing.Group`) and order as the desk does: what asks for the officer first."""
        grouped = self.held().with_latest_decision().with_parts(on)
        return grouped.annotate(group=group(on, on + timedelta(days=DUE_DAYS))).order_by(
            "group", "deadline", "task__plan", "-role", "task__code_sort", "unit__name_sort", "pk"
        )


class NoticeQuerySet(models.QuerySet[Any]):
    """Reads of notices."""

    def not_through(self) -> "NoticeQuerySet":
        """Return the notices of which nobody can say that the unit got them: somebody has to look."""
        from .models import DigestItem

        items = DigestItem.objects.filter(notice=OuterRef("pk"), contact__is_active=True)
        lost = items.filter(mail__state__in=["failed", "unknown"])
        nowhere = Q(mail=None) & ~Exists(items)
        unsure = nowhere | Q(mail__state__in=["failed", "unknown"]) | Q(Exists(lost))
        return self.filter(unsure, told_at=None)

    def with_acknowledged(self) -> "NoticeQuerySet":
        """Add `about_count`, `acknowledged_count` and `acknowledged_at`, the last time."""
        taken = Q(assignments__acknowledged_at__isnull=False)
        return self.annotate(
            about_count=Count("assignments"),
            acknowledged_count=Count("assignments", filter=taken),
            acknowledged_at=Max("assignments__acknowledged_at"),
        )


def published_backing() -> Q:
    """Return what everybody may see of files and pages: what the Sở chose, while its report and its plan stand."""
    return (
        Q(published_at__isnull=False, report__assignment__task__plan__is_public=True)
        & ~Q(report__decision="returned")
        & ~Q(report__assignment__state="recalled")
    )


class CitedPageQuerySet(models.QuerySet[Any]):
    """Reads of pages published elsewhere."""

    def public(self) -> "CitedPageQuerySet":
        """Return what the plan's public pages show, the latest chosen first."""
        return self.filter(published_backing()).order_by("-published_at", "-pk")


class ExtensionRequestQuerySet(models.QuerySet[Any]):
    """Reads of requests for more time."""

    def waiting(self) -> "ExtensionRequestQuerySet":
        """Return what can still be decided: nobody has, and the work is neither done nor recalled."""
        return self.filter(decision="").exclude(assignment__state__in=["completed", "recalled"])


class EvidenceQuerySet(models.QuerySet[Any]):
    """Reads of evidence."""

    def public(self) -> "EvidenceQuerySet":
        """Return what everybody may download, the latest chosen first."""
        return self.filter(published_backing()).order_by("-published_at", "-pk")

    def visible_to(self, user: "User", on: date) -> "EvidenceQuerySet":
        """Return the files of the assignments that the user may see."""
        from .models import Assignment

        return self.filter(report__assignment__in=Assignment.objects.visible_to(user, on))
