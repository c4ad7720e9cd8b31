"""Who may do what with people's accounts. Pure; no by default."""

from ..models import User


def can_invite(user: User) -> bool:
    """Whether the user may invite people."""
    return user.is_active and user.has_perm("hanoi_portal.add_user")


def can_switch_off(user: User, person: User) -> bool:
    """Whether the user may switch the person's account off or on: never one's own."""
    return user.is_active and user.has_perm("hanoi_portal.change_user") and person.pk != user.pk
