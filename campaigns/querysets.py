"""Named reads of units, plans and assignments. What a person may see is decided here and nowhere else."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

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

    def visible_to(self, user: "User", on: date) -> "AssignmentQuerySet":
        """Return what the user may see: followers-up see all, an officer the own units' only."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_perm("campaigns.follow_up"):
            return self
        from .models import Membership

        units = Membership.objects.current(on).filter(user=user).values("unit")
        return self.filter(unit__in=units)

    def counted(self) -> "AssignmentQuerySet":
        """Return what the figures count: carried out by the unit itself, not recalled."""
        from .models import Assignment
        from .models.plan import Role

        return self.filter(role=Role.LEAD).exclude(state=Assignment.State.RECALLED)
