"""The signed link of a notice: opens exactly its assignments to whoever holds it, without signing in.

The token is made of the notice's own random number (`hanoi_portal.sealed_key`); the worker makes it anew whenever it
writes the letter, and a letter sent again carries the same one.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import sealed_key
from hanoi_portal.history import LinkHolder

from .models import Assignment, Notice
from .querysets import AssignmentQuerySet

PURPOSE = "campaigns.links.v1:"
# Nothing is left to do for the unit: these letters carry no link.
WITHOUT_LINK = frozenset({"accepted", "recalled"})


@dataclass(frozen=True)
class NoticeHolder(LinkHolder):
    """Who acts through the link of a notice. The history tells to which addresses it was sent."""

    notice: Notice

    def __str__(self) -> str:
        addresses = ", ".join(self.notice.mail.recipients) if self.notice.mail else ""
        return _("Liên kết gửi tới %(addresses)s") % {
            "addresses": addresses or self.notice.unit.name
        }


def token_of(notice: Notice) -> str:
    """Return the token that opens the notice."""
    return sealed_key.token_of(notice.link_key, PURPOSE)


def path_of(notice: Notice, assignment: Assignment | None = None) -> str:
    """Return the address that the letter carries: of all its assignments, or of the one it is about."""
    tail = f"{assignment.pk}/" if assignment else ""
    return f"/can-bo/lien-ket/{token_of(notice)}/{tail}"


def find(token: str) -> Notice | None:
    """Return the notice that a token was made for, whether its link still opens or not; None for any other text."""
    key = sealed_key.key_of(token, PURPOSE)
    if key is None:
        return None
    return (
        Notice.objects.select_related("unit", "mail", "plan__issuer__parent")
        .filter(link_key=key)
        .first()
    )


def opened_by(notice: Notice) -> AssignmentQuerySet:
    """Return what the link opens: the notice's own assignments, but for what was recalled.

    A reminder may be about several plans; what is of one whose links are switched off stays closed.
    """
    mine = Assignment.objects.held().filter(notices=notice, unit=notice.unit)
    return mine.filter(task__plan__has_links=True)


def is_linked(notice: Notice) -> bool:
    """Tell whether the letter of the notice carries a link at all."""
    return notice.plan.has_links and notice.event not in WITHOUT_LINK


def is_open(notice: Notice, at: datetime | None = None) -> bool:
    """Tell whether the notice's link opens: its plan has links, nobody revoked it, its time is not over."""
    at = at or timezone.now()
    return is_linked(notice) and notice.link_revoked_at is None and at < notice.link_until
