"""Closing the guide of the first visit: a person's own choice about a page, so no history is kept of it."""

from django.utils import timezone

from hanoi_portal.models import User

from ..models import Membership


def close_guide(*, by: User) -> None:
    """Show the person the first visit's guide no more, on any device."""
    Membership.objects.filter(user=by, guide_closed_at=None).update(guide_closed_at=timezone.now())
