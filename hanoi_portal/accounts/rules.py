"""Who may do what with people's accounts. Pure; no by default."""

from ..models import User


def can_invite(user: User) -> bool:
    """Whether the user may invite people."""
    return user.is_active and user.has_perm("hanoi_portal.add_user")


def can_correct(user: User) -> bool:
    """Whether the user may put right names and addresses."""
    return user.is_active and user.has_perm("hanoi_portal.change_user")


def can_switch_off(user: User, person: User) -> bool:
    """Whether the user may switch the person's account off or on, or change its roles: never one's own."""
    return can_correct(user) and person.pk != user.pk
